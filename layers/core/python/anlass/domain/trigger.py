"""What starts a journey, compiled. The forms a marketer writes live in `anlass/language/triggers/`, one file each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from anlass.domain.condition import Predicate


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """Enrols at once when the event arrives. `key` is "<journey>/<position>"."""

    key: str
    event: str
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class LazyTrigger:
    """Enrols `after` the latest `event`, unless one of `unless` came since; its timer is lazy (see timer.py)."""

    key: str
    event: str
    where: Predicate | None
    unless: frozenset[str]
    after: timedelta


Trigger = EventTrigger | LazyTrigger
