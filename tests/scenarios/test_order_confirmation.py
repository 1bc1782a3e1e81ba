"""Whoever orders is told at once that the order has come in: consent or not, whatever else is on its way to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.customer import BEANS, GRINDER, buys, mail_text
from tests.shipped import both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify, track

# The last minute of the year in Kiel.
SILVESTER = datetime(2026, 12, 31, 23, 59, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("order-confirmation")


@pytest.fixture
def shop() -> MemoryWorld:
    return MemoryWorld(CONTENT, SILVESTER)


world = both_worlds(CONTENT, SILVESTER)


def test_anna_who_wants_no_advertising_has_her_confirmation_in_the_same_minute_each_time(world: World) -> None:
    world.batch(identify("anna", SILVESTER, status="UNSUBSCRIBED"))
    for number in range(1, 4):
        buys(world, SILVESTER + (number - 1) * HOUR, str(number), BEANS)
    world.advance(SILVESTER + 60 * DAY)
    assert diary(world) == [
        "2026-12-31 23:59 anna confirm",
        "2027-01-01 00:59 anna confirm",
        "2027-01-01 01:59 anna confirm",
    ]


def test_an_order_that_is_reported_twice_is_confirmed_once(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", SILVESTER))
    buys(shop, SILVESTER, "1", BEANS)
    shop.advance(SILVESTER + HOUR)
    shop.batch(track("Order Completed", SILVESTER + HOUR, "anna", order_id="1", total=14.9))
    shop.advance(SILVESTER + DAY)
    assert diary(shop) == ["2026-12-31 23:59 anna confirm"]


def test_it_lists_what_was_bought_and_advertises_nothing(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", SILVESTER, firstName="Anna", locale="de-AT"))
    buys(shop, SILVESTER, "KN-7", {**BEANS, "quantity": 2}, GRINDER)
    shop.advance(SILVESTER + HOUR)
    text = mail_text(shop)
    for line in ("Ihre Bestellung KN-7", "Espresso Kieler Förde, 500 g", "Handmühle", "31. Dezember 2026"):
        assert line in text
    assert "108,80" in text.replace("\u00a0", " ")
    assert "Abmelden" not in text


def test_an_order_that_comes_two_days_late_is_still_confirmed_history_is_not(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", SILVESTER - 90 * DAY))
    late = track("Order Completed", SILVESTER - timedelta(days=2), "anna", order_id="1", total=5)
    old = track("Order Completed", SILVESTER - timedelta(days=20), "anna", order_id="2", total=5)
    shop.batch(late, old)
    shop.advance(SILVESTER + DAY)
    assert diary(shop) == ["2026-12-31 23:59 anna confirm"]
