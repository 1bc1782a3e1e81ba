"""A full cart is spoken of three times at most: in the first hour, after a day, after two more."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.customer import BEANS, GRINDER, buys, clicks, does, lets_clicks_be_seen, mail_text
from tests.shipped import both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, World, identify

# The day before the clocks go forward.
MARCH_28 = datetime(2026, 3, 28, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("cart-abandonment")


@pytest.fixture
def shop() -> MemoryWorld:
    world = MemoryWorld(CONTENT, MARCH_28)
    world.batch(identify("anna", MARCH_28 - 2 * DAY, firstName="Anna"))
    return world


world = both_worlds(CONTENT, MARCH_28)


def test_anna_is_new_and_reads_what_to_expect_ben_has_bought_before_cleo_buys_in_the_end(world: World) -> None:
    for who in ("anna", "ben", "cleo"):
        world.batch(identify(who, MARCH_28))
    buys(world, MARCH_28, "0", BEANS, who="ben")
    for who in ("anna", "ben", "cleo"):
        does(world, MARCH_28 + MINUTE, "Product Added", who, **GRINDER)
    buys(world, MARCH_28 + 5 * HOUR, "1", GRINDER, who="cleo")
    world.advance(MARCH_28 + 20 * DAY)
    found = diary(world)
    assert sorted(found[:3]) == [f"2026-03-28 11:01 {who} remind" for who in ("anna", "ben", "cleo")]
    assert found[3] == "2026-03-28 15:00 cleo thanks"
    assert sorted(found[4:6]) == ["2026-03-29 12:01 anna first-order", "2026-03-29 12:01 ben again"]
    assert sorted(found[6:]) == ["2026-03-31 12:01 anna last", "2026-03-31 12:01 ben last"]


def test_who_clicked_and_still_did_not_buy_is_offered_help(shop: MemoryWorld) -> None:
    lets_clicks_be_seen(shop)
    buys(shop, MARCH_28, "0", BEANS)
    does(shop, MARCH_28 + MINUTE, "Product Added", **GRINDER)
    clicks(shop, MARCH_28 + 2 * HOUR, "remind")
    shop.advance(MARCH_28 + 20 * DAY)
    assert [line.rsplit(" ", 1)[1] for line in diary(shop)] == ["remind", "help", "last"]


def test_the_time_counts_from_the_last_thing_put_in(shop: MemoryWorld) -> None:
    for minutes, product in ((0, BEANS), (40, GRINDER)):
        does(shop, MARCH_28 + minutes * MINUTE, "Product Added", **product)
    shop.advance(MARCH_28 + 3 * HOUR)
    assert diary(shop) == ["2026-03-28 11:40 anna remind"]
    text = mail_text(shop)
    assert "Espresso Kieler Förde" in text
    assert "Handmühle" in text


def test_an_emptied_cart_is_forgotten_at_once(shop: MemoryWorld) -> None:
    does(shop, MARCH_28, "Product Added", **GRINDER)
    does(shop, MARCH_28 + 2 * HOUR, "Product Removed", **GRINDER)
    shop.advance(MARCH_28 + 20 * DAY)
    assert diary(shop) == ["2026-03-28 11:00 anna remind"]
