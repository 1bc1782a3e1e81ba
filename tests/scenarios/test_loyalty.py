"""Who looks around a lot and buys nothing is helped to choose; who reaches a new tier is congratulated."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.shipped import a_shop_with_anna, both_worlds, diary, letter, shipped, system
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, World, identify, track

MONDAY = datetime(2026, 3, 2, 19, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("loyalty")


def look(world: World, at: datetime, product: str, who: str = "anna") -> None:
    world.advance(at)
    world.batch(track("Product Viewed", at, who, product_id=product, name=product))


def look_around(world: World, start: datetime, times: int = 5, who: str = "anna") -> None:
    for number in range(times):
        look(world, start + 7 * number * MINUTE, f"p{number}", who)


def buy(world: World, at: datetime, number: str, who: str = "anna") -> None:
    world.advance(at)
    world.batch(track("Order Completed", at, who, order_id=f"{who}-{number}", total=24.5))


shop = a_shop_with_anna(CONTENT, MONDAY)
world = both_worlds(CONTENT, MONDAY)


def test_anna_looks_at_five_coffees_buys_none_and_is_helped_the_next_morning_ben_buys(world: World) -> None:
    for who in ("anna", "ben"):
        world.batch(identify(who, MONDAY))
    look_around(world, MONDAY)
    look_around(world, MONDAY + HOUR, who="ben")
    buy(world, MONDAY + 3 * HOUR, "1", "ben")
    world.advance(MONDAY + 60 * DAY)
    assert diary(world) == ["2026-03-03 10:00 anna help"]


def test_a_new_tier_is_congratulated_on_at_once_and_a_lost_one_is_not_mentioned(world: World) -> None:
    world.batch(identify("anna", MONDAY))
    system(world, "Tier Changed", MONDAY + HOUR, "anna", **{"from": "Bronze", "to": "Silber", "direction": "up"})
    system(world, "Tier Changed", MONDAY + 90 * DAY, "anna", **{"from": "Silber", "to": "Bronze", "direction": "down"})
    world.advance(MONDAY + 120 * DAY)
    assert diary(world) == ["2026-03-02 20:00 anna congratulate"]


def test_the_congratulation_names_the_tier(shop: MemoryWorld) -> None:
    system(shop, "Tier Changed", MONDAY + HOUR, "anna", **{"from": "Bronze", "to": "Silber", "direction": "up"})
    assert letter(shop).startswith("Sie haben die Stufe „Silber“ erreicht")


def test_four_looks_are_not_a_lot(shop: MemoryWorld) -> None:
    look_around(shop, MONDAY, 4)
    shop.advance(MONDAY + 60 * DAY)
    assert diary(shop) == []


def test_five_looks_in_three_weeks_are_not_a_lot_either(shop: MemoryWorld) -> None:
    for number in range(5):
        look(shop, MONDAY + 5 * number * DAY, f"p{number}")
    shop.advance(MONDAY + 60 * DAY)
    assert diary(shop) == []


def test_who_bought_last_month_may_look_around_as_they_like(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    look_around(shop, MONDAY + 30 * DAY)
    shop.advance(MONDAY + 50 * DAY)
    assert diary(shop) == []


def test_with_something_in_the_cart_it_is_the_cart_s_business(shop: MemoryWorld) -> None:
    shop.batch(track("Product Added", MONDAY, "anna", product_id="p0", price=12, quantity=1))
    look_around(shop, MONDAY + MINUTE)
    shop.advance(MONDAY + 60 * DAY)
    assert diary(shop) == []


def test_looking_on_makes_no_second_mail_until_they_have_stopped_for_two_weeks(shop: MemoryWorld) -> None:
    look_around(shop, MONDAY)
    look_around(shop, MONDAY + 3 * DAY)
    shop.advance(MONDAY + 40 * DAY)
    look_around(shop, MONDAY + 40 * DAY)
    shop.advance(MONDAY + 100 * DAY)
    assert diary(shop) == ["2026-03-03 10:00 anna help", "2026-04-12 10:00 anna help"]


def test_the_night_when_the_clocks_change_moves_nothing(shop: MemoryWorld) -> None:
    saturday = datetime(2026, 10, 24, 18, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    look_around(shop, saturday)
    shop.advance(saturday + 3 * DAY)
    assert diary(shop) == ["2026-10-25 10:00 anna help"]
