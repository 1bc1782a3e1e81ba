"""Brings one enrolment up to date: load, decide, save. Called by its execution, or in place for the calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from anlass.domain.changes import AddSend, Change, ForgetLive, SaveEnrolment, SaveSend
from anlass.domain.engine import Decision, advance
from anlass.domain.enrolment import Enrolment, Heard
from anlass.domain.errors import Conflict, Transient
from anlass.domain.journey import Journey
from anlass.domain.keeping import kept
from anlass.domain.matching import is_late
from anlass.domain.parking import DONE, Route, hand_over, route
from anlass.domain.person import Person, person_facts, zone_of
from anlass.domain.profile import new_state
from anlass.domain.send import Send
from anlass.domain.step import Ask
from anlass.ports import Clock, Definitions, EventLog, StateKey, Store
from anlass.usecases.catalog import load_catalog, load_journey
from anlass.usecases.histories import load_history
from anlass.usecases.people import read_with_person

TRIES = 8
AHEAD = timedelta(days=1)  # intake takes events of clocks that are this far ahead
FORGET_LIVE = 1  # its place among the changes


def advance_enrolment(
    id_: str,
    runner: str,
    *,
    store: Store,
    event_log: EventLog,
    definitions: Definitions,
    clock: Clock,
    border: timedelta,
) -> Route:
    """`runner`: the execution's name or "calendar". Raises Transient after too many conflicts."""
    profile: str | None = None
    for _ in range(TRIES):
        row, sends = store.enrolment(id_)
        if row is None or row.owner != runner or row.status in ("done", "quarantined"):
            return DONE
        now = clock.now()
        journey = load_journey(definitions, row.journey, row.version)
        decision = _decide(journey, row, sends, now, store, event_log, definitions)
        if not decision.changed:
            return route(row, runner, now)
        after = hand_over(decision.enrolment, row, runner, now, border)
        try:
            store.commit(_changes(row, after, decision, profile or row.profile))
        except Conflict as conflict:
            # An append, a message that left, or another advance came between; or the profile was merged.
            if FORGET_LIVE in conflict.failed:
                profile = _present_profile(row.profile, store)
            continue
        return route(after, runner, now)
    raise Transient(f"enrolment {id_} changed {TRIES} times while it was being advanced")


def _decide(
    journey: Journey,
    row: Enrolment,
    sends: dict[str, Send],
    now: datetime,
    store: Store,
    event_log: EventLog,
    definitions: Definitions,
) -> Decision:
    """Runs the engine; loads facts only when a step asks for them."""
    answer = advance(journey, row, sends, now)
    if isinstance(answer, Decision):
        return answer
    catalog = load_catalog(definitions)
    person, _ = read_with_person(store, row.profile)
    person = person or Person(new_state(row.profile))
    history_needs = answer.history
    missed = answer.missed
    while isinstance(answer, Ask):
        history_needs |= answer.history
        missed = missed or answer.missed
        history = load_history(event_log, person.state.identities, history_needs, now)
        answer = advance(
            journey,
            row,
            sends,
            now,
            facts=person_facts(person, journey.topic, catalog.currency, now, history),
            zone=zone_of(person.attributes, catalog.timezone),
            missed=_missed(event_log, person, journey, row, now) if missed else None,
        )
    return answer


def _missed(event_log: EventLog, person: Person, journey: Journey, row: Enrolment, now: datetime) -> tuple[Heard, ...]:
    """Everything the journey listens for that the person did since entering, inbox or not."""
    identities = person.state.identities or (row.profile,)
    events = event_log.of_person(identities, row.entry.at, now + AHEAD, journey.listens.keys())
    return tuple(
        Heard(e.id, e.name, e.at, kept(e.properties, journey.reads(e.name)), is_late(e, journey)) for e in events
    )


def _changes(before: Enrolment, after: Enrolment, decision: Decision, profile: str) -> list[Change]:
    changes: list[Change] = [SaveEnrolment(after, before.seq, before.appended, before.owner)]
    if after.status == "done":
        changes.append(ForgetLive(profile, after.id))
    changes += [SaveSend(send, "PENDING", None) for send in decision.cancelled]
    return [*changes, *(AddSend(send) for send in decision.sends)]


def _present_profile(profile: str, store: Store) -> str:
    state = store.read([StateKey(profile)]).state(profile)
    while state is not None and state.pointer is not None:
        state = store.read([StateKey(state.pointer)]).state(state.pointer)
    return state.id if state is not None else profile
