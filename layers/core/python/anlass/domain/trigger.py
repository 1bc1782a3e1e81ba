"""What starts a journey, compiled. The forms a marketer writes live in `anlass/language/triggers/`, one file each.

At once, at an event: EventTrigger, ThresholdTrigger, ChangeTrigger (above).
Later, by a time kept in STATE, one per person: LazyTrigger.
Later, by a timer row each: AbsenceTrigger, ReplenishTrigger, ChangeTrigger (below), DateTrigger, ScheduleTrigger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import ClassVar

from anlass.domain.condition import HistoryNeed, Predicate
from anlass.domain.recurrence import Recurrence


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """Enrols at once when the event arrives. `key` is "<journey>/<position>"."""

    key: str
    event: str
    where: Predicate | None = None

    @property
    def events(self) -> frozenset[str]:
        return frozenset({self.event})


@dataclass(frozen=True, slots=True)
class LazyTrigger:
    """Enrols some time after the latest of `events` ("@person" among them: after anything the person does), unless one
    of `unless` came since; its timer is lazy (see timer.py).

    `delays`: the first whose condition on the person is true counts; the last has none.
    """

    key: str
    events: frozenset[str]
    where: Predicate | None
    unless: frozenset[str]
    delays: tuple[tuple[Predicate | None, timedelta], ...]

    @property
    def shortest(self) -> timedelta:
        """When somebody must look at the earliest; how long it really takes, the ring finds out."""
        return min(delay for _, delay in self.delays)


@dataclass(frozen=True, slots=True)
class AbsenceTrigger:
    """Enrols `after` each such event, unless one of `unless` (with the same `match`) came since."""

    key: str
    event: str
    where: Predicate | None
    unless: frozenset[str]
    match: tuple[tuple[str, str], ...]  # property of the answer -> path in the facts of the event: "event.properties.…"
    after: timedelta

    @property
    def events(self) -> frozenset[str]:
        return frozenset({self.event})


@dataclass(frozen=True, slots=True)
class Consumable:
    """What lasts: which order lines, and how many days one of them lasts."""

    line: Mapping[str, str]  # properties that a line must have: {"category": "coffee-capsules"}
    days_per_item: float


@dataclass(frozen=True, slots=True)
class ReplenishTrigger:
    """Enrols before what an order line brought runs out: each line alone, at `at` of the recipient's day."""

    key: str
    products: tuple[Consumable, ...]
    shipping: Mapping[str, timedelta]  # by country, "" for all others
    lead: timedelta
    at: time | None
    event: str = "Order Completed"
    where: ClassVar[None] = None

    @property
    def events(self) -> frozenset[str]:
        return frozenset({self.event})


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that is known of a person. `currency` None: the settings'. `events`: what can change it."""

    field: str  # "profile.spend.total"
    events: frozenset[str]
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class ThresholdTrigger:
    """Enrols when an event takes the metric over the bound (from under it to it or more), or under it."""

    key: str
    metric: Metric
    bound: float
    rises: bool
    where: ClassVar[None] = None

    @property
    def events(self) -> frozenset[str]:
        return self.metric.events


@dataclass(frozen=True, slots=True)
class ChangeTrigger:
    """Enrols when the metric's rate of the last `window` passes `bound` times that of the time `against` before it.

    It rises only with an event, and falls only when one leaves the window: then a timer row rings.
    """

    key: str
    metric: Metric
    event: str  # what the metric counts
    window: timedelta
    against: timedelta
    bound: float
    rises: bool
    where: ClassVar[None] = None

    @property
    def events(self) -> frozenset[str]:
        return frozenset({self.event})

    @property
    def needs(self) -> frozenset[HistoryNeed]:
        return frozenset(HistoryNeed(name, self.window + self.against) for name in self.events)


@dataclass(frozen=True, slots=True)
class DateTrigger:
    """Enrols on a person's date, `offset` before or after it, at `at` of the recipient's day."""

    key: str
    field: str  # "profile.birthday"
    yearly: bool
    years: frozenset[int]  # which returns; empty: all
    offset: timedelta
    at: time


@dataclass(frozen=True, slots=True)
class ScheduleTrigger:
    """Enrols everybody (of a segment) at times of the calendar."""

    key: str
    recurrence: Recurrence
    segment: str | None


Trigger = (
    EventTrigger
    | LazyTrigger
    | AbsenceTrigger
    | ReplenishTrigger
    | ThresholdTrigger
    | ChangeTrigger
    | DateTrigger
    | ScheduleTrigger
)
ByCalendar = DateTrigger | ScheduleTrigger
# Those that an event may start or arm.
AtEvents = EventTrigger | LazyTrigger | AbsenceTrigger | ReplenishTrigger | ThresholdTrigger | ChangeTrigger
