"""The journeys that ship, told as stories; memory and moto must tell them alike, to the minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.dev.content import files
from cli.runtime.world import LocalRuntime
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, MotoWorld, World, identify, track

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONTENT = {path: text.decode() for path, text in files().items()}
BEANS: dict[str, Any] = {"product_id": "beans", "name": "Espresso Nr. 4", "price": 24.5, "quantity": 1}


@pytest.fixture(params=["memory", "moto"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "memory":
        yield MemoryWorld(CONTENT, MONDAY)
        return
    with LocalRuntime(MONDAY) as runtime:
        yield MotoWorld(runtime, CONTENT)


def test_anna_signs_up_and_is_welcomed_at_once_on_day_three_and_on_day_seven(world: World) -> None:
    world.batch(identify("anna", MONDAY, firstName="Anna"))
    world.advance(MONDAY + 20 * DAY)
    assert world.told() == [
        "03-02 09:00 anna@shop.example hello",
        "03-05 09:00 anna@shop.example about-you",
        "03-09 09:00 anna@shop.example favourites",
    ]


def test_ben_fills_a_cart_forgets_it_and_is_reminded_three_times_at_most(world: World) -> None:
    world.batch(identify("ben", MONDAY - 2 * DAY))  # older than a day when it arrives: no welcome
    world.batch(track("Product Added", MONDAY, "ben", **BEANS))
    world.advance(MONDAY + 20 * DAY)
    assert world.told() == [
        "03-02 10:00 ben@shop.example remind",
        "03-03 10:00 ben@shop.example again",
        "03-05 10:00 ben@shop.example last",
    ]


def test_cleo_comes_back_and_buys_so_she_is_thanked_and_left_alone(world: World) -> None:
    world.batch(identify("cleo", MONDAY - 2 * DAY))
    world.batch(track("Product Added", MONDAY, "cleo", **BEANS))
    bought = MONDAY + 5 * HOUR
    world.advance(bought)
    world.batch(track("Order Completed", bought, "cleo", order_id="1001", total=24.5, products=[BEANS]))
    world.advance(MONDAY + 20 * DAY)
    assert world.told() == ["03-02 10:00 cleo@shop.example remind", "03-02 14:00 cleo@shop.example thanks"]


def test_dora_buys_within_the_hour_and_never_hears_of_a_cart(world: World) -> None:
    world.batch(identify("dora", MONDAY - 2 * DAY))
    world.batch(track("Product Added", MONDAY, "dora", **BEANS))
    world.advance(MONDAY + 40 * MINUTE)
    world.batch(track("Order Completed", MONDAY + 40 * MINUTE, "dora", order_id="1002", total=24.5))
    world.advance(MONDAY + 20 * DAY)
    assert world.told() == []


def test_emil_shops_as_a_stranger_logs_in_and_is_one_person_from_then_on(world: World) -> None:
    world.batch(track("Product Added", MONDAY, anonymous="phone", **BEANS))
    world.advance(MONDAY + 30 * MINUTE)
    world.batch(identify("emil", MONDAY + 30 * MINUTE, "phone", status="DID_NOT_SUBSCRIBE"))
    world.batch(identify("emil", MONDAY - 3 * DAY))
    world.advance(MONDAY + 20 * DAY)
    assert world.told() == [
        "03-02 10:00 emil@shop.example remind",
        "03-03 10:00 emil@shop.example again",
        "03-05 10:00 emil@shop.example last",
    ]


def test_frieda_never_agreed_to_marketing_and_gets_none(world: World) -> None:
    world.batch(identify("frieda", MONDAY, status="UNSUBSCRIBED"))
    world.batch(track("Product Added", MONDAY, "frieda", **BEANS))
    world.advance(MONDAY + 20 * DAY)
    assert world.told() == []
    assert set(world.skipped().values()) == {"no_consent"}


def test_gero_looks_twice_at_one_thing_and_is_asked_whether_it_still_interests_him(world: World) -> None:
    world.batch(identify("gero", MONDAY - 2 * DAY))
    for minutes in (0, 12):
        world.advance(MONDAY + minutes * MINUTE)
        world.batch(track("Product Viewed", MONDAY + minutes * MINUTE, "gero", **BEANS))
    world.advance(MONDAY + 20 * DAY)
    assert world.told() == ["03-02 11:12 gero@shop.example remind"]


def test_hanna_gets_two_marketing_mails_a_day_at_most(world: World) -> None:
    """Welcome, then the cart's first reminder; the browse reminder waits until a day has passed."""
    world.batch(identify("hanna", MONDAY))
    for minutes in (0, 5):
        world.advance(MONDAY + minutes * MINUTE)
        world.batch(track("Product Viewed", MONDAY + minutes * MINUTE, "hanna", **BEANS))
    world.batch(track("Product Added", MONDAY + 6 * MINUTE, "hanna", **BEANS))
    world.advance(MONDAY + 2 * DAY)
    by_day = [line[:5] for line in world.told()]
    assert by_day.count("03-02") == 2
    assert max(by_day.count(day) for day in set(by_day)) <= 2
