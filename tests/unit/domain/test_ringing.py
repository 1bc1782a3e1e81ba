"""What a ring of a lazy timer means."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from anlass.domain.catalog import Catalog
from anlass.domain.changes import AddEnrolment, Append, DropTimer, SaveTimer
from anlass.domain.condition import Compare, compile_condition
from anlass.domain.enrolment import RESTARTED, SWEEP_AFTER, Heard
from anlass.domain.journey import Entry, Journey
from anlass.domain.profile import Entered, Live, State, TimerState
from anlass.domain.ringing import Ring, due_at, ring
from anlass.domain.timer import Timer, round_up_to_minute, schedule_name
from anlass.domain.trigger import LazyTrigger

from tests.builders import DAY, HOUR, MINUTE, NOON, a_journey, a_state, a_timer, heard

TRIGGER = LazyTrigger("cart/0", frozenset({"Product Added"}), None, frozenset({"Order Completed"}), ((None, HOUR),))
DUE = NOON + HOUR


def cart(**fields: Any) -> Journey:
    return a_journey("cart", **{"triggers": (TRIGGER,), "start": "first", **fields})


def armed(last_at: datetime = NOON, unless_at: datetime | None = None, **fields: Any) -> State:
    return a_state(timers={"cart/0": TimerState("t-1", last_at, None, unless_at)}, **fields)


def rings(
    state: State | None = None,
    journey: Journey | None = None,
    *,
    row: Timer | None = None,
    entry: Heard | None = None,
    now: datetime = DUE,
    facts: dict[str, Any] | None = None,
) -> Ring:
    journey = journey or cart()
    catalog = Catalog({"cart": journey})
    return ring(
        row or a_timer(), state or armed(), journey, TRIGGER, catalog, entry or heard(id="m1"), facts or {}, now
    )


def test_a_timer_that_is_due_enrols_by_the_event_that_counts_and_is_gone() -> None:
    outcome = rings(entry=heard(id="m7", properties={"cart_id": "c"}))
    assert outcome.outcome == "enrolled"
    drop, add = outcome.changes
    assert drop == DropTimer("t-1", 1)
    assert isinstance(add, AddEnrolment)
    assert (add.enrolment.entry.id, add.enrolment.entry.properties) == ("m7", {"cart_id": "c"})
    assert (add.enrolment.entered_at, add.enrolment.entry.at) == (DUE, NOON)
    assert outcome.state.timers["cart/0"].armed is None
    assert outcome.state.live[add.enrolment.id].since == NOON, "what came between counts"


def test_two_rings_of_one_timer_make_the_same_enrolment() -> None:
    first, second = (rings().changes[1] for _ in range(2))
    assert first == second


def test_two_timers_make_two_enrolments() -> None:
    other = a_timer("t-2")
    state = a_state(timers={"cart/0": TimerState("t-2", NOON)})
    assert rings().changes[1] != rings(state, row=other).changes[1]


def test_a_timer_whose_time_moved_rings_again_then() -> None:
    outcome = rings(armed(NOON + 30 * MINUTE + timedelta(seconds=1)))
    assert outcome.outcome == "moved"
    [save] = outcome.changes
    assert isinstance(save, SaveTimer)
    later = save.timer
    assert (save.read_generation, later.generation) == (1, 2)
    assert later.due == NOON + 91 * MINUTE, "rounded up: no ring comes too early"
    assert (later.sweep_at, later.request, later.attempts) == (later.due + SWEEP_AFTER, "schedule", 0)


def test_a_timer_that_moved_forgets_its_failed_attempts() -> None:
    [save] = rings(armed(NOON + MINUTE), row=a_timer(attempts=4)).changes
    assert isinstance(save, SaveTimer)
    assert save.timer.attempts == 0


def test_a_timer_that_was_disarmed_is_cleared_so_that_the_next_event_arms_anew() -> None:
    outcome = rings(armed(unless_at=NOON + MINUTE))
    assert (outcome.outcome, outcome.changes) == ("cleared", (DropTimer("t-1", 1),))
    timer = outcome.state.timers["cart/0"]
    assert (timer.armed, timer.last_at, timer.unless_at) == (None, NOON, NOON + MINUTE)


def test_a_timer_that_was_disarmed_before_it_was_armed_enrols() -> None:
    assert rings(armed(unless_at=NOON - MINUTE)).outcome == "enrolled"


def test_a_timer_that_is_not_the_armed_one_goes_and_leaves_the_other_alone() -> None:
    """After a merge there may be two."""
    state = armed()
    outcome = rings(state, row=a_timer("t-2"))
    assert (outcome.outcome, outcome.state, outcome.changes) == ("cleared", state, (DropTimer("t-2", 1),))


def test_a_timer_of_a_journey_that_is_gone_is_cleared() -> None:
    outcome = ring(a_timer(), armed(), None, None, Catalog({}), heard(), {}, DUE)
    assert outcome.outcome == "cleared"
    assert outcome.state.timers["cart/0"].armed is None


def test_a_timer_whose_event_is_gone_is_cleared() -> None:
    outcome = ring(a_timer(), armed(), cart(), TRIGGER, Catalog({"cart": cart()}), None, {}, DUE)
    assert outcome.outcome == "cleared"


def test_who_may_not_enter_is_refused_and_the_timer_is_gone() -> None:
    rich = compile_condition(Compare("profile.cart.value", "gte", 20))
    outcome = rings(journey=cart(who=rich), facts={"profile": {"cart": {"value": 19}}})
    assert (outcome.outcome, outcome.refused, outcome.changes) == ("refused", "who", (DropTimer("t-1", 1),))
    assert outcome.state.timers["cart/0"].armed is None
    assert rings(journey=cart(who=rich), facts={"profile": {"cart": {"value": 20}}}).outcome == "enrolled"


def test_a_journey_that_takes_nobody_any_more_refuses_who_was_about_to_enter() -> None:
    assert rings(journey=cart(in_flight="drain")).refused == "off"


def test_who_entered_lately_is_refused() -> None:
    journey = cart(entry=Entry(again=7 * DAY))
    assert rings(armed(entered={"cart": Entered(NOON - 6 * DAY)}), journey).refused == "again"


def test_who_is_on_the_way_is_restarted_where_the_journey_says_so() -> None:
    state = armed(live={"e-1": Live("cart", "v1", "m0", NOON - DAY)})
    assert rings(state).refused == "while_active"
    outcome = rings(state, cart(entry=Entry(while_active="restart")))
    [append] = [change for change in outcome.changes if isinstance(change, Append)]
    assert (append.enrolment, append.nudge) == ("e-1", RESTARTED)


def test_a_journey_in_test_is_due_after_minutes_for_days() -> None:
    day = replace(TRIGGER, delays=((None, DAY),))
    assert due_at(cart(), day, TimerState("t-1", NOON), {}) == NOON + DAY
    assert due_at(cart(status="test"), day, TimerState("t-1", NOON), {}) == NOON + MINUTE


def test_what_was_never_armed_is_never_due() -> None:
    assert due_at(cart(), TRIGGER, TimerState(), {}) is None


def test_times_round_up_to_the_minute() -> None:
    assert round_up_to_minute(NOON) == NOON
    assert round_up_to_minute(NOON + timedelta(microseconds=1)) == NOON + MINUTE
    assert schedule_name("t-1", 3) == "t-1-3"
