"""The clock that moves only when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Aware UTC time. It never runs by itself and never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)

    def now(self) -> datetime:
        return self._now

    def set(self, to: datetime) -> None:
        to = _utc(to)
        if to < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()} and cannot go back to {to.isoformat()}")
        self._now = to

    def advance(self, by: timedelta) -> None:
        self.set(self._now + by)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no zone; the clock wants aware times")
    return moment.astimezone(UTC)
