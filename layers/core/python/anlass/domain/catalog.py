"""What is live, indexed by event and by what it must equal: an event costs the same with ten journeys or a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from anlass.domain.acting import is_act
from anlass.domain.condition import Behaviour, HistoryNeed, Predicate, compile_condition, event_facts, walk
from anlass.domain.enrolment import Heard
from anlass.domain.event import Event
from anlass.domain.indexing import Index
from anlass.domain.journey import Journey
from anlass.domain.registry.events import PERSON
from anlass.domain.segment import Segments
from anlass.domain.sending_rules import SendingRules
from anlass.domain.trigger import AtEvents, ByCalendar, LazyTrigger, ThresholdTrigger

_V = TypeVar("_V")
Starting = tuple[Journey, AtEvents]


@dataclass(frozen=True)
class Catalog:
    """Journeys in status live, test or off, the last of which hold those who are in them; and the segments."""

    journeys: Mapping[str, Journey]
    timezone: str = "Europe/Berlin"
    locale: str = "de"
    currency: str = "EUR"
    test_people: frozenset[str] = frozenset()
    sending: SendingRules = field(default_factory=SendingRules)
    segments: Segments = field(default_factory=lambda: Segments({}))
    transactional: frozenset[str] = frozenset()  # templates of mails that need no consent
    hosts: frozenset[str] = frozenset()  # where links and pictures may be that a browser tells of
    home: str = ""  # the shop's own address

    def is_for_servers(self, journey: Journey) -> bool:
        """Whether what a browser says brings nobody into it: it sends what needs no consent and obeys no cap."""
        return not journey.templates.isdisjoint(self.transactional)

    def hears(self, journey: Journey, *, by_browser: bool) -> bool:
        """Whether such an event ends, answers or disarms anything of the journey's: a made-up cancellation, or parcel
        that arrived, must not hold back what the shop's server has asked for."""
        return not (by_browser and self.is_for_servers(journey))

    def starting(self, event: Event) -> tuple[Starting, ...]:
        """The triggers that this event may start or arm: of those that want something to be equal, only the fitting."""
        named, acting = self._started_by.get(event.name), self._started_by.get(PERSON)
        found = named.fitting(event.properties) if named is not None else ()
        return (*found, *acting.fitting(event.properties)) if acting is not None and is_act(event) else found

    def reached_by_joining(self, event: Event) -> tuple[Starting, ...]:
        """Beside those: two people who are one now may together have what neither had."""
        return tuple((j, t) for j, t in self._thresholds if event.name not in t.events)

    @cached_property
    def _thresholds(self) -> tuple[Starting, ...]:
        taking = (journey for journey in self.journeys.values() if journey.takes_new)
        return tuple((j, t) for j in taking for t in j.triggers if isinstance(t, ThresholdTrigger))

    def asks(self, condition: Predicate | None) -> frozenset[HistoryNeed]:
        """What a condition reads of the past, and the segments that it names."""
        if condition is None:
            return frozenset()
        return condition.history | self.segments.history(condition.segments)

    def is_paused(self, journey: str) -> bool:
        found = self.journeys.get(journey)
        return found is not None and found.status == "off"

    @cached_property
    def _started_by(self) -> Mapping[str, Index[Starting]]:
        """Lazy timers of a paused journey keep their time: it may go on before they ring."""
        named = _index(
            (name, (j, t))
            for j in self.journeys.values()
            for t in j.triggers
            if isinstance(t, AtEvents) and (j.takes_new or (isinstance(t, LazyTrigger) and j.status == "off"))
            for name in sorted(t.events)
        )
        return {name: Index((trigger.where, (j, trigger)) for j, trigger in found) for name, found in named.items()}

    @cached_property
    def disarmed_by(self) -> Mapping[str, tuple[tuple[Journey, LazyTrigger], ...]]:
        return _index(
            (name, (j, t))
            for j in self.journeys.values()
            for t in j.triggers
            if isinstance(t, LazyTrigger)
            for name in sorted(t.unless)
        )

    @cached_property
    def by_calendar(self) -> tuple[tuple[Journey, ByCalendar], ...]:
        """The triggers that no event starts."""
        taking = (journey for journey in self.journeys.values() if journey.takes_new)
        return tuple((j, t) for j in taking for t in j.triggers if isinstance(t, ByCalendar))

    @property
    def wants_days(self) -> bool:
        """Whether the daily run has anything to do."""
        return bool(self.by_calendar or self.segments.ageing)

    def cares_for(self, event: Event) -> bool:
        """Whether an event of our own is worth writing: somebody listens for it or counts it, or it would start
        something by what is in it. Of what people look at, most is too short for anybody."""
        if event.name in self._answering:
            return True
        named = self._started_by.get(event.name)
        facts = {"event": event_facts(Heard(event.id, event.name, event.at, event.properties))}
        found = named.fitting(event.properties) if named is not None else ()
        if any(t.where is None or t.where.history or t.where.test(facts) for _, t in found):
            return True
        return any(where is None or where.test(facts) for where in self._counted.get(event.name, ()))

    @cached_property
    def _answering(self) -> frozenset[str]:
        return frozenset().union(*(j.answered_by for j in self.journeys.values()))

    @cached_property
    def _counted(self) -> Mapping[str, tuple[Predicate | None, ...]]:
        """By event: what it must be like to count where somebody may enter, and in segments."""
        asked = [p.condition for j in self.journeys.values() for p in j.counting]
        asked += [segment.who.condition for segment in self.segments.all.values()]
        behaviours = (part for condition in asked for part in walk(condition) if isinstance(part, Behaviour))
        return _index((b.event, compile_condition(b.where, "event") if b.where else None) for b in behaviours)

    @cached_property
    def heard(self) -> frozenset[str]:
        """Names of all events that any live journey cares for; the system's own are written only then."""
        watched = (self.segments.all[id_].changed_by for id_ in self.segments.watched & self.segments.all.keys())
        return frozenset().union(*(j.hears for j in self.journeys.values()), self._counted, *watched)


def _index(pairs: Iterable[tuple[str, _V]]) -> dict[str, tuple[_V, ...]]:
    found: dict[str, list[_V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
