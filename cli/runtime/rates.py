"""Maintenance schedules. They ring after a period in which something else was done, not in quiet ones.

Otherwise 420 virtual days would cost 120,000 sweeps that find nothing. One of a day rings when it has something to do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from infra.topology import RateSource

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400


class Rates:
    """`ring(rate)` invokes the rate's function; `needless(rate)` knows that it would find nothing now.

    `next_run(after, until)` is when a daily one has something to do.
    """

    def __init__(
        self,
        rates: tuple[RateSource, ...],
        start: datetime,
        ring: Callable[[RateSource], None],
        needless: Callable[[RateSource], bool],
        next_run: Callable[[datetime, datetime], datetime | None],
    ) -> None:
        self._rates = tuple(rate for rate in rates if rate.every_seconds < DAY)
        self._daily = tuple(rate for rate in rates if rate.every_seconds >= DAY)
        self._ring = ring
        self._needless = needless
        self._next_run = next_run
        self._next: dict[str, datetime] = {}  # by rate: the end of the period in which there was work
        self._last = {rate.name: start for rate in rates}

    def note_work(self, now: datetime) -> None:
        for rate in self._rates:
            if rate.name not in self._next:
                period = timedelta(seconds=rate.every_seconds)
                self._next[rate.name] = EPOCH + ((now - EPOCH) // period + 1) * period

    def due(self) -> datetime | None:
        """When the next sweep rings."""
        return min(self._next.values(), default=None)

    def day_due(self, until: datetime) -> datetime | None:
        """When the next daily one rings, if nothing happens before."""
        dues = (self._next_run(self._last[rate.name], until) for rate in self._daily)
        return min((due for due in dues if due is not None), default=None)

    def ring_due(self, now: datetime, *, sweeps: bool = True) -> None:
        """Without `sweeps`: the daily ones alone."""
        for rate in self._rates if sweeps else ():
            if (due := self._next.get(rate.name)) is not None and due <= now:
                self._ring_one(rate, now, self._needless(rate))
        for rate in self._daily:
            if self._next_run(self._last[rate.name], now) is not None:
                self._ring_one(rate, now)

    def ring_missed(self, now: datetime) -> None:
        """At the end of an advance: every sweep that has not rung for a period. The days that a daily one let pass were
        empty ones."""
        for rate in self._rates:
            if now - self._last[rate.name] >= timedelta(seconds=rate.every_seconds):
                self._ring_one(rate, now)

    def _ring_one(self, rate: RateSource, now: datetime, is_needless: bool = False) -> None:
        self._next.pop(rate.name, None)
        self._last[rate.name] = now
        if not is_needless:
            self._ring(rate)
