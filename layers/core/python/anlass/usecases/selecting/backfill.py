"""Kind `backfill`: people who qualified before the journey was there, a share of them a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from anlass.domain.backfilling import Backfill, Qualified, may_be_filled_in, names_for, qualify
from anlass.domain.catalog import Catalog
from anlass.domain.changes import SaveState
from anlass.domain.errors import Conflict, Transient
from anlass.domain.event import Event
from anlass.domain.journey import Journey
from anlass.domain.person import Person, person_facts
from anlass.domain.registry.events import PERSON
from anlass.domain.trigger import LazyTrigger
from anlass.ports import PARTS
from anlass.usecases.histories import EVER, heard
from anlass.usecases.people import read_with_person
from anlass.usecases.selecting.work import Work, may_enter
from anlass.wire import Selection

TRIES = 5


def backfill(selection: Selection, part: int, cursor: str | None, work: Work) -> str | None:
    """The cursor is "<how many have qualified> <where on>"; a person's number says which day's share they are of."""
    live = work.live(selection)
    if live is None or live[1].entry.backfill is None:
        return None
    catalog, journey = live
    count, _, after = (cursor or "0").partition(" ")
    number, start = int(count), datetime.fromisoformat(selection.since)
    page = work.census.people(part, after or None)
    for person in work.people(page.found, in_full=True):
        share = (number * PARTS + part) // live[1].entry.backfill
        number += _fill_in(person, journey, catalog, start + timedelta(days=share), work)
    return None if page.after is None else f"{number} {page.after}"


def _fill_in(person: Person, journey: Journey, catalog: Catalog, due: datetime, work: Work) -> bool:
    """Whether the person takes a place in a day's share."""
    found: Person | None = person
    for _ in range(TRIES):
        if found is None or not may_be_filled_in(journey, found) or not may_enter(journey, found, catalog):
            return False
        qualified = _qualified(found, journey, catalog, due, work)
        if not any(isinstance(change, SaveState) for change in qualified.changes):
            work.commit(qualified.changes)
            return qualified.entry is not None
        try:
            work.store.commit(qualified.changes)
        except Conflict:
            found = read_with_person(work.store, person.state.id)[0]  # they did something just now
        else:
            return qualified.entry is not None
    raise Transient(f"a person changed {TRIES} times while a backfill looked at them")


def _qualified(person: Person, journey: Journey, catalog: Catalog, due: datetime, work: Work) -> Qualified:
    now = work.clock.now()
    needs = catalog.asks(journey.who)
    for trigger in journey.triggers:
        where = getattr(trigger, "where", None)
        needs |= where.history if where is not None else frozenset()
    names = names_for(journey) | {need.event for need in needs}
    identities = person.state.identities
    events: list[Event] = work.event_log.of_person(identities, EVER, now, names) if names else []
    if any(isinstance(t, LazyTrigger) and PERSON in t.events for t in journey.triggers):
        seen = person.state.last_seen or datetime.min.replace(tzinfo=UTC)
        latest = work.event_log.of_person(identities, seen, seen)
        events = sorted({each.key: each for each in (*events, *latest)}.values(), key=lambda each: each.at)
    history = {name: [heard(each) for each in events if each.name == name] for name in names}
    facts = person_facts(person, journey.topic, catalog.currency, now, history, catalog.segments.all)
    return qualify(Backfill(journey, person, catalog, events, facts, now), due)
