"""Segments: named conditions on a person. Where somebody wants to know, entering and leaving become events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from anlass.domain.acting import is_act
from anlass.domain.condition import (
    AllOf,
    AnyOf,
    Behaviour,
    Compare,
    Condition,
    Facts,
    HistoryNeed,
    InSegment,
    Items,
    JourneyIs,
    Not,
    Predicate,
    Reachable,
    compile_condition,
    walk,
)
from anlass.domain.event import Event
from anlass.domain.registry.events import CONFIRMED, IDENTIFY, PERSON, UNSUBSCRIBED, UPDATE, WITHDRAWN
from anlass.domain.registry.fields import events_changing, field_of

ENTERED, LEFT = "Segment Entered", "Segment Left"
_TRAITS = frozenset((IDENTIFY, UPDATE))
_JOURNEYS = frozenset(("Journey Entered", "Journey Finished"))
_CONSENTS = frozenset((IDENTIFY, CONFIRMED, UNSUBSCRIBED, WITHDRAWN))


@dataclass(frozen=True)
class Segment:
    id: str
    version: str
    name: str
    who: Predicate

    def test(self, facts: Facts) -> bool:
        return self.who.test(facts)

    def settled(self, facts: Facts) -> bool | None:
        """Whether somebody belongs to it, without the events whose names are in the root `unknown`; None: it depends
        on them."""
        return self._settling(facts)

    @cached_property
    def _settling(self) -> Callable[[Facts], bool | None]:
        return _settling(self.who.condition)

    @cached_property
    def changed_by(self) -> frozenset[str]:
        """Names of the events after which somebody may belong to it who did not, or the reverse; "@person": anything
        that they do."""
        found: set[str] = set()
        for part in walk(self.who.condition):
            match part:
                case Behaviour(event=event):
                    found.add(event)
                case JourneyIs():
                    found |= _JOURNEYS
                case Reachable():
                    found |= _CONSENTS
                case Compare(field=field) | Items(field=field) if field.startswith("profile."):
                    changing = events_changing(field)
                    found |= _TRAITS if changing is None else changing
                case _:
                    pass
        return frozenset(found)

    @cached_property
    def ages(self) -> bool:
        """Whether time alone changes who belongs to it."""
        for part in walk(self.who.condition):
            match part:
                case Behaviour(within=within) if within is not None:
                    return True
                case Compare(op="within"):
                    return True
                case Compare(field=field) if (known := field_of(field)) is not None and known.ages:
                    return True
                case _:
                    pass
        return False


@dataclass(frozen=True)
class Segments:
    """All of them. `watched`: those of whose comings and goings somebody wants to know."""

    all: Mapping[str, Segment]
    watched: frozenset[str] = frozenset()

    def named_by(self, names: Iterable[str]) -> frozenset[str]:
        """These and those that they name themselves."""
        found: set[str] = set()
        open_ = [name for name in names if name in self.all]
        while open_:
            name = open_.pop()
            if name not in found:
                found.add(name)
                open_ += [each for each in self.all[name].who.segments if each in self.all]
        return frozenset(found)

    def history(self, names: Iterable[str]) -> frozenset[HistoryNeed]:
        """What must be at hand of the past before anybody can ask about these."""
        return frozenset[HistoryNeed]().union(*(self.all[name].who.history for name in self.named_by(names)))

    def touched_by(self, event: Event) -> tuple[Segment, ...]:
        """The watched ones that this event may change."""
        by_name = self._by_event.get(event.name, ())
        by_act = self._by_event.get(PERSON, ())
        return tuple(dict.fromkeys((*by_name, *by_act))) if by_act and is_act(event) else by_name

    @cached_property
    def touched_by_joining(self) -> tuple[Segment, ...]:
        """The watched ones: two people who are one now may belong to any of them."""
        return tuple(self.all[id_] for id_ in sorted(self.watched & self.all.keys()))

    @cached_property
    def ageing(self) -> tuple[Segment, ...]:
        """The watched ones that time changes: looked at once a day."""
        return tuple(
            self.all[id_]
            for id_ in sorted(self.watched & self.all.keys())
            if any(self.all[name].ages for name in self.named_by([id_]))
        )

    @cached_property
    def _by_event(self) -> Mapping[str, tuple[Segment, ...]]:
        found: dict[str, list[Segment]] = {}
        for id_ in sorted(self.watched & self.all.keys()):
            for name in sorted({event for each in self.named_by([id_]) for event in self.all[each].changed_by}):
                found.setdefault(name, []).append(self.all[id_])
        return {name: tuple(segments) for name, segments in found.items()}


def _settling(condition: Condition) -> Callable[[Facts], bool | None]:
    """Three-valued, where the past is not known in full."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            tests = [_settling(part) for part in parts]
            decisive = isinstance(condition, AnyOf)
            return lambda facts: _joined([test(facts) for test in tests], decisive)
        case Not(part):
            inner = _settling(part)
            return lambda facts: None if (found := inner(facts)) is None else not found
        case Behaviour(event=event):
            counted = compile_condition(condition)
            return lambda facts: None if event in facts["unknown"] else counted.test(facts)
        case InSegment(segment):
            return lambda facts: other.settled(facts) if (other := facts["segments"].get(segment)) else False
        case _:
            return compile_condition(condition).test


def _joined(found: Sequence[bool | None], decisive: bool) -> bool | None:
    """Of `all` one false decides, of `any` one true, whatever the others are."""
    if decisive in found:
        return decisive
    return None if None in found else not decisive


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody came to belong to a segment, or does not any more."""

    segment: str
    entered: bool

    @property
    def event(self) -> str:
        return ENTERED if self.entered else LEFT


def moved(
    known: Mapping[str, bool], segments: Iterable[Segment], before: Facts | None, after: Facts
) -> tuple[dict[str, bool], list[Move]]:
    """Who belongs where by now, and what changed. Where nothing is known yet, `before` decides: who belonged to a
    segment when it was first looked at did not enter it then. None: everybody did what they do now."""
    now = dict(known)
    moves: list[Move] = []
    for segment in segments:
        is_in = segment.test(after)
        was_in = known.get(segment.id)
        if was_in is None:
            was_in = segment.test(before) if before is not None else is_in
        now[segment.id] = is_in
        if is_in != was_in:
            moves.append(Move(segment.id, is_in))
    return now, moves


def watched_in(condition: Predicate | None) -> str | None:
    """The segment that a trigger's condition on `Segment Entered` wants; None: any."""
    if condition is None:
        return None
    match condition.condition:
        case Compare(field="event.properties.segment", op="eq", value=value):
            return str(value)
        case _:
            return None
