"""A lazy timer: its times live in STATE, the row T only makes sure that somebody looks.

A busy cart so costs one schedule: later events move a time, and the ring finds out that it is not due yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


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


def schedule_name(row_id: str, generation: int) -> str:
    return f"{row_id}-{generation}"


def round_up_to_minute(moment: datetime) -> datetime:
    """EventBridge Scheduler rings once a minute; a ring must never come before it is due."""
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)
