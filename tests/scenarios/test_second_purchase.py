"""One order, and then? After four weeks, when the first parcel should be used up, people are asked how it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.shipped import a_shop_with_anna, both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify, track

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("second-purchase")


def buy(world: World, at: datetime, number: str, who: str = "anna", **more: Any) -> None:
    world.advance(at)
    world.batch(track("Order Completed", at, who, order_id=number, total=24.5, **more))


shop = a_shop_with_anna(CONTENT, MONDAY)
world = both_worlds(CONTENT, MONDAY)


def test_anna_does_not_come_back_and_is_asked_twice_ben_does_and_is_thanked(world: World) -> None:
    for who in ("anna", "ben"):
        world.batch(identify(who, MONDAY))
        buy(world, MONDAY, f"{who}-1", who)
    buy(world, MONDAY + 33 * DAY, "ben-2", "ben")
    world.advance(MONDAY + 90 * DAY)
    assert diary(world) == [
        "2026-03-30 10:00 anna ask",
        "2026-03-30 10:00 ben ask",
        "2026-04-04 09:30 ben thanks",
        "2026-04-09 10:00 anna again",
    ]


def test_who_orders_again_within_the_four_weeks_is_only_thanked(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    buy(shop, MONDAY + 9 * DAY, "2")
    shop.advance(MONDAY + 90 * DAY)
    assert diary(shop) == ["2026-03-11 08:30 anna thanks"]


def test_the_third_order_is_nothing_special(shop: MemoryWorld) -> None:
    for number in range(1, 4):
        buy(shop, MONDAY + 40 * number * DAY, str(number))
    shop.advance(MONDAY + 400 * DAY)
    assert diary(shop) == [
        "2026-05-09 10:00 anna ask",
        "2026-05-19 10:00 anna again",
        "2026-05-21 09:30 anna thanks",
    ]


def test_who_is_told_of_twice_with_one_order_is_not_thanked_for_a_second(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    buy(shop, MONDAY + HOUR, "1")
    shop.advance(MONDAY + 20 * DAY)
    assert diary(shop) == []


@pytest.mark.parametrize("undone", ["Order Cancelled", "Order Refunded"])
def test_who_gave_the_first_order_back_is_not_asked_how_it_was(shop: MemoryWorld, undone: str) -> None:
    buy(shop, MONDAY, "1")
    shop.advance(MONDAY + 5 * DAY)
    shop.batch(track(undone, MONDAY + 5 * DAY, "anna", order_id="1"))
    shop.advance(MONDAY + 90 * DAY)
    assert diary(shop) == []


def test_who_bought_at_the_counter_is_not_asked(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1", affiliation="Laden")
    shop.advance(MONDAY + 90 * DAY)
    assert diary(shop) == []


def test_a_first_order_in_the_year_s_last_days_is_asked_about_in_the_new_year(shop: MemoryWorld) -> None:
    december = datetime(2026, 12, 10, 17, 45, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    buy(shop, december, "1")
    shop.advance(december + 60 * DAY)
    assert diary(shop) == ["2027-01-08 10:00 anna ask", "2027-01-18 10:00 anna again"]
