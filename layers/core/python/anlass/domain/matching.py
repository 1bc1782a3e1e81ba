"""What one event means to one person: timers armed and disarmed, enrolments woken, journeys entered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from anlass.domain.arming import arm, disarm, is_late, rows_for
from anlass.domain.catalog import Catalog
from anlass.domain.changes import Append, Change
from anlass.domain.comparing import matched
from anlass.domain.condition import Facts, getter, passes
from anlass.domain.enrolling import Refused, enrol
from anlass.domain.enrolment import SWEEP_AFTER, Heard
from anlass.domain.event import Event, order_id_of
from anlass.domain.habits import passes_bound
from anlass.domain.ids import short
from anlass.domain.journey import Journey
from anlass.domain.keeping import kept
from anlass.domain.person import History, Person, person_facts, profile_facts, zone_of
from anlass.domain.planning import rows_at_once
from anlass.domain.profile import Live, State
from anlass.domain.registry.events import ENROL
from anlass.domain.send import is_about_another
from anlass.domain.trigger import (
    AbsenceTrigger,
    ChangeTrigger,
    EventTrigger,
    LazyTrigger,
    Metric,
    ReplenishTrigger,
    ThresholdTrigger,
)

# What follows from journeys alone, without anything that somebody does.
ECHOES = frozenset((ENROL, "Journey Entered", "Journey Finished", "Segment Entered", "Segment Left"))


@dataclass(frozen=True, slots=True)
class Reaction:
    """`refused`: journey id -> reason, for whoever asks why somebody did not enter."""

    state: State
    changes: tuple[Change, ...] = ()
    refused: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Encounter:
    """An event, and the person before and after it was counted."""

    event: Event
    before: Person
    person: Person
    catalog: Catalog
    history: History
    now: datetime
    joined: Sequence[Person] = ()  # who turned out at this event to be the same person
    _facts: dict[str, Facts] = field(default_factory=dict)  # by topic

    def facts(self, topic: str) -> Facts:
        """What conditions may ask, put together once for all the triggers that do."""
        if topic not in self._facts:
            catalog, event = self.catalog, self.event
            heard = {"name": event.name, "id": event.id, "at": event.at, "properties": event.properties}
            facts = person_facts(self.person, topic, catalog.currency, self.now, self.history, catalog.segments.all)
            self._facts[topic] = {**facts, "event": heard}
        return self._facts[topic]

    def now_in(self, state: State) -> Encounter:
        """With the person as they are after what the event has started so far."""
        if self.person.state is state:
            return self
        return replace(self, person=replace(self.person, state=state), _facts={})


def react(
    event: Event,
    person: Person,
    catalog: Catalog,
    pinned: Mapping[tuple[str, str], Journey],
    history: History,
    now: datetime,
    before: Person | None = None,
    joined: Sequence[Person] = (),
    taken: Collection[str] = (),
) -> Reaction:
    """`person` has the event counted already, `before` has not. `pinned`: the versions of its live enrolments.
    `history`: what the triggers on this event ask for. `joined`: who turned out at this event to be the same person.
    `taken`: ids of enrolments that are there already.
    """
    state = person.state
    changes: list[Change] = []
    refused: dict[str, str] = {}
    by_browser = event.source == "browser"
    heard = Heard(event.id, event.name, event.at, event.properties, by_browser=by_browser)
    for journey, lazy in catalog.disarmed_by.get(event.name, ()):
        if catalog.hears(journey, by_browser=by_browser):
            state = disarm(state, journey, lazy, event)
    changes += rows_at_once(before or person, person, catalog, now)
    for id_, live in state.live.items():
        concerned = pinned.get((live.journey, live.version))
        if concerned is None or not catalog.hears(concerned, by_browser=by_browser):
            continue
        if _concerns(event, id_, live, concerned):
            properties = kept(event.properties, concerned.reads(event.name))
            told = replace(heard, properties=properties, late=is_late(event, concerned))
            changes.append(Append(id_, (told,), now + SWEEP_AFTER))

    def turn_away(journey: Journey, reason: str) -> None:
        nonlocal state
        refused[journey.id] = reason
        if not any((live.journey, live.entry) == (journey.id, event.id) for live in state.live.values()):
            state = state.turned_away(journey.id, reason, event.id, now)

    def enters(journey: Journey, entry: Heard, facts: Facts) -> None:
        nonlocal state
        # An event that overtook this one (another identity, another shard) is in no inbox: the first advance asks.
        overtaken = state.last_seen is not None and state.last_seen > event.at
        is_echo = event.source == "system" and event.name in ECHOES
        cause = _cause(event, state.id)
        answer = enrol(
            journey, catalog, state, entry, cause, facts, now, catch_up=overtaken, is_echo=is_echo, taken=taken
        )
        if isinstance(answer, Refused):
            turn_away(journey, answer.reason)
            return
        state = answer.state
        changes.extend(answer.changes)

    meeting = Encounter(event, before or person, replace(person, state=state), catalog, history, now, joined)
    starting = catalog.starting(event)
    for journey, trigger in (*starting, *catalog.reached_by_joining(event)) if joined else starting:
        meeting = meeting.now_in(state)
        facts = meeting.facts(journey.topic)
        if trigger.where is not None and not trigger.where.test(facts):
            continue
        if by_browser and journey.takes_new and catalog.is_for_servers(journey):
            turn_away(journey, "browser")  # nor does it move a timer that the shop's server has set
            continue
        match trigger:
            case LazyTrigger():
                state, armed = arm(state, journey, trigger, event, now)
                changes += armed
            case AbsenceTrigger() | ReplenishTrigger():
                changes += _rows(journey, trigger, meeting, facts)
            case ChangeTrigger(rises=False):
                changes += _rows(journey, trigger, meeting, facts)
            case EventTrigger() | ThresholdTrigger() | ChangeTrigger():
                if _starts(trigger, meeting):
                    if is_late(event, journey):
                        turn_away(journey, "max_age")
                    else:
                        enters(journey, heard, facts)
            case _:
                assert_never(trigger)
    if event.name == ENROL and (target := catalog.journeys.get(str(event.properties.get("journey")))) is not None:
        enters(target, entry_of(event), meeting.now_in(state).facts(target.topic))
    return Reaction(state, tuple(changes), refused)


def _cause(event: Event, profile: str) -> str:
    """What enrols: the event; an order once, though the browser and the server tell of it, or the shop once more."""
    order = order_id_of(event.name, event.properties)
    return f"{event.identity}\n{event.moment}" if order is None else f"{profile}\norder {order}"


def entry_of(event: Event) -> Heard:
    """What somebody enters with who comes from another journey: what they had entered that one with."""
    name, properties = event.properties.get("name"), event.properties.get("properties")
    by_browser = event.properties.get("by_browser") is True
    return Heard(
        event.id, str(name), event.at, properties if isinstance(properties, Mapping) else {}, by_browser=by_browser
    )


def metric_of(metric: Metric, person: Person, currency: str, now: datetime) -> float:
    """The number, 0 where there is none: what is not there yet lies under every bound."""
    profile = profile_facts(person.state, person.attributes, metric.currency or currency, now)
    value = getter(metric.field)({"profile": profile})
    try:
        return float(value) if value is not None and not isinstance(value, bool) else 0.0
    except (TypeError, ValueError):
        return 0.0


def _starts(trigger: EventTrigger | ThresholdTrigger | ChangeTrigger, meeting: Encounter) -> bool:
    match trigger:
        case EventTrigger():
            return True
        case ThresholdTrigger(metric=metric, bound=bound):
            currency, now = meeting.catalog.currency, meeting.now
            was = max(metric_of(metric, person, currency, now) for person in (meeting.before, *meeting.joined))
            is_ = metric_of(metric, meeting.person, currency, now)
            return was < bound <= is_ if trigger.rises else is_ < bound <= was
        case ChangeTrigger():
            past = [h for name in trigger.events for h in meeting.history.get(name, ())]
            return passes_bound(trigger, past, meeting.event.at, meeting.catalog.currency)
        case _:
            assert_never(trigger)


def _rows(
    journey: Journey, trigger: AbsenceTrigger | ReplenishTrigger | ChangeTrigger, meeting: Encounter, facts: Facts
) -> tuple[Change, ...]:
    event, person = meeting.event, meeting.person
    zone = zone_of(person.attributes, meeting.catalog.timezone)
    country = facts["profile"].get("country")
    return tuple(rows_for(trigger, event, person.state, journey, country, zone, meeting.now))


def _concerns(event: Event, enrolment: str, live: Live, journey: Journey) -> bool:
    """Whether an exit, the goal or a wait of this enrolment listens for the event. Steps' own values decide later."""
    if event.id == live.entry or event.at < live.since:
        return False
    facts = {"event": {"name": event.name, "id": event.id, "at": event.at, "properties": event.properties}}
    for on in journey.listens.get(event.name, ()):
        if not on.match and is_about_another(event.name, event.properties, enrolment):
            continue
        matches = all(
            live.match.get(path.removeprefix("entry.properties."), "") == short(matched(event.properties.get(name)))
            for name, path in on.match
            if path.startswith("entry.properties.")
        )
        if matches and passes(on.where, facts):
            return True
    return False
