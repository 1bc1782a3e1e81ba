"""Before they order, people see the larger or finer version of what they chose; once, and not if money is tight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.customer import BEANS, GRINDER, buys, does, mail_text
from tests.shipped import a_shop_with_anna, both_worlds, diary, shipped
from tests.worlds import DAY, MINUTE, MemoryWorld, World, identify, track

MAY_4 = datetime(2026, 5, 4, 19, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("upsell")
LARGE = {**BEANS, "product_id": "ESP-LOTSE", "name": "Espresso Lotse, 1 kg", "price": 27.9}


shop = a_shop_with_anna(CONTENT, MAY_4)
world = both_worlds(CONTENT, MAY_4)


def looks(world: World, at: datetime, seconds: int, product: dict[str, object], who: str = "anna") -> None:
    """Opens a product's page and leaves it for another page."""
    does(world, at, "Product Viewed", who, **product)
    gone = at + timedelta(seconds=seconds)
    world.advance(gone)
    world.batch({**track("", gone, who), "type": "page", "name": "Startseite"})


def test_anna_has_the_small_bag_in_her_cart_ben_reads_about_it_for_a_minute(world: World) -> None:
    for who in ("anna", "ben", "cleo"):
        world.batch(identify(who, MAY_4, firstName=who.title()))
    does(world, MAY_4, "Product Added", **BEANS)
    looks(world, MAY_4 + 5 * MINUTE, 90, BEANS, who="ben")
    looks(world, MAY_4 + 10 * MINUTE, 20, BEANS, who="cleo")
    world.advance(MAY_4 + 20 * DAY)
    assert diary(world) == ["2026-05-04 19:20 anna show", "2026-05-04 19:25 ben show"]


def test_the_mail_shows_the_kilo_bag_and_the_way_back(shop: MemoryWorld) -> None:
    does(shop, MAY_4, "Product Added", **BEANS)
    shop.advance(MAY_4 + DAY)
    text = mail_text(shop)
    assert "Lohnt sich der Kilobeutel?" in text
    assert "https://www.example.com/warenkorb" in text


def test_who_orders_within_the_twenty_minutes_or_empties_the_cart_reads_nothing(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", MAY_4))
    does(shop, MAY_4, "Product Added", **BEANS)
    does(shop, MAY_4, "Product Added", "ben", **BEANS)
    does(shop, MAY_4 + 5 * MINUTE, "Product Removed", "ben", **BEANS)
    buys(shop, MAY_4 + 15 * MINUTE, "1", BEANS)
    shop.advance(MAY_4 + 20 * DAY)
    assert diary(shop) == []


def test_nothing_is_shown_for_what_is_the_best_already_or_has_no_better_version(shop: MemoryWorld) -> None:
    does(shop, MAY_4, "Product Added", **LARGE)
    does(shop, MAY_4 + DAY, "Product Added", **GRINDER)
    shop.advance(MAY_4 + 20 * DAY)
    assert diary(shop) == []


def test_who_buys_by_price_is_left_alone(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", MAY_4, priceSensitivity=0.8))
    does(shop, MAY_4 + MINUTE, "Product Added", "ben", **BEANS)
    shop.advance(MAY_4 + 20 * DAY)
    assert diary(shop) == []


def test_once_a_month_is_enough(shop: MemoryWorld) -> None:
    for days in (0, 10, 31):
        does(shop, MAY_4 + days * DAY, "Product Added", **BEANS)
    shop.advance(MAY_4 + 60 * DAY)
    assert diary(shop) == ["2026-05-04 19:20 anna show", "2026-06-04 19:20 anna show"]
