"""A timer: the row T makes sure that somebody looks when a trigger may be due.

A lazy timer's times live in STATE. A busy cart so costs one schedule: later events move a time, and the ring finds
out that it is not due yet. Where each occasion counts for itself (an order line, a birthday) the row knows its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from anlass.domain.event import EventKey


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a timer of its own rings for: an event (or one line of an order), or a day of the calendar."""

    event: EventKey | None = None
    line: int | None = None  # place among the order's products
    day: date | None = None  # of the calendar: the date of a person that comes (back), or the day of a schedule
    at: time | None = None  # which of that day's times
    is_backfill: bool = False  # the person qualified before the journey was there


@dataclass(frozen=True, slots=True)
class Timer:
    """The row T. `generation` names the schedule; a ring for another generation does nothing."""

    id: str
    profile: str
    trigger: str  # "<journey>/<position in its trigger list>"
    generation: int
    due: datetime  # when the schedule rings: the true due time, rounded up to the minute
    sweep_at: datetime
    attempts: int = 0
    request: Literal["schedule"] | None = "schedule"
    occasion: Occasion | None = None  # None: a lazy timer
    since: datetime | None = None  # of an address: when it was made; see owning.py


def schedule_name(row_id: str, generation: int) -> str:
    return f"{row_id}-{generation}"


def round_up_to_minute(moment: datetime) -> datetime:
    """EventBridge Scheduler rings once a minute; a ring must never come before it is due."""
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)
