"""Whoever has spent CHF 5,000 or ordered ten times is thanked once, at ten, and is vip from then on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from anlass.domain.profile import Attributes

from tests.shipped import a_shop_with_anna, both_worlds, diary, letter, shipped
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify, track

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("vip-threshold")


def buy(world: World, at: datetime, number: str, total: float, who: str = "anna", **more: Any) -> None:
    world.advance(at)
    world.batch(track("Order Completed", at, who, order_id=f"{who}-{number}", total=total, **more))


def tags(world: MemoryWorld, who: str = "anna") -> list[str]:
    rows = [row for row in world.simulation.store.rows() if isinstance(row, Attributes) and row.id == f"u:{who}"]
    return list(rows[0].traits.get("tags", []))


shop = a_shop_with_anna(CONTENT, MONDAY)
world = both_worlds(CONTENT, MONDAY)


def test_urs_spends_5000_francs_in_three_orders_and_is_thanked_on_the_next_morning(world: World) -> None:
    world.batch(identify("urs", MONDAY, timezone="Europe/Zurich"))
    for number, total in enumerate((1900, 3099.99, 0.01, 800)):
        buy(world, MONDAY + 20 * number * DAY, str(number), total, "urs", currency="CHF")
    world.advance(MONDAY + 90 * DAY)
    # The third order came 40 days later, at 16:00: the clocks had gone forward.
    assert diary(world, "Europe/Zurich") == ["2026-04-12 10:00 urs thanks"]


def test_anna_orders_for_the_tenth_time_and_is_vip(shop: MemoryWorld) -> None:
    for number in range(9):
        buy(shop, MONDAY + 30 * number * DAY, str(number), 20)
    assert tags(shop) == []
    buy(shop, MONDAY + 300 * DAY, "9", 20)
    shop.advance(MONDAY + 700 * DAY)
    assert diary(shop) == ["2026-12-28 10:00 anna thanks"]
    assert tags(shop) == ["vip"]


def test_the_tenth_order_is_named_where_it_was_the_reason(shop: MemoryWorld) -> None:
    for number in range(10):
        buy(shop, MONDAY + number * DAY, str(number), 20)
    shop.advance(MONDAY + 20 * DAY)
    assert "gerade ist Ihre zehnte Bestellung bei uns angekommen. Es gibt Kundinnen" in letter(shop)


def test_who_spent_a_lot_is_not_told_of_a_tenth_order(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "0", 6000, currency="CHF")
    shop.advance(MONDAY + 20 * DAY)
    assert "zehnte" not in letter(shop)


def test_both_reasons_thank_once(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "0", 6000, currency="CHF")
    for number in range(1, 15):
        buy(shop, MONDAY + number * DAY, str(number), 20)
    shop.advance(MONDAY + 60 * DAY)
    assert diary(shop) == ["2026-03-03 10:00 anna thanks"]


def test_five_thousand_euros_are_no_francs_and_nine_orders_not_ten(shop: MemoryWorld) -> None:
    for number in range(9):
        buy(shop, MONDAY + number * DAY, str(number), 555.6, currency="EUR")
    shop.advance(MONDAY + 60 * DAY)
    assert diary(shop) == []
    assert tags(shop) == []


def test_the_same_order_told_ten_times_is_one_order(shop: MemoryWorld) -> None:
    for hours in range(12):
        at = MONDAY + hours * HOUR
        shop.advance(at)
        shop.batch(track("Order Completed", at, "anna", order_id="1", total=20))
    shop.advance(MONDAY + 60 * DAY)
    assert diary(shop) == []


def test_other_tags_stay(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", MONDAY + HOUR, tags=["barista"]))
    buy(shop, MONDAY + 2 * HOUR, "0", 5000, currency="CHF")
    shop.advance(MONDAY + 2 * DAY)
    assert tags(shop) == ["barista", "vip"]


def test_an_order_on_new_year_s_eve_is_answered_in_the_new_year(shop: MemoryWorld) -> None:
    eve = datetime(2026, 12, 31, 23, 50, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    buy(shop, eve, "0", 5000, currency="CHF")
    shop.advance(eve + 5 * DAY)
    assert diary(shop) == ["2027-01-01 10:00 anna thanks"]


def test_tags_that_are_none_keep_no_thanks_back(shop: MemoryWorld) -> None:
    """By the key of the page anybody may send them in anybody's name."""
    shop.batch(identify("anna", MONDAY + HOUR, tags=[{"a": 1}, ["b"], None, "gold"]))
    buy(shop, MONDAY + 2 * HOUR, "1", 6000, currency="CHF")
    shop.advance(MONDAY + 3 * DAY)
    assert [line.split()[-1] for line in diary(shop)] == ["thanks"]
    assert tags(shop) == ["gold", "vip"]
