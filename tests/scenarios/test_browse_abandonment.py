"""Looked at for a minute, or twice, and not bought: one reminder two hours later, and thanks for a purchase."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.customer import BEANS, GRINDER, buys, does, mail_text
from tests.shipped import both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, World, identify, track

# The evening before the clocks go back.
OCT_24 = datetime(2026, 10, 24, 23, 30, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("browse-abandonment", "cart-abandonment")


@pytest.fixture
def shop() -> MemoryWorld:
    world = MemoryWorld(CONTENT, OCT_24)
    world.batch(identify("anna", OCT_24 - 2 * DAY, firstName="Anna"))
    return world


world = both_worlds(CONTENT, OCT_24)


def looks(world: World, at: datetime, product: dict[str, object], who: str = "anna", seconds: int = 10) -> None:
    """Opens a product's page and leaves it for the start page."""
    does(world, at, "Product Viewed", who, **product)
    gone = at + timedelta(seconds=seconds)
    world.advance(gone)
    world.batch({**track("", gone, who), "type": "page", "name": "Startseite"})


def test_anna_looks_twice_ben_reads_for_a_minute_cleo_glances_and_only_anna_buys(world: World) -> None:
    for who in ("anna", "ben", "cleo"):
        world.batch(identify(who, OCT_24))
    looks(world, OCT_24, GRINDER)
    looks(world, OCT_24 + 2 * MINUTE, GRINDER, who="cleo")
    looks(world, OCT_24 + 4 * MINUTE, GRINDER, who="ben", seconds=60)
    looks(world, OCT_24 + 12 * MINUTE, GRINDER)
    buys(world, OCT_24 + 10 * HOUR, "1", GRINDER)
    world.advance(OCT_24 + 20 * DAY)
    assert diary(world) == [
        # 23:42 and two hours, in the night that has 2:00 to 3:00 twice: the wall clock shows an hour less from then on.
        "2026-10-25 01:35 ben remind",
        "2026-10-25 01:42 anna remind",
        "2026-10-25 08:30 anna thanks",
    ]


def test_a_page_left_after_59_seconds_is_no_interest_one_that_reports_its_own_time_is(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", OCT_24))
    looks(shop, OCT_24, GRINDER, seconds=59)
    does(shop, OCT_24 + MINUTE, "Product Viewed", "ben", **GRINDER, time_on_page=75)
    shop.advance(OCT_24 + 20 * DAY)
    assert diary(shop) == ["2026-10-25 01:31 ben remind"]


def test_two_different_things_are_not_the_same_twice(shop: MemoryWorld) -> None:
    looks(shop, OCT_24, GRINDER)
    looks(shop, OCT_24 + 5 * MINUTE, BEANS)
    shop.advance(OCT_24 + 20 * DAY)
    assert diary(shop) == []


def test_the_mail_names_the_thing_and_leads_back_to_it(shop: MemoryWorld) -> None:
    looks(shop, OCT_24, GRINDER)
    looks(shop, OCT_24 + 5 * MINUTE, GRINDER)
    shop.advance(OCT_24 + DAY)
    text = mail_text(shop)
    assert "Noch am Überlegen? Handmühle mit Kegelmahlwerk" in text
    assert "https://www.example.com/kaffee/zub-muehle" in text


def test_what_goes_into_the_cart_is_the_carts_affair_and_one_journey_gives_thanks(shop: MemoryWorld) -> None:
    looks(shop, OCT_24, GRINDER)
    looks(shop, OCT_24 + 5 * MINUTE, GRINDER)
    does(shop, OCT_24 + 3 * HOUR, "Product Added", **GRINDER)
    buys(shop, OCT_24 + 27 * HOUR, "1", GRINDER)
    shop.advance(OCT_24 + 20 * DAY)
    assert diary(shop) == [
        "2026-10-25 01:35 anna remind",
        "2026-10-25 02:30 anna remind",  # the cart's; the clocks went back before it
        "2026-10-26 01:30 anna thanks",
    ]
    assert "Wir packen schon" in shop.simulation.mailer.sent[-1].mime.decode()


def test_one_reminder_a_week(shop: MemoryWorld) -> None:
    for days in (0, 3, 8):
        for minutes in (0, 5):
            looks(shop, OCT_24 + days * DAY + minutes * MINUTE, GRINDER)
    shop.advance(OCT_24 + 30 * DAY)
    assert [line[:16] for line in diary(shop)] == ["2026-10-25 01:35", "2026-11-02 00:35"]
