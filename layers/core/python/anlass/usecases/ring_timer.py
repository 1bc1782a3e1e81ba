"""The calendar rings: for a lazy timer, or for an enrolment whose wait is the calendar's."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from anlass.domain.arming import is_disarmed
from anlass.domain.catalog import Catalog
from anlass.domain.changes import AddEnrolment, Change, DropTimer, SaveState
from anlass.domain.condition import Facts
from anlass.domain.enrolment import CALENDAR, Heard
from anlass.domain.errors import Conflict, Transient
from anlass.domain.ids import correlation_id
from anlass.domain.journey import Journey
from anlass.domain.owning import moment_of
from anlass.domain.person import Person, person_facts, zone_of
from anlass.domain.planning import entry_by_day, recall
from anlass.domain.profile import State, TimerState
from anlass.domain.remembering import entry_mark, make_room, recalled
from anlass.domain.ringing import Outcome, entry_at, needs_of, ring
from anlass.domain.timer import Timer
from anlass.domain.trigger import LazyTrigger, ScheduleTrigger, Trigger
from anlass.keys import RememberedKey, TimerKey
from anlass.ports import (
    Clock,
    Definitions,
    EventLog,
    Store,
)
from anlass.usecases.advance_enrolment import advance_enrolment
from anlass.usecases.catalog import load_catalog
from anlass.usecases.delivered_orders import with_products
from anlass.usecases.histories import heard, load_history
from anlass.usecases.people import read_with_person
from anlass.wire import Due

TRIES = 8


@dataclass(frozen=True, slots=True)
class Rung:
    """What came of a ring, for the log: why nobody was enrolled, and by which event somebody would have been."""

    outcome: Outcome | Literal["stale", "advanced"]
    refused: str | None = None
    correlation_id: str | None = None


def ring_timer(
    message: Due,
    *,
    store: Store,
    event_log: EventLog,
    definitions: Definitions,
    clock: Clock,
    border: timedelta,
) -> Rung:
    """A ring for a row that moved on does nothing."""
    if message.kind == "enrolment":
        advance_enrolment(
            message.id,
            CALENDAR,
            store=store,
            event_log=event_log,
            definitions=definitions,
            clock=clock,
            border=border,
        )
        return Rung("advanced")
    enrolled = False
    for _ in range(TRIES):
        row = store.read([TimerKey(message.id)]).timer(message.id)
        if row is None or row.generation != message.generation:
            return Rung("stale")
        person, _ = read_with_person(store, row.profile, at=moment_of(row))
        if person is None:
            return _of_nobody(row, store)
        catalog = load_catalog(definitions)
        journey, trigger = find_trigger(catalog, row.trigger)
        now = clock.now()
        zone = zone_of(person.attributes, catalog.timezone)
        at_hand = None if trigger is None else recall(row, trigger, zone)
        row, trigger = (row, None) if at_hand is None else (at_hand, trigger)
        state = person.state
        entry: Heard | None = None
        facts: Facts | None = None
        if journey is not None and trigger is not None and _may_be_due(row, journey, trigger, person, now):
            entry = None if enrolled else _entry(row, trigger, person, zone, event_log)
            needs = catalog.asks(journey.who) | needs_of(trigger, entry, now)
            if isinstance(trigger, ScheduleTrigger) and trigger.segment is not None:
                needs |= catalog.segments.history((trigger.segment,))
            history = load_history(event_log, person.state.identities, needs, now, person.state.began_at)
            facts = person_facts(person, journey.topic, catalog.currency, now, history, catalog.segments.all)
            state = _remembering(state, journey, entry, store)
        outcome = ring(row, state, journey, trigger, catalog, entry, facts, now)
        changes: list[Change] = [*outcome.changes]
        state, older = make_room(outcome.state, catalog.journeys)
        if state != person.state:
            changes[:0] = (SaveState(state), *older)
        try:
            store.commit(changes)
        except Conflict as conflict:
            # The person did something just now: look again. Or this very occasion has enrolled them before.
            enrolled = enrolled or any(isinstance(changes[n], AddEnrolment) for n in conflict.failed)
            continue
        return Rung(outcome.outcome, outcome.refused, correlation_id(entry.id) if entry else None)
    raise Transient(f"timer {message.id} met {TRIES} conflicts")


def _of_nobody(row: Timer, store: Store) -> Rung:
    """Whoever it was for was erased: nobody must come of it."""
    with suppress(Conflict):  # gone by now
        store.commit([DropTimer(row.id, row.generation)])
    return Rung("stale")


def _may_be_due(row: Timer, journey: Journey, trigger: Trigger, person: Person, now: datetime) -> bool:
    """Whether the event and the past are worth a request: a timer that was moved or disarmed asks for nothing."""
    if row.occasion is not None:
        return row.due <= now
    timer = person.state.timers.get(row.trigger, TimerState())
    if not isinstance(trigger, LazyTrigger) or timer.armed != row.id or is_disarmed(timer) or timer.last_at is None:
        return False
    return timer.last_at + trigger.shortest * journey.pace <= now


def _entry(row: Timer, trigger: Trigger, person: Person, zone: tzinfo, event_log: EventLog) -> Heard | None:
    """What somebody would enter with: a day of the calendar, or the event that counts; None if that is gone."""
    if row.occasion is not None and row.occasion.day is not None:
        return entry_by_day(row, trigger, person, zone)
    key = row.occasion.event if row.occasion is not None else person.state.timers[row.trigger].last
    event = event_log.get(key) if key is not None else None
    found = heard(with_products(event, person.state.identities, event_log)) if event is not None else None
    return entry_at(row, trigger, found)


def _remembering(state: State, journey: Journey, entry: Heard | None, store: Store) -> State:
    """With the time at which this value of `entry.per` has entered before, where STATE does not hold them all."""
    mark = entry_mark(journey, entry.properties) if entry is not None and state.remembered else None
    if mark is None:
        return state
    return recalled(state, store.read(RememberedKey(owner, mark) for owner in state.remembered).remembered())


def find_trigger(catalog: Catalog, key: str) -> tuple[Journey | None, Trigger | None]:
    """The live journey and its trigger; None where it was taken down."""
    journey = catalog.journeys.get(key.split("/", 1)[0])
    if journey is None:
        return None, None
    return journey, next((trigger for trigger in journey.triggers if trigger.key == key), None)


def clear_timer(row: Timer, *, store: Store) -> None:
    """Takes a timer down that cannot be rung, so that the next event arms anew."""
    person, _ = read_with_person(store, row.profile, at=moment_of(row))
    changes: list[Change] = [DropTimer(row.id, row.generation)]
    if person is not None:
        timer = person.state.timers.get(row.trigger, TimerState())
        if timer.armed == row.id:
            changes.insert(0, SaveState(person.state.with_timer(row.trigger, replace(timer, armed=None))))
    store.commit(changes)
