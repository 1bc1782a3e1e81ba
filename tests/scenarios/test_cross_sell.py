"""A week after an order people read what goes with it; who orders again is asked how it was."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.customer import APRON, BEANS, GRINDER, buys, does, mail_text, presses
from tests.shipped import a_shop_with_anna, both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify

JUNE_1 = datetime(2026, 6, 1, 20, 5, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("cross-sell")


shop = a_shop_with_anna(CONTENT, JUNE_1)
world = both_worlds(CONTENT, JUNE_1)


def test_anna_is_reminded_after_two_days_ben_orders_again_and_is_asked_for_a_review(world: World) -> None:
    for who in ("anna", "ben"):
        world.batch(identify(who, JUNE_1))
        buys(world, JUNE_1, f"{who}-1", BEANS, who=who)
    buys(world, JUNE_1 + 9 * DAY, "ben-2", GRINDER, who="ben")
    world.advance(JUNE_1 + 90 * DAY)
    assert diary(world) == [
        "2026-06-08 10:00 anna ideas",
        "2026-06-08 10:00 ben ideas",
        "2026-06-10 10:00 anna again",
        "2026-06-10 10:00 ben again",
        "2026-06-14 10:00 ben review",  # three days and a half after the second order
    ]


def test_what_is_recommended_goes_with_what_was_bought_and_is_not_there_yet(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", JUNE_1))
    buys(shop, JUNE_1, "1", BEANS)
    buys(shop, JUNE_1, "2", BEANS, GRINDER, who="ben")
    shop.advance(JUNE_1 + 7 * DAY)
    assert "Handmühle „Deern“" in mail_text(shop, 0)
    assert "Handmühle „Deern“" not in mail_text(shop, 1)
    assert "Espressotassen" in mail_text(shop, 1)


def test_an_answer_to_the_review_is_thanked_for_or_put_right(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", JUNE_1))
    for when in (JUNE_1, JUNE_1 + 2 * DAY):
        for who in ("anna", "ben"):
            buys(shop, when, f"{who} {when}", BEANS, who=who)
    for who, stars in (("anna", 5), ("ben", 1)):
        presses(shop, JUNE_1 + 6 * DAY, "review", "rating", stars, who=who)
    shop.advance(JUNE_1 + 60 * DAY)
    assert diary(shop) == [
        "2026-06-07 10:00 anna review",
        "2026-06-07 10:00 ben review",
        "2026-06-07 20:05 anna thanks",
        "2026-06-07 20:05 ben remedy",
    ]


def test_nobody_hears_of_it_for_every_order(shop: MemoryWorld) -> None:
    """Anna orders every 25 days: from the second time on her order ends one round, and the next begins later."""
    for number in range(4):
        buys(shop, JUNE_1 + number * 25 * DAY, str(number), APRON)
    shop.advance(JUNE_1 + 98 * DAY)
    assert diary(shop) == [
        "2026-06-08 10:00 anna ideas",
        "2026-06-10 10:00 anna again",
        "2026-07-28 10:00 anna ideas",
        "2026-07-30 10:00 anna again",
    ]


def test_a_refunded_order_recommends_nothing(shop: MemoryWorld) -> None:
    buys(shop, JUNE_1, "1", BEANS)
    does(shop, JUNE_1 + HOUR, "Order Refunded", order_id="1")
    shop.advance(JUNE_1 + 60 * DAY)
    assert diary(shop) == []


def test_one_order_is_not_asked_about_by_two_journeys() -> None:
    world = MemoryWorld(shipped("cross-sell", "review"), JUNE_1)
    world.batch(identify("anna", JUNE_1))
    buys(world, JUNE_1, "1", GRINDER)
    buys(world, JUNE_1 + 9 * DAY, "2", BEANS)
    world.advance(JUNE_1 + 90 * DAY)
    assert diary(world) == [
        "2026-06-08 10:00 anna ideas",
        "2026-06-10 10:00 anna again",
        "2026-06-14 10:00 anna review",  # so neither the grinder on the 22nd nor the second order on the 23rd
    ]
