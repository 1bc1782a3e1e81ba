"""After a sale people get what makes the new thing better to use, and no advertising."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.customer import BEANS, GRINDER, buys, does, gets_the_parcel, mail_text
from tests.shipped import a_shop_with_anna, both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify

MARCH_3 = datetime(2026, 3, 3, 18, 20, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("after-sale")


shop = a_shop_with_anna(CONTENT, MARCH_3)
world = both_worlds(CONTENT, MARCH_3)


def test_anna_buys_a_grinder_and_reads_how_to_set_it_when_it_has_come_and_how_to_clean_it(world: World) -> None:
    world.batch(identify("anna", MARCH_3, firstName="Anna"))
    buys(world, MARCH_3, "1", GRINDER)
    gets_the_parcel(world, MARCH_3 + 2 * DAY, "1")
    world.advance(MARCH_3 + 120 * DAY)
    # The four weeks hold the night in which the clocks go forward.
    assert diary(world) == ["2026-03-06 10:00 anna tips", "2026-04-03 11:00 anna care"]


def test_where_no_parcel_is_reported_it_is_taken_to_be_there_after_four_days(shop: MemoryWorld) -> None:
    buys(shop, MARCH_3, "1", BEANS)
    shop.advance(MARCH_3 + 120 * DAY)
    assert diary(shop) == ["2026-03-08 10:00 anna tips"]


def test_coffee_again_is_nothing_new_but_a_grinder_is(shop: MemoryWorld) -> None:
    buys(shop, MARCH_3, "1", BEANS)
    buys(shop, MARCH_3 + 30 * DAY, "2", BEANS)
    buys(shop, MARCH_3 + 60 * DAY, "3", BEANS, GRINDER)
    shop.advance(MARCH_3 + 120 * DAY)
    assert diary(shop) == [
        "2026-03-08 10:00 anna tips",
        "2026-05-07 10:00 anna tips",
        "2026-06-04 10:00 anna care",
    ]


def test_the_tips_are_about_what_was_bought(shop: MemoryWorld) -> None:
    buys(shop, MARCH_3, "1", BEANS)
    shop.advance(MARCH_3 + 6 * DAY)
    text = mail_text(shop)
    assert "So wird Ihr Espresso richtig gut" in text
    assert "25 bis 30 Sekunden" in text
    assert "French Press" not in text


def test_a_cancelled_order_needs_no_tips(shop: MemoryWorld) -> None:
    buys(shop, MARCH_3, "1", GRINDER)
    does(shop, MARCH_3 + HOUR, "Order Cancelled", order_id="1")
    shop.advance(MARCH_3 + 120 * DAY)
    assert diary(shop) == []
