"""Good customers: STATE holds their last twenty orders and entries, and what is told again of older ones is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.shipped import both_worlds
from tests.shop import content, journey, mails
from tests.worlds import DAY, HOUR, World, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MANY = 25
SECOND = timedelta(seconds=1)

FILES = content(
    journey(
        "thirtieth",
        trigger={"type": "threshold", "metric": "profile.orders.count", "reaches": 30},
        steps=[mails("thanks")],
    ),
    journey(
        "parcel", trigger={"type": "event", "event": "Parcel Sent"}, entry={"per": "order_id"}, steps=[mails("parcel")]
    ),
    journey(
        "gift",
        trigger={
            "type": "absence",
            "event": "Gift Sent",
            "unless": ["Gift Opened"],
            "match": "gift_id",
            "after": "3 days",
        },
        entry={"per": "gift_id"},
        steps=[mails("gift")],
    ),
    journey(
        "look",
        trigger={"type": "event", "event": "Mug Seen"},
        entry={"per": "product_id", "again": "after 7 days"},
        steps=[mails("mug")],
    ),
    templates=("thanks", "parcel", "gift", "mug"),
)


world = both_worlds(FILES, START)


def many(event: str, at: datetime, name: str, numbers: Iterable[int] = range(MANY), **who: Any) -> list[dict[str, Any]]:
    """One for each number, a second apart, which is told apart by the property `name`."""
    return [
        track(event, at + number * SECOND, **{**(who or {"user": "anna"}), name: f"{name} {number}", "total": 10})
        for number in numbers
    ]


def left(world: World, step: str) -> int:
    return sum(line.endswith(f" {step}") for line in world.told())


def test_a_history_that_the_shop_tells_again_makes_no_thirtieth_order(world: World) -> None:
    world.batch(identify("anna", START), *many("Order Completed", START - HOUR, "order_id"))
    for days in (7, 8):
        world.advance(START + days * DAY)
        world.batch(*many("Order Completed", START + days * DAY - 2 * HOUR, "order_id"))
        world.batch(*many("Order Completed", START + days * DAY - HOUR, "order_id", range(5, 29)))
    assert left(world, "thanks") == 0
    world.batch(track("Order Completed", START + 8 * DAY, "anna", order_id="one more", total=10))
    assert left(world, "thanks") == 1


def test_a_guest_who_turns_out_to_be_known_has_no_second_history(world: World) -> None:
    world.batch(identify("anna", START), *many("Order Completed", START - HOUR, "order_id"))
    world.batch(*many("Order Completed", START, "order_id", range(3), anonymous="phone"))
    world.batch(track("Account Created", START + HOUR, "anna", "phone"))
    world.batch(*many("Order Completed", START + HOUR, "order_id", range(3, 5), anonymous="phone"))
    world.batch(*many("Order Completed", START + HOUR, "order_id", range(25, 29)))
    assert left(world, "thanks") == 0
    world.batch(track("Order Completed", START + 2 * HOUR, "anna", order_id="one more", total=10))
    assert left(world, "thanks") == 1


def test_a_parcel_that_is_told_of_again_is_no_second_parcel(world: World) -> None:
    world.batch(identify("anna", START))
    world.batch(*many("Parcel Sent", START - HOUR, "order_id"))
    assert left(world, "parcel") == MANY
    world.advance(START + DAY)
    world.batch(*many("Parcel Sent", START + DAY - HOUR, "order_id"))
    assert left(world, "parcel") == MANY
    world.batch(track("Parcel Sent", START + DAY, "anna", order_id="one more"))
    assert left(world, "parcel") == MANY + 1


def test_a_gift_that_is_told_of_again_is_asked_about_once(world: World) -> None:
    """A timer rings for each."""
    world.batch(identify("anna", START), *many("Gift Sent", START - HOUR, "gift_id"))
    world.advance(START + 4 * DAY)
    assert left(world, "gift") == MANY
    world.batch(*many("Gift Sent", START + 4 * DAY - HOUR, "gift_id"))
    world.batch(track("Gift Sent", START + 4 * DAY, "anna", gift_id="one more"))
    world.advance(START + 8 * DAY)
    assert left(world, "gift") == MANY + 1


def test_a_mug_comes_again_after_a_week_and_not_before(world: World) -> None:
    world.batch(identify("anna", START))
    for days, mugs in ((0, MANY), (6, MANY), (8, 2 * MANY)):
        now = START + timedelta(days=days)
        world.advance(now)
        world.batch(*many("Mug Seen", now - HOUR, "product_id"))
        assert left(world, "mug") == mugs
