"""Satisfied and active customers are asked whom else it might please, some days after a good review."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.shipped import a_shop_with_anna, both_worlds, diary, letter, shipped, system
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify, track

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("referral")


def happen(world: World, name: str, at: datetime, who: str = "anna", **properties: Any) -> None:
    world.advance(at)
    world.batch(track(name, at, who, **properties))


def buy(world: World, *days: int, who: str = "anna") -> None:
    for day in days:
        happen(world, "Order Completed", MONDAY + day * DAY, who, order_id=f"{who}-{day}", total=24.5)


def review(world: World, day: int, rating: int, who: str = "anna") -> None:
    happen(world, "Product Reviewed", MONDAY + day * DAY, who, product_id="p", order_id=f"{who}-0", rating=rating)


shop = a_shop_with_anna(CONTENT, MONDAY)
world = both_worlds(CONTENT, MONDAY)


def test_anna_likes_her_second_coffee_and_is_asked_twice_whom_else_it_might_please(world: World) -> None:
    for who in ("anna", "ben"):
        world.batch(identify(who, MONDAY))
    buy(world, 0, 20)
    buy(world, 21, who="ben")  # his first
    review(world, 30, 5)
    review(world, 30, 5, who="ben")
    world.advance(MONDAY + 100 * DAY)
    assert diary(world) == ["2026-04-04 10:00 anna ask", "2026-04-11 10:00 anna again"]


def test_who_has_shared_the_link_is_not_asked_again_and_thanked_when_it_worked(shop: MemoryWorld) -> None:
    buy(shop, 0, 20)
    review(shop, 30, 4)
    system(shop, "Referral Shared", MONDAY + 35 * DAY, "anna")
    system(shop, "Referral Converted", MONDAY + 40 * DAY + HOUR, "anna", friend_order_id="77")
    shop.advance(MONDAY + 100 * DAY)
    assert diary(shop) == ["2026-04-04 10:00 anna ask", "2026-04-11 10:30 anna thanks"]


def test_three_stars_are_no_reason_to_ask(shop: MemoryWorld) -> None:
    buy(shop, 0, 20)
    review(shop, 30, 3)
    shop.advance(MONDAY + 100 * DAY)
    assert diary(shop) == []


def test_who_was_unhappy_in_the_last_half_year_is_not_asked(shop: MemoryWorld) -> None:
    buy(shop, 0)
    review(shop, 10, 2)
    buy(shop, 20)
    review(shop, 30, 5)
    shop.advance(MONDAY + 100 * DAY)
    assert diary(shop) == []


def test_who_gave_something_back_is_not_asked(shop: MemoryWorld) -> None:
    buy(shop, 0, 20)
    happen(shop, "Order Refunded", MONDAY + 25 * DAY, order_id="anna-20")
    review(shop, 30, 5)
    shop.advance(MONDAY + 100 * DAY)
    assert diary(shop) == []


def test_who_has_not_ordered_for_months_is_not_active(shop: MemoryWorld) -> None:
    buy(shop, 0, 20)
    review(shop, 150, 5)
    shop.advance(MONDAY + 300 * DAY)
    assert diary(shop) == []


def test_nobody_is_asked_twice_in_half_a_year(shop: MemoryWorld) -> None:
    buy(shop, 0, 20)
    for day in (30, 60, 209):
        buy(shop, day)
        review(shop, day, 5)
    buy(shop, 215)
    review(shop, 215, 5)
    shop.advance(MONDAY + 400 * DAY)
    assert diary(shop) == [
        "2026-04-04 10:00 anna ask",
        "2026-04-11 10:00 anna again",
        "2026-10-06 10:00 anna ask",
        "2026-10-13 10:00 anna again",
    ]


def test_the_mail_gives_a_link_and_its_text_is_fit_to_read(shop: MemoryWorld) -> None:
    buy(shop, 0, 20)
    review(shop, 30, 5)
    shop.advance(MONDAY + 35 * DAY)
    assert "https://www.example.com/probierpaket\n" in letter(shop)
    assert "%20" not in letter(shop)
