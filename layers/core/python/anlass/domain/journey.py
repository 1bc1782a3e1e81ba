"""A journey as it runs: compiled from the marketer's file, immutable, pinned by its version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Literal

from anlass.domain.condition import HistoryNeed, Predicate
from anlass.domain.segment import ENTERED, LEFT, watched_in
from anlass.domain.step import Step
from anlass.domain.trigger import AbsenceTrigger, AtEvents, EventTrigger, LazyTrigger, Trigger

TEST_PACE = 1 / 1440  # in test, days pass as minutes


@dataclass(frozen=True, slots=True)
class Listening:
    """An event somebody listens for. `match`: property of the event -> path of what it must equal."""

    event: str
    where: Predicate | None = None
    match: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Exit:
    on: Listening
    start: str | None  # its first step; None: just out


@dataclass(frozen=True, slots=True)
class Goal:
    on: Listening
    within: timedelta | None
    value: str | None  # path of its worth, "event.properties.total"


@dataclass(frozen=True, slots=True)
class Entry:
    per: str | None = None
    again: Literal["always", "never"] | timedelta = "always"
    while_active: Literal["ignore", "restart"] = "ignore"
    max_age: timedelta = timedelta(hours=24)
    backfill: int | None = None  # a day, of people who qualified before the journey was there


@dataclass(frozen=True)
class Journey:
    id: str
    version: str
    name: str
    status: Literal["off", "test", "live"]
    topic: str
    priority: int
    in_flight: Literal["keep", "migrate", "drain"]
    triggers: tuple[Trigger, ...]
    who: Predicate | None
    entry: Entry
    exits: tuple[Exit, ...]
    goal: Goal | None
    steps: Mapping[str, Step]
    start: str | None
    awaited: tuple[Listening, ...] = ()  # of all wait_for steps
    templates: frozenset[str] = frozenset()
    asks: frozenset[HistoryNeed] = frozenset()  # what its steps read of the past; loaded when the first one asks
    holdout: float = 0  # percent of those who qualify
    caps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # its own messages: channel -> window -> most
    enrols: frozenset[str] = frozenset()  # journeys that its steps enter
    segments: frozenset[str] = frozenset()  # named anywhere in it
    topics: frozenset[str] = frozenset()  # that its steps subscribe to
    event_properties: frozenset[str] = frozenset()  # that anything in it reads of an event
    is_brief: bool = False  # no step of it waits: whoever enters is through at once
    measured: timedelta | None = None  # since entering: how long the goal is watched for after the last step, if so

    @property
    def pace(self) -> float:
        return TEST_PACE if self.status == "test" else 1.0

    @property
    def takes_new(self) -> bool:
        return self.status != "off" and self.in_flight != "drain"

    @cached_property
    def listens(self) -> Mapping[str, tuple[Listening, ...]]:
        """By event name: everything an enrolment on this journey may ever have to hear of."""
        heard: dict[str, list[Listening]] = {}
        goal = [self.goal.on] if self.goal else []
        for listening in (*(e.on for e in self.exits), *goal, *self.awaited):
            heard.setdefault(listening.event, []).append(listening)
        return {name: tuple(all_) for name, all_ in heard.items()}

    def reads(self, event: str) -> frozenset[str]:
        """Properties of the event that must be at hand when an enrolment looks at it; where it opens a path with steps,
        what was bought is for its mails."""
        listening = self.listens.get(event, ())
        of_where = (on.where.properties for on in listening if on.where is not None)
        opening = (*(e.on for e in self.exits if e.start is not None), *self.awaited)
        listed = ("products",) if any(on.event == event for on in opening) else ()
        return self.event_properties.union((name for on in listening for name, _ in on.match), listed, *of_where)

    @cached_property
    def always_wakes(self) -> frozenset[str]:
        """Exits and the goal are watched all the time."""
        return frozenset({e.on.event for e in self.exits} | ({self.goal.on.event} if self.goal else set()))

    @cached_property
    def matched_properties(self) -> tuple[str, ...]:
        """Entry properties that a `match` compares with: kept in STATE, so that matching can decide by itself."""
        paths = {path for all_ in self.listens.values() for on in all_ for _, path in on.match}
        return tuple(sorted(p.removeprefix("entry.properties.") for p in paths if p.startswith("entry.properties.")))

    @cached_property
    def hears(self) -> frozenset[str]:
        """Names of all events that this journey starts with, listens for or counts."""
        starting = {name for t in self.triggers if isinstance(t, AtEvents) for name in t.events}
        return self.answered_by | starting | {need.event for p in self.counting for need in p.history}

    @cached_property
    def answered_by(self) -> frozenset[str]:
        """Those that it listens for, whatever is in them, or that its steps count."""
        unless = {name for t in self.triggers if isinstance(t, LazyTrigger | AbsenceTrigger) for name in t.unless}
        return frozenset(unless | set(self.listens) | {need.event for need in self.asks})

    @cached_property
    def counting(self) -> tuple[Predicate, ...]:
        """Conditions on who enters, which may count what somebody did."""
        conditions = (self.who, *(t.where for t in self.triggers if isinstance(t, AtEvents)))
        return tuple(each for each in conditions if each is not None and each.history)

    @cached_property
    def watches(self) -> frozenset[str] | None:
        """Segments whose comings and goings it must hear of; None: of all of them."""
        if self.listens.keys() & {ENTERED, LEFT}:
            return None
        triggers = (t for t in self.triggers if isinstance(t, EventTrigger) and t.event in (ENTERED, LEFT))
        named = {watched_in(trigger.where) for trigger in triggers}
        return None if None in named else frozenset(name for name in named if name is not None)
