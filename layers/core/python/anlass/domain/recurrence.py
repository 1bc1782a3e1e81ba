"""When a schedule comes back: on a day of the week, month, quarter or year, a movable feast, one date, or by cron."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Placeholder of the calendar's rules: one date. The other forms follow."""

    on: date
    at: time

    def times_on(self, day: date) -> tuple[time, ...]:
        """The recipient's local times at which it comes on that day."""
        return (self.at,) if day == self.on else ()
