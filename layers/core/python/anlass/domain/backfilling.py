"""Who qualifies for a journey already when it goes live: a share of them a day enters, and timers ahead are armed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anlass.domain.acting import is_act
from anlass.domain.arming import is_disarmed, new_timer, rows_for
from anlass.domain.catalog import Catalog
from anlass.domain.changes import Change, SaveState, SaveTimer
from anlass.domain.condition import Facts, event_facts, passes
from anlass.domain.enrolment import Heard
from anlass.domain.event import Event
from anlass.domain.ids import timer_id
from anlass.domain.journey import Journey
from anlass.domain.matching import metric_of
from anlass.domain.person import Person, zone_of
from anlass.domain.planning import segment_of
from anlass.domain.profile import TimerState
from anlass.domain.registry.events import PERSON
from anlass.domain.ringing import is_answer
from anlass.domain.segment import ENTERED
from anlass.domain.timer import Occasion
from anlass.domain.trigger import AbsenceTrigger, EventTrigger, LazyTrigger, ReplenishTrigger, ThresholdTrigger, Trigger


@dataclass(frozen=True, slots=True)
class Backfill:
    """What one person brings: their events (all that `names_for` names, by time), and the facts of them now."""

    journey: Journey
    person: Person
    catalog: Catalog
    events: Sequence[Event]
    facts: Facts
    now: datetime

    def latest(self, trigger: EventTrigger | LazyTrigger | AbsenceTrigger) -> Event | None:
        found = (each for each in reversed(self.events) if self._starts(trigger, each))
        return next(found, None)

    def _starts(self, trigger: EventTrigger | LazyTrigger | AbsenceTrigger, event: Event) -> bool:
        if event.name not in trigger.events and not (PERSON in trigger.events and is_act(event)):
            return False
        return passes(trigger.where, {**self.facts, "event": event_facts(_heard(event))})


@dataclass(frozen=True, slots=True)
class Qualified:
    """`changes` are wanted at any time; `entry`, where it is given, takes part of a day's share."""

    changes: tuple[Change, ...] = ()
    entry: Heard | None = None


def names_for(journey: Journey) -> frozenset[str]:
    """Events of a person that must be at hand. What they did last of all is asked for by its time."""
    found: set[str] = set()
    for trigger in journey.triggers:
        match trigger:
            case EventTrigger() | ReplenishTrigger() | ThresholdTrigger():
                found |= trigger.events
            case LazyTrigger(unless=unless) | AbsenceTrigger(unless=unless):
                found |= trigger.events | unless
    return frozenset(found - {PERSON})


def may_be_filled_in(journey: Journey, person: Person) -> bool:
    """Never entered before."""
    state = person.state
    return journey.id not in state.entered and all(live.journey != journey.id for live in state.live.values())


def qualify(work: Backfill, due: datetime) -> Qualified:
    """`due`: the day's share that this person would be of. The first trigger that they qualify for already counts;
    of those that wait, each arms its own timer.
    """
    ahead: list[Change] = []
    for trigger in work.journey.triggers:
        found = _qualified(trigger, work, due)
        if found.entry is None:
            ahead += found.changes
            continue
        entry = event_facts(found.entry)
        if passes(work.journey.who, {**work.facts, "entry": entry, "event": entry}):
            return replace(found, changes=_once((*ahead, *found.changes)))
    return Qualified(_once(ahead))


def _qualified(trigger: Trigger, work: Backfill, due: datetime) -> Qualified:
    match trigger:
        case EventTrigger() if trigger.event == ENTERED:
            return _member(trigger, work, due)
        case EventTrigger():
            event = work.latest(trigger)
            return _enters(trigger, event, work, due) if event is not None else Qualified()
        case ThresholdTrigger(bound=bound, rises=rises):
            value = metric_of(trigger.metric, work.person, work.catalog.currency, work.now)
            if value < bound if rises else value >= bound:
                return Qualified()
            moved = (each for each in reversed(work.events) if each.name in trigger.events)
            return _enters(trigger, next(moved, None), work, due)
        case LazyTrigger():
            return _lazy(trigger, work, due)
        case AbsenceTrigger():
            return _absent(trigger, work, due)
        case ReplenishTrigger():
            return Qualified(tuple(_lines(trigger, work)))
        case _:
            return Qualified()


def _member(trigger: EventTrigger, work: Backfill, due: datetime) -> Qualified:
    """Whoever is in, since when and by which event whatsoever."""
    segment = work.catalog.segments.all.get(segment_of(trigger) or "")
    if segment is None or not segment.test(work.facts):
        return Qualified()
    return _enters(trigger, work.latest(trigger), work, due)


def _enters(trigger: Trigger, event: Event | None, work: Backfill, due: datetime) -> Qualified:
    occasion = Occasion(event.key if event else None, day=None if event else work.now.date(), is_backfill=True)
    id_ = timer_id(work.person.state.id, trigger.key, "backfill")
    row = new_timer(id_, work.person.state.id, trigger.key, max(due, work.now), work.now, occasion)
    return Qualified((row,), _heard(event) if event else Heard(id_, "", due))


def _lazy(trigger: LazyTrigger, work: Backfill, due: datetime) -> Qualified:
    """The timer is armed as an event would have; a later event moves it, or what ends the wait disarms it."""
    state, event = work.person.state, work.latest(trigger)
    before = state.timers.get(trigger.key, TimerState())
    if event is None or before.armed is not None:
        return Qualified()
    ended = [each.at for each in work.events if each.name in trigger.unless]
    unless = max([*ended, *([before.unless_at] if before.unless_at else [])], default=None)
    id_ = timer_id(state.id, trigger.key, f"{event.identity}\n{event.moment}")
    timer = TimerState(id_, event.at, event.key, unless)
    if is_disarmed(timer):
        return Qualified()
    reached = event.at + trigger.shortest * work.journey.pace
    row = new_timer(id_, state.id, trigger.key, max(reached if reached > work.now else due, work.now), work.now)
    changes = (SaveState(state.with_timer(trigger.key, timer)), row)
    return Qualified(changes, None if reached > work.now else _heard(event))


def _absent(trigger: AbsenceTrigger, work: Backfill, due: datetime) -> Qualified:
    event = work.latest(trigger)
    if event is None:
        return Qualified()
    answers = (_heard(each) for each in work.events if each.name in trigger.unless)
    if any(is_answer(each, trigger, _heard(event)) for each in answers):
        return Qualified()
    reached = event.at + trigger.after * work.journey.pace
    profile = work.person.state.id
    id_ = timer_id(profile, trigger.key, f"{event.identity}\n{event.moment}\n")
    rings = max(reached if reached > work.now else due, work.now)
    row = new_timer(id_, profile, trigger.key, rings, work.now, Occasion(event.key))
    return Qualified((row,), None if reached > work.now else _heard(event))


def _lines(trigger: ReplenishTrigger, work: Backfill) -> Iterator[SaveTimer]:
    """What is used up already is nobody's reminder any more."""
    zone, country = zone_of(work.person.attributes, work.catalog.timezone), work.facts["profile"].get("country")
    for event in work.events:
        if event.name in trigger.events:
            long_ago = event.at - timedelta(minutes=1)
            rows = rows_for(trigger, event, work.person.state, work.journey, country, zone, long_ago)
            yield from (row for row in rows if row.timer.due > work.now)


def _once(changes: Sequence[Change]) -> tuple[Change, ...]:
    """STATE is one row: two lazy triggers arm in one write."""
    states = [change.state for change in changes if isinstance(change, SaveState)]
    others = [change for change in changes if not isinstance(change, SaveState)]
    if not states:
        return tuple(others)
    timers = {key: timer for state in states for key, timer in state.timers.items() if timer.armed}
    return (SaveState(replace(states[0], timers={**states[0].timers, **timers})), *others)


def _heard(event: Event) -> Heard:
    return Heard(event.id, event.name, event.at, event.properties, by_browser=event.source == "browser")
