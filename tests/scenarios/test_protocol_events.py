"""The rules for events, each with the interleaving that it closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from anlass.domain.applying import Record
from anlass.domain.timer import Timer
from anlass.usecases.match_events import match_events

from cli.simulation import Simulation
from tests.anna import ANNA, DAY, HOUR, cart, order, rows, state_of
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails, sent


def test_a_replayed_stream_record_changes_nothing(shop: Simulation) -> None:
    shop.ingest(order(HOUR), an_event("Product Viewed", MORNING + HOUR, "anna", product_id="beans"))
    before = state_of(shop)
    shop.deliver_again(events=10)
    assert state_of(shop) == before
    assert (before.orders.count, before.views) == (1, 1)


def test_a_redrive_ignores_positions_and_is_fenced_by_a_seen_row(shop: Simulation) -> None:
    """The record lay in the failures bucket while later ones moved the position past it."""
    lost = order(HOUR)
    shop.event_log.put([lost])
    shop._read_events += 1  # the stream gave up on it
    shop.ingest(cart(2 * HOUR))
    for _ in range(2):
        match_events(
            [Record(lost, "memory", "1")],
            store=shop.store,
            event_log=shop.event_log,
            definitions=shop.definitions,
            clock=shop.clock,
            hashes=shop.hashes,
            redrive=True,
        )
    assert state_of(shop).orders.count == 1


def test_what_is_redriven_although_it_was_applied_lets_nobody_in_again_and_keeps_nobody_out() -> None:
    hello = journey("hello", trigger={"type": "event", "event": "Account Created"}, steps=[mails("first")])
    shop = a_simulation(content(hello, templates=["first"]))
    created = an_event("Account Created", MORNING, "anna")
    shop.ingest(identified("anna", MORNING), created)
    match_events(
        [Record(created, "memory", "1")],
        store=shop.store,
        event_log=shop.event_log,
        definitions=shop.definitions,
        clock=shop.clock,
        hashes=shop.hashes,
        redrive=True,
    )
    assert (sent(shop), state_of(shop).live) == ([f"{ANNA} first"], {})
    shop.ingest(an_event("Account Created", MORNING + HOUR, "anna"))
    assert sent(shop) == [f"{ANNA} first"] * 2


def test_a_restored_table_starts_a_new_position(shop: Simulation) -> None:
    for life in ("2026-01-01", "2026-05-05"):
        match_events(
            [Record(replace(order(HOUR), id=life, properties={"order_id": life, "total": 1}), life, "1")],
            store=shop.store,
            event_log=shop.event_log,
            definitions=shop.definitions,
            clock=shop.clock,
            hashes=shop.hashes,
        )
    assert state_of(shop).orders.count == 2


def test_a_purchase_that_is_applied_before_its_cart_still_disarms_it(shop: Simulation) -> None:
    shop.ingest(order(30 * timedelta(minutes=1)))
    shop.ingest(replace(cart(timedelta(minutes=10)), received_at=MORNING + timedelta(minutes=40)))
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == []
    assert rows(shop, Timer) == []


def test_a_late_event_enrols_nobody_but_a_late_purchase_still_exits(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 30 * HOUR)
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} second"]
    shop.ingest(order(2 * HOUR, arrives=30 * HOUR))
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop)[2:] == [f"{ANNA} thanks"]
    late = replace(cart(-5 * DAY), received_at=shop.clock.now())
    shop.ingest(late)
    shop.advance(shop.clock.now() + 10 * DAY)
    assert len(sent(shop)) == 3
