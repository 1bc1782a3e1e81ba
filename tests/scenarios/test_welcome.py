"""Who has confirmed is welcomed within the hour, asked on day 3, and shown the favourites on day 7."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.customer import BEANS, buys, does, mail_text
from tests.shipped import both_worlds, diary, shipped
from tests.worlds import DAY, MINUTE, MemoryWorld, World, identify

# Two days before the year ends.
DEC_29 = datetime(2026, 12, 29, 22, 15, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("welcome")


@pytest.fixture
def shop() -> MemoryWorld:
    return MemoryWorld(CONTENT, DEC_29)


world = both_worlds(CONTENT, DEC_29)


def test_anna_signs_up_and_is_welcomed_over_the_turn_of_the_year_ben_declined(world: World) -> None:
    world.batch(identify("anna", DEC_29, firstName="Anna"), identify("ben", DEC_29, status="UNSUBSCRIBED"))
    world.advance(DEC_29 + 90 * DAY)
    assert diary(world) == [
        "2026-12-29 22:15 anna hello",
        "2027-01-01 22:15 anna about-you",
        "2027-01-05 22:15 anna favourites",
    ]


def test_who_has_told_birthday_and_interests_is_not_asked_for_them(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", DEC_29, birthday="1990-02-28", interests=["Espresso"]))
    shop.batch(identify("ben", DEC_29, birthday="1990-02-28"))
    shop.advance(DEC_29 + 90 * DAY)
    assert [line for line in diary(shop) if "about-you" in line] == ["2027-01-01 22:15 ben about-you"]
    assert "Geburtstag" not in mail_text(shop, 2)
    assert "Was interessiert Sie?" in mail_text(shop, 2)


def test_the_first_order_is_what_it_was_for_and_ends_it(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", DEC_29))
    buys(shop, DEC_29 + 4 * DAY, "1", BEANS)
    shop.advance(DEC_29 + 90 * DAY)
    assert [line[:16] for line in diary(shop)] == ["2026-12-29 22:15", "2027-01-01 22:15"]


def test_nobody_is_welcomed_twice(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", DEC_29))
    shop.advance(DEC_29 + 40 * DAY)
    shop.batch(identify("anna", DEC_29 + 40 * DAY, status="UNSUBSCRIBED"))
    shop.advance(DEC_29 + 41 * DAY)
    shop.batch(identify("anna", DEC_29 + 41 * DAY + MINUTE))
    shop.advance(DEC_29 + 90 * DAY)
    assert len(diary(shop)) == 3


def test_who_unsubscribes_hears_no_more(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", DEC_29))
    shop.advance(DEC_29 + DAY)
    shop.batch(identify("anna", DEC_29 + DAY, status="UNSUBSCRIBED"))
    does(shop, DEC_29 + 2 * DAY, "Product Viewed", **BEANS)
    shop.advance(DEC_29 + 90 * DAY)
    assert diary(shop) == ["2026-12-29 22:15 anna hello"]
