"""When a schedule comes: on days of the week, month, quarter or year, on feasts, once, or by cron."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta

from anlass.domain.cron import Cron
from anlass.domain.feasts import FEASTS
from anlass.domain.local_time import in_year

LAST = 0  # as a day: the last one of the month or quarter


@dataclass(frozen=True, slots=True)
class Once:
    on: date

    def falls_on(self, day: date) -> bool:
        return day == self.on


@dataclass(frozen=True, slots=True)
class Weekly:
    """Days of the week, 0 is Monday."""

    on: frozenset[int]

    def falls_on(self, day: date) -> bool:
        return day.weekday() in self.on


@dataclass(frozen=True, slots=True)
class Monthly:
    """Days of the month. A day that a month does not have falls on its last."""

    on: frozenset[int]

    def falls_on(self, day: date) -> bool:
        return _counted(day.day, monthrange(day.year, day.month)[1], self.on)


@dataclass(frozen=True, slots=True)
class Quarterly:
    """Days of the quarter, counted from 1. A day that a quarter does not have falls on its last."""

    on: frozenset[int]

    def falls_on(self, day: date) -> bool:
        first = date(day.year, day.month - (day.month - 1) % 3, 1)
        month = first.month + 2
        length = (date(day.year, month, monthrange(day.year, month)[1]) - first).days + 1
        return _counted((day - first).days + 1, length, self.on)


@dataclass(frozen=True, slots=True)
class Yearly:
    """Days as (month, day), and feasts by name. 29 February falls on the 28th in other years."""

    on: frozenset[tuple[int, int] | str]

    def falls_on(self, day: date) -> bool:
        for each in self.on:
            if isinstance(each, str):
                if FEASTS[each](day.year) == day:
                    return True
            elif in_year(date(2000, *each), day.year) == day:
                return True
        return False


@dataclass(frozen=True, slots=True)
class ByDay:
    """`at` is the recipient's local time. `offset`: whole days before or after the day that the rule names."""

    rule: Once | Weekly | Monthly | Quarterly | Yearly
    at: time
    offset: timedelta = timedelta(0)

    def times_on(self, day: date) -> tuple[time, ...]:
        """The recipient's local times at which it comes on that day."""
        return (self.at,) if self.rule.falls_on(day - self.offset) else ()


Recurrence = ByDay | Cron


def _counted(number: int, length: int, wanted: frozenset[int]) -> bool:
    if number in wanted:
        return True
    return number == length and any(day == LAST or day > length for day in wanted)
