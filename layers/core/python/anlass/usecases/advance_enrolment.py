"""Brings one enrolment up to date: load, decide, save. Called by its execution, or in place for the calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from anlass.domain.arming import is_late
from anlass.domain.catalog import Catalog
from anlass.domain.changes import (
    AddSend,
    Change,
    ForgetLive,
    SaveEnrolment,
    SaveSend,
    SaveState,
)
from anlass.domain.contest import SHARES, Standing
from anlass.domain.engine import Decision, advance
from anlass.domain.enrolment import Enrolment, Heard
from anlass.domain.errors import Conflict, Transient
from anlass.domain.journey import Journey
from anlass.domain.keeping import kept
from anlass.domain.migrating import may_migrate, migrated
from anlass.domain.outgoing import changes_for, told_of_end
from anlass.domain.parking import DONE, Route, hand_over, route
from anlass.domain.person import Person, person_facts, zone_of
from anlass.domain.profile import new_state
from anlass.domain.send import Send
from anlass.domain.step import Ask
from anlass.keys import (
    TallyKey,
    WinnerKey,
)
from anlass.ports import (
    Clock,
    Definitions,
    EventLog,
    Store,
)
from anlass.usecases.catalog import load_catalog, load_journey
from anlass.usecases.histories import heard, load_history
from anlass.usecases.people import owner_of, read_with_person

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
        work = _Work(store, event_log, load_catalog(definitions), row, now)
        journey = _version_for(row, work.catalog, definitions)
        decision = _decide(journey, sends, work)
        if not decision.changed:
            return route(row, runner, now)
        after = replace(hand_over(decision.enrolment, row, runner, now, border), version=journey.version)
        try:
            store.commit(_changes(after, decision, profile or row.profile, work))
        except Conflict as conflict:
            # An append, a message that left, or another advance came between; or the profile was merged.
            if FORGET_LIVE in conflict.failed:
                profile, state = owner_of(row.profile, store, row.entered_at)
                if profile is None or state is None:
                    return DONE  # erased; the row goes as well
            continue
        return route(after, runner, now)
    raise Transient(f"enrolment {id_} changed {TRIES} times while it was being advanced")


@dataclass
class _Work:
    """One attempt: the row as read, and the person, loaded when the first one asks."""

    store: Store
    event_log: EventLog
    catalog: Catalog
    row: Enrolment
    now: datetime

    @cached_property
    def person(self) -> Person:
        found, _ = read_with_person(self.store, self.row.profile, at=self.row.entered_at)
        return found or Person(new_state(self.row.profile))


def _version_for(row: Enrolment, catalog: Catalog, definitions: Definitions) -> Journey:
    """The version that somebody is on; the newest one where it takes over people in flight and has their step."""
    newest = catalog.journeys.get(row.journey)
    if newest is not None and newest.version == row.version:
        return newest
    pinned = load_journey(definitions, row.journey, row.version)
    return newest if newest is not None and may_migrate(row, newest) else pinned


def _decide(journey: Journey, sends: dict[str, Send], work: _Work) -> Decision:
    """Runs the engine; loads facts only when a step asks for them."""
    row, now, catalog = work.row, work.now, work.catalog
    is_paused = catalog.is_paused(row.journey)
    answer = advance(journey, row, sends, now, is_paused=is_paused)
    history_needs = catalog.segments.history(journey.segments)
    missed = False
    contests: dict[str, Standing] = {}
    while isinstance(answer, Ask):
        history_needs |= answer.history
        missed = missed or answer.missed
        contests |= {id_: _standing(id_, work.store) for id_ in answer.contests}
        state = work.person.state
        history = load_history(work.event_log, state.identities, history_needs, now, state.began_at)
        answer = advance(
            journey,
            row,
            sends,
            now,
            facts=person_facts(work.person, journey.topic, catalog.currency, now, history, catalog.segments.all),
            zone=zone_of(work.person.attributes, catalog.timezone),
            missed=_missed(work, journey) if missed else None,
            is_paused=is_paused,
            contests=contests,
        )
    return answer


def _standing(contest: str, store: Store) -> Standing:
    shares = (TallyKey(contest, share) for share in range(SHARES))
    return store.read([*shares, WinnerKey(contest)]).standing(contest)


def _missed(work: _Work, journey: Journey) -> tuple[Heard, ...]:
    """Everything the journey listens for that the person did since entering, inbox or not."""
    row = work.row
    identities = work.person.state.identities or (row.profile,)
    events = work.event_log.of_person(identities, row.entry.at, work.now + AHEAD, journey.listens.keys())
    return tuple(
        replace(heard(e), properties=kept(e.properties, journey.reads(e.name)), late=is_late(e, journey))
        for e in events
        if work.catalog.hears(journey, by_browser=e.source == "browser")
    )


def _changes(after: Enrolment, decision: Decision, profile: str, work: _Work) -> list[Change]:
    before = work.row
    changes: list[Change] = [SaveEnrolment(after, before.seq, before.appended, before.owner)]
    if after.status == "done":
        changes.append(ForgetLive(profile, after.id, None if profile != before.profile else before.since))
        changes += told_of_end(after, profile, work.catalog, work.now)
    elif after.version != before.version and work.person.state.version:
        changes.append(SaveState(migrated(work.person.state, after)))
    changes += [SaveSend(send, "PENDING", None) for send in decision.cancelled]
    changes += [AddSend(send) for send in decision.sends]
    if decision.effects:
        changes += changes_for(decision.effects, after, work.person, work.now)
    return changes
