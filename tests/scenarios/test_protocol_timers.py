"""The rules for lazy timers, each with the interleaving that it closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from anlass.domain.applying import Record
from anlass.domain.changes import SaveState, SaveTimer
from anlass.domain.timer import Timer
from anlass.usecases.match_events import match_events
from anlass.usecases.ring_timer import ring_timer
from anlass.wire import Due

from cli.simulation import Simulation
from tests.anna import ANNA, HOUR, cart, rows, state_of
from tests.shop import MORNING, sent


def test_a_timer_that_rings_twice_enrols_once(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    (timer,) = rows(shop, Timer)
    ringing = Due("timer", timer.id, timer.generation)
    shop.clock.advance(HOUR)
    outcomes = [
        ring_timer(
            ringing,
            store=shop.store,
            event_log=shop.event_log,
            definitions=shop.definitions,
            clock=shop.clock,
            border=shop.border,
        ).outcome
        for _ in range(2)
    ]
    assert outcomes == ["enrolled", "stale"]
    shop.advance(MORNING + 2 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]


def test_a_busy_cart_costs_one_timer_row_that_moves_at_its_ring(shop: Simulation) -> None:
    for minute in (0, 20, 40, 55):
        shop.advance(MORNING + timedelta(minutes=minute))
        shop.ingest(cart(timedelta(minutes=minute)))
    (timer,) = rows(shop, Timer)
    assert timer.due == MORNING + HOUR
    shop.advance(MORNING + HOUR)
    (moved,) = rows(shop, Timer)
    assert (moved.id, moved.generation, moved.due) == (timer.id, 2, MORNING + timedelta(minutes=115))
    shop.advance(MORNING + timedelta(minutes=115))
    assert sent(shop) == [f"{ANNA} first"]


def test_an_occasion_that_enrolled_before_is_cleared_and_not_tried_for_ever(shop: Simulation) -> None:
    """STATE was lost and rebuilt from a redrive, the enrolment was not: the ring must come to an end."""
    shop.ingest(cart(timedelta(0)))
    (timer,) = rows(shop, Timer)
    shop.advance(MORNING + HOUR)
    state = state_of(shop)
    key = next(iter(state.timers))
    forgotten = replace(state, live={}, entered={}, timers={key: replace(state.timers[key], armed=timer.id)})
    shop.store.commit([SaveState(forgotten), SaveTimer(timer, read_generation=None)])
    shop.advance(MORNING + 2 * HOUR)
    assert rows(shop, Timer) == []
    assert sent(shop) == [f"{ANNA} first"]


def test_a_lost_schedule_request_heals(shop: Simulation) -> None:
    shop.event_log.put([cart(timedelta(0))])
    match_events(
        [Record(cart(timedelta(0)), "memory", str(len(shop.event_log.stream)))],
        store=shop.store,
        event_log=shop.event_log,
        definitions=shop.definitions,
        clock=shop.clock,
        hashes=shop.hashes,
    )
    shop.lose_requests()
    shop.clock.advance(timedelta(minutes=66))
    shop.sweep()
    shop.settle()
    assert sent(shop) == [f"{ANNA} first"]
