"""When a calendar rings, for every calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from anlass.domain.timer import round_up_to_minute

AHEAD = timedelta(seconds=10)  # a schedule that is past when it arrives is refused


def ring_time(at: datetime, now: datetime) -> datetime:
    """The full minute at which a schedule asked for now rings: never before `at`, never in the past."""
    return round_up_to_minute(max(at, now + AHEAD))
