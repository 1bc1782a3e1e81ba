"""Capsules run out: who bought 100 of them is asked on day 92, and nobody who has bought since."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.shipped import both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, World, identify, track

KIEL = ZoneInfo("Europe/Berlin")
MARCH_3 = datetime(2026, 3, 3, 10, 0, tzinfo=KIEL).astimezone(UTC)
CONTENT = shipped("replenishment")


def capsules(quantity: int = 100, product: str = "forde") -> dict[str, Any]:
    name, url = "Kapseln „Förde“", "https://www.example.com/kapseln"
    line = {"product_id": product, "name": name, "category": "coffee-capsules", "url": url}
    return {**line, "quantity": quantity, "price": 0.39}


def cups() -> dict[str, Any]:
    return {"product_id": "cup", "name": "Becher", "category": "cups", "quantity": 2, "price": 9}


def buy(world: World, at: datetime, number: str, *lines: dict[str, Any], who: str = "anna") -> None:
    world.advance(at)
    world.batch(track("Order Completed", at, who, order_id=number, total=39, products=list(lines)))


def a_buyer(bought: datetime, *lines: dict[str, Any], **traits: Any) -> MemoryWorld:
    """Anna has just bought this, and nothing else ever."""
    world = MemoryWorld(CONTENT, bought)
    world.batch(identify("anna", bought, firstName="Anna", **traits))
    buy(world, bought, "1", *lines)
    return world


world = both_worlds(CONTENT, MARCH_3)


def test_anna_buys_100_capsules_on_3_march_is_asked_on_day_92_and_ben_who_bought_since_is_not(world: World) -> None:
    for who in ("anna", "ben"):
        world.batch(identify(who, MARCH_3))
        buy(world, MARCH_3, f"{who}-1", capsules(), who=who)
    buy(world, MARCH_3 + 40 * DAY, "ben-2", capsules(10, "sample"), who="ben")
    buy(world, MARCH_3 + 41 * DAY, "anna-2", cups())
    world.advance(MARCH_3 + 120 * DAY)
    assert diary(world) == ["2026-06-03 09:00 anna remind", "2026-06-09 09:00 anna again"]


def test_anna_orders_after_the_first_mail_and_hears_again_only_when_the_new_ones_run_out() -> None:
    world = a_buyer(MARCH_3, capsules())
    buy(world, MARCH_3 + 94 * DAY, "2", capsules(50))
    world.advance(MARCH_3 + 400 * DAY)
    assert diary(world) == [
        "2026-06-03 09:00 anna remind",
        "2026-07-17 09:00 anna remind",
        "2026-07-23 09:00 anna again",
    ]


def test_half_the_capsules_last_half_the_time() -> None:
    world = a_buyer(MARCH_3, capsules(50))
    world.advance(MARCH_3 + 45 * DAY)
    assert diary(world) == ["2026-04-14 09:00 anna remind"]


def test_who_buys_a_sample_is_not_asked_for_more_within_the_week() -> None:
    """Ten capsules less shipping and lead would be due on day 2."""
    world = a_buyer(MARCH_3, capsules(10))
    world.advance(MARCH_3 + 400 * DAY)
    assert diary(world) == []


def test_two_kinds_in_one_order_make_one_reminder() -> None:
    world = a_buyer(MARCH_3, capsules(100, "forde"), cups(), capsules(100, "kiel"))
    world.advance(MARCH_3 + 120 * DAY)
    assert diary(world) == ["2026-06-03 09:00 anna remind", "2026-06-09 09:00 anna again"]


def test_who_orders_again_three_days_later_is_reminded_of_the_second_order_alone() -> None:
    world = a_buyer(MARCH_3, capsules())
    buy(world, MARCH_3 + 3 * DAY, "2", capsules())
    world.advance(MARCH_3 + 120 * DAY)
    assert diary(world) == ["2026-06-06 09:00 anna remind", "2026-06-12 09:00 anna again"]


@pytest.mark.parametrize(
    ("bought", "asked"),
    [
        ((2025, 12, 27, 18, 0), "2026-03-29 09:00 anna remind"),  # the night before, an hour was lost
        ((2026, 7, 25, 18, 0), "2026-10-25 09:00 anna remind"),  # and in autumn there was one more
        ((2026, 10, 1, 7, 30), "2027-01-01 09:00 anna remind"),  # into the next year
        ((2027, 11, 29, 12, 0), "2028-02-29 09:00 anna remind"),  # a leap day is a day
        ((2026, 3, 3, 23, 59), "2026-06-03 09:00 anna remind"),
        ((2026, 3, 4, 0, 1), "2026-06-04 09:00 anna remind"),  # in Greenwich it still was the third
    ],
)
def test_day_92_is_counted_on_the_buyers_own_calendar(bought: tuple[int, int, int, int, int], asked: str) -> None:
    at = datetime(*bought, tzinfo=KIEL).astimezone(UTC)
    world = a_buyer(at, capsules())
    world.advance(at + 93 * DAY)
    assert diary(world) == [asked]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo", "Australia/Sydney", "Asia/Kathmandu"])
def test_nine_is_nine_where_the_buyer_lives(zone: str) -> None:
    world = a_buyer(MARCH_3 + 4 * HOUR + 5 * MINUTE, capsules(), timezone=zone)
    world.advance(MARCH_3 + 94 * DAY)
    day = (MARCH_3 + 4 * HOUR).astimezone(ZoneInfo(zone)).date() + 92 * DAY
    assert diary(world, zone) == [f"{day} 09:00 anna remind"]


def test_who_never_agreed_is_not_reminded() -> None:
    world = MemoryWorld(CONTENT, MARCH_3)
    world.batch(identify("anna", MARCH_3, status="UNSUBSCRIBED"))
    buy(world, MARCH_3, "1", capsules())
    world.advance(MARCH_3 + 120 * DAY)
    assert diary(world) == []
    assert set(world.skipped().values()) == {"no_consent"}


@pytest.mark.parametrize("quantity", [10**14, -3, 0])
def test_an_amount_that_nobody_buys_holds_up_nobody(quantity: int) -> None:
    world = MemoryWorld(CONTENT, MARCH_3)
    for who in ("anna", "ben"):
        world.batch(identify(who, MARCH_3))
    buy(world, MARCH_3, "ben-1", capsules(quantity), who="ben")
    buy(world, MARCH_3, "anna-1", capsules())
    world.advance(MARCH_3 + 95 * DAY)
    assert "2026-06-03 09:00 anna remind" in diary(world)
