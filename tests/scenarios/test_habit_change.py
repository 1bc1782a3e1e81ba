"""Who buys less than half of what they used to is shown, once, what is new in what they like best."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.shipped import a_shop_with_anna, both_worlds, diary, letter, shipped
from tests.worlds import DAY, MemoryWorld, World, identify, track

JANUARY = datetime(2026, 1, 5, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("habit-change")


def buy(world: World, day: int, total: float = 30, who: str = "anna", category: str = "coffee-capsules") -> None:
    at = JANUARY + day * DAY
    world.advance(at)
    line: dict[str, Any] = {"product_id": "p", "name": "Kapseln", "category": category, "quantity": 1, "price": total}
    world.batch(track("Order Completed", at, who, order_id=f"{who}-{day}", total=total, products=[line]))


shop = a_shop_with_anna(CONTENT, JANUARY)
world = both_worlds(CONTENT, JANUARY)


def test_anna_orders_every_twenty_days_stops_in_march_and_hears_of_what_is_new(world: World) -> None:
    world.batch(identify("anna", JANUARY))
    for day in range(0, 100, 20):
        buy(world, day)
    world.advance(JANUARY + 400 * DAY)
    # The last order, of 26 March, is out of the last thirty days on 25 April; three days of grace, then at ten.
    assert diary(world) == ["2026-04-29 10:00 anna new"]


def test_the_mail_is_about_what_the_last_order_was(shop: MemoryWorld) -> None:
    for day in range(0, 100, 20):
        buy(shop, day)
    shop.advance(JANUARY + 200 * DAY)
    assert letter(shop).startswith("Neue Kapseln im Regal")


def test_much_smaller_baskets_are_a_change_too(shop: MemoryWorld) -> None:
    for day in range(0, 90, 15):
        buy(shop, day, 60)
    for day in range(92, 150, 15):
        buy(shop, day, 12, category="tea")
    # On 20 April the last basket of 60 is out of the last thirty days; a cup of tea in between is no sign of life.
    assert diary(shop) == ["2026-04-24 10:00 anna new"]
    assert letter(shop).startswith("Neu im Regal")


def test_a_basket_of_the_usual_size_shows_that_all_is_well(shop: MemoryWorld) -> None:
    for day in (0, 15, 30, 45, 60, 75, 107, 122):
        buy(shop, day, 60)
    assert diary(shop) == []


def test_who_orders_every_month_never_hears_of_it(shop: MemoryWorld) -> None:
    for number in range(24):
        buy(shop, 31 * number)
    assert diary(shop) == []


def test_two_orders_are_no_habit(shop: MemoryWorld) -> None:
    buy(shop, 0)
    buy(shop, 20)
    shop.advance(JANUARY + 400 * DAY)
    assert diary(shop) == []


def test_the_same_change_again_is_answered_again_in_the_new_year(shop: MemoryWorld) -> None:
    for start in (0, 252):
        for day in range(start, start + 100, 20):
            buy(shop, day)
    shop.advance(JANUARY + 500 * DAY)
    assert diary(shop) == ["2026-04-29 10:00 anna new", "2027-01-05 10:00 anna new"]


def test_ten_is_ten_in_sydney() -> None:
    shop = MemoryWorld(CONTENT, JANUARY)
    shop.batch(identify("anna", JANUARY, timezone="Australia/Sydney"))
    for day in range(0, 100, 20):
        buy(shop, day)
    shop.advance(JANUARY + 200 * DAY)
    assert diary(shop, "Australia/Sydney") == ["2026-04-29 10:00 anna new"]
