"""Once a day: who belongs to segments that time changes, although nobody did anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from anlass.domain.catalog import Catalog
from anlass.domain.changes import AddEvent, Change, SaveState
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.errors import Conflict, Transient
from anlass.domain.identifying import own_event
from anlass.domain.person import History, Person, person_facts
from anlass.domain.segment import Move, moved
from anlass.ports import (
    Clock,
    Definitions,
    EventLog,
    Store,
)
from anlass.usecases.catalog import load_catalog
from anlass.usecases.histories import load_history
from anlass.usecases.people import read_with_person

TRIES = 5


def age_segments(
    profile: str, *, store: Store, event_log: EventLog, definitions: Definitions, clock: Clock
) -> tuple[str, ...]:
    """The segments that the person entered or left by now. A repeat changes nothing. Raises Transient."""
    for _ in range(TRIES):
        catalog, now = load_catalog(definitions), clock.now()
        ageing = catalog.segments.ageing
        person, _rows = read_with_person(store, profile)
        if not ageing or person is None or person.state.id != profile:
            return ()  # nobody, or part of somebody else, who is looked at under their own id
        state = person.state
        needs = catalog.segments.history(segment.id for segment in ageing)
        history = load_history(event_log, state.identities, needs, now, state.began_at)
        known, moves = aged(person, history, catalog, now)
        if known == state.segments:
            return ()
        changes: list[Change] = [SaveState(replace(state, segments=known))]
        for move in moves:
            cause = (profile, move.segment, str(state.version))
            changes.append(AddEvent(own_event(profile, move.event, cause, now, now, {"segment": move.segment})))
        try:
            store.commit(changes)
        except Conflict:
            continue
        return tuple(move.segment for move in moves)
    raise Transient(f"a person changed {TRIES} times while their segments were looked at")


def aged(person: Person, history: History, catalog: Catalog, now: datetime) -> tuple[dict[str, bool], list[Move]]:
    """Where the person belongs by now, of the segments that time changes, and what is new in that."""
    facts = person_facts(person, ALL_TOPICS, catalog.currency, now, history, catalog.segments.all)
    return moved(person.state.segments, catalog.segments.ageing, None, facts)
