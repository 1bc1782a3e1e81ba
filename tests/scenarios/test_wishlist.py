"""What stands on a wish list is remembered after three days and once more after two weeks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.customer import BEANS, GRINDER, buys, does, mail_text
from tests.shipped import a_shop_with_anna, both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify

# Two days before the 29th of a leap year's February.
FEB_27 = datetime(2028, 2, 27, 12, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("wishlist")


shop = a_shop_with_anna(CONTENT, FEB_27)
world = both_worlds(CONTENT, FEB_27)


def test_anna_is_reminded_twice_ben_buys_and_is_left_alone(world: World) -> None:
    for who in ("anna", "ben"):
        world.batch(identify(who, FEB_27))
        does(world, FEB_27, "Product Added to Wishlist", who, **GRINDER)
    buys(world, FEB_27 + 5 * DAY, "1", GRINDER, who="ben")
    world.advance(FEB_27 + 90 * DAY)
    assert diary(world) == [
        "2028-03-01 12:00 anna remind",
        "2028-03-01 12:00 ben remind",
        "2028-03-15 12:00 anna last",
    ]


def test_the_last_wish_counts_and_the_mail_names_it(shop: MemoryWorld) -> None:
    does(shop, FEB_27, "Product Added to Wishlist", **BEANS)
    does(shop, FEB_27 + DAY, "Product Added to Wishlist", **GRINDER)
    shop.advance(FEB_27 + 5 * DAY)
    assert diary(shop) == ["2028-03-02 12:00 anna remind"]
    assert "Handmühle mit Kegelmahlwerk" in mail_text(shop)


def test_what_is_taken_off_or_put_into_the_cart_is_not_spoken_of(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", FEB_27))
    for who in ("anna", "ben"):
        does(shop, FEB_27, "Product Added to Wishlist", who, **GRINDER)
    does(shop, FEB_27 + HOUR, "Product Removed from Wishlist", product_id=GRINDER["product_id"])
    does(shop, FEB_27 + HOUR, "Wishlist Product Added to Cart", "ben", **GRINDER)
    shop.advance(FEB_27 + 90 * DAY)
    assert diary(shop) == []


def test_after_the_first_mail_only_what_concerns_this_product_ends_it(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", FEB_27))
    for who in ("anna", "ben"):
        does(shop, FEB_27, "Product Added to Wishlist", who, **GRINDER)
    does(shop, FEB_27 + 4 * DAY, "Product Removed from Wishlist", product_id=GRINDER["product_id"])
    does(shop, FEB_27 + 4 * DAY, "Product Removed from Wishlist", "ben", product_id=BEANS["product_id"])
    shop.advance(FEB_27 + 90 * DAY)
    assert diary(shop)[2:] == ["2028-03-15 12:00 ben last"]
