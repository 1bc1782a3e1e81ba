"""Maintenance schedules. They ring after a period in which something else was done, not in quiet ones.

Otherwise 420 virtual days would cost 120,000 sweeps that find nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from infra.topology import RateSource

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Rates:
    """`ring(rate)` invokes the rate's function."""

    def __init__(self, rates: tuple[RateSource, ...], start: datetime, ring: Callable[[RateSource], None]) -> None:
        self._rates = rates
        self._ring = ring
        self._next: dict[str, datetime] = {}  # by rate: the end of the period in which there was work
        self._last = {rate.name: start for rate in rates}

    def note_work(self, now: datetime) -> None:
        for rate in self._rates:
            if rate.name not in self._next:
                period = timedelta(seconds=rate.every_seconds)
                self._next[rate.name] = EPOCH + ((now - EPOCH) // period + 1) * period

    def due(self) -> datetime | None:
        return min(self._next.values(), default=None)

    def ring_due(self, now: datetime) -> None:
        for rate in self._rates:
            if (due := self._next.get(rate.name)) is not None and due <= now:
                self._ring_one(rate, now)

    def ring_missed(self, now: datetime) -> None:
        """At the end of an advance: every rate that has not rung for a period."""
        for rate in self._rates:
            if now - self._last[rate.name] >= timedelta(seconds=rate.every_seconds):
                self._ring_one(rate, now)

    def _ring_one(self, rate: RateSource, now: datetime) -> None:
        self._next.pop(rate.name, None)
        self._last[rate.name] = now
        self._ring(rate)
