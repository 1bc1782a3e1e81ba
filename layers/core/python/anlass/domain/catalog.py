"""What is live, indexed by event, so that an event costs the same with ten journeys or a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from anlass.domain.journey import Journey
from anlass.domain.trigger import LazyTrigger, Trigger

_V = TypeVar("_V")


@dataclass(frozen=True)
class Catalog:
    """What is live, indexed by event, so that an event costs the same with ten journeys or a thousand."""

    journeys: Mapping[str, Journey]
    timezone: str = "Europe/Berlin"
    locale: str = "de"
    currency: str = "EUR"
    test_people: frozenset[str] = frozenset()
    caps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def started_by(self) -> Mapping[str, tuple[tuple[Journey, Trigger], ...]]:
        return _index((t.event, (j, t)) for j in self.journeys.values() if j.takes_new for t in j.triggers)

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
    def heard(self) -> frozenset[str]:
        """Names of all events that any live journey cares for; the system's own are written only then."""
        return frozenset().union(*(j.hears for j in self.journeys.values()))


def _index(pairs: Iterable[tuple[str, _V]]) -> dict[str, tuple[_V, ...]]:
    found: dict[str, tuple[_V, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found
