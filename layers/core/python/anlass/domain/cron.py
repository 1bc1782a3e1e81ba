"""Cron expressions as EventBridge has them: minutes, hours, day of the month, month, day of the week, year."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

FIELDS = ("minute", "hour", "day of the month", "month", "day of the week", "year")
_EXAMPLE = 'like "0 9 ? * MON *": at 9:00 every Monday'
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTH_NAMES = {name: number for number, name in enumerate(_MONTHS, 1)}
_DAY_NAMES = {name: number for number, name in enumerate(_DAYS, 1)}
_NO_NAMES: Mapping[str, int] = {}
_SATURDAY = 7
# With no year named: a calendar repeats itself after 28 years, the turn of a century aside.
_YEARS = range(2024, 2052)


@dataclass(frozen=True, slots=True)
class Cron:
    """One expression, read. Days of the week count from 1, Sunday; None: any."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    month_days: frozenset[int] | None = None
    weekdays_near: frozenset[int] = frozenset()  # 15W: the working day nearest to the 15th
    is_last_day: bool = False  # L
    is_last_weekday: bool = False  # LW: the last working day
    week_days: frozenset[int] | None = None
    last_of_month: frozenset[int] = frozenset()  # 6L: the last Friday
    nth: tuple[int, int] | None = None  # 3#2: the second Tuesday, as (3, 2)
    years: frozenset[int] | None = None

    def times_on(self, day: date) -> tuple[time, ...]:
        if not self.falls_on(day):
            return ()
        return tuple(time(hour, minute) for hour in self.hours for minute in self.minutes)

    def falls_on(self, day: date) -> bool:
        if day.month not in self.months or (self.years is not None and day.year not in self.years):
            return False
        return self._in_month(day) if self.week_days is None else self._in_week(day, self.week_days)

    def comes_at_all(self) -> bool:
        """Whether there is such a day: the 31st of February never comes."""
        return any(self.falls_on(day) for year in sorted(self.years or _YEARS) for day in _days_of(year, self.months))

    def _in_month(self, day: date) -> bool:
        last = monthrange(day.year, day.month)[1]
        if self.month_days is None or day.day in self.month_days or (self.is_last_day and day.day == last):
            return True
        if self.is_last_weekday and day == _nearest_weekday(day.replace(day=last)):
            return True
        near = (number for number in self.weekdays_near if number <= last)
        return any(day == _nearest_weekday(day.replace(day=number)) for number in near)

    def _in_week(self, day: date, wanted: frozenset[int]) -> bool:
        weekday = day.isoweekday() % 7 + 1
        if weekday in wanted:
            return True
        if weekday in self.last_of_month and (day + timedelta(days=7)).month != day.month:
            return True
        return self.nth == (weekday, (day.day - 1) // 7 + 1)


def parse_cron(text: str) -> Cron:
    """Raises ValueError "what is wrong; what would be right"."""
    inner = text.strip()
    if inner.startswith("cron(") and inner.endswith(")"):
        inner = inner[5:-1]
    parts = inner.upper().split()
    if len(parts) != len(FIELDS):
        raise ValueError(f'"{text}" has {len(parts)} fields; write six ({", ".join(FIELDS)}), {_EXAMPLE}')
    minutes, hours, month_day, month, week_day, year = parts
    if (month_day == "?") == (week_day == "?"):
        which = "neither field for days is" if month_day != "?" else "both fields for days are"
        raise ValueError(f'{which} "?"; write "?" for exactly one of them, {_EXAMPLE}')
    cron = Cron(
        tuple(sorted(_numbers(minutes, "minute", 0, 59))),
        tuple(sorted(_numbers(hours, "hour", 0, 23))),
        frozenset(_numbers(month, "month", 1, 12, _MONTH_NAMES)),
        years=None if year == "*" else frozenset(_numbers(year, "year", 1970, 2199)),
    )
    return _on_month_days(cron, month_day) if week_day == "?" else _on_week_days(cron, week_day)


def _on_month_days(cron: Cron, field: str) -> Cron:
    if field == "*":
        return cron
    plain: set[int] = set()
    near: set[int] = set()
    items = field.split(",")
    for item in items:
        if item.endswith("W") and item != "LW":
            near.add(_number(item[:-1], "day of the month", 1, 31))
        elif item not in ("L", "LW"):
            plain |= _numbers(item, "day of the month", 1, 31)
    return replace(
        cron,
        month_days=frozenset(plain),
        weekdays_near=frozenset(near),
        is_last_day="L" in items,
        is_last_weekday="LW" in items,
    )


def _on_week_days(cron: Cron, field: str) -> Cron:
    if "#" in field:
        day, _, number = field.partition("#")
        nth = (_number(day, "day of the week", 1, 7, _DAY_NAMES), _number(number, 'number after "#"', 1, 5))
        return replace(cron, week_days=frozenset(), nth=nth)
    plain: set[int] = set()
    last: set[int] = set()
    for item in field.split(","):
        if item == "L":
            plain.add(_SATURDAY)
        elif item.endswith("L"):
            last.add(_number(item[:-1], "day of the week", 1, 7, _DAY_NAMES))
        else:
            plain |= _numbers(item, "day of the week", 1, 7, _DAY_NAMES)
    return replace(cron, week_days=frozenset(plain), last_of_month=frozenset(last))


def _numbers(field: str, what: str, low: int, high: int, names: Mapping[str, int] = _NO_NAMES) -> set[int]:
    """`*`, `5`, `1,15`, `1-5`, `0/15`, `10-20/2`."""
    found: set[int] = set()
    for item in field.split(","):
        span, slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            start, end = low, high
        else:
            start = _number(first, what, low, high, names)
            end = _number(last, what, low, high, names) if dash else high if slash else start
        if end < start:
            raise ValueError(f'in the {what} "{item}" goes backwards; write it as two, with a comma')
        found.update(range(start, end + 1, _number(step, f"step of the {what}", 1, high) if slash else 1))
    return found


def _number(text: str, what: str, low: int, high: int, names: Mapping[str, int] = _NO_NAMES) -> int:
    number = names.get(text, int(text) if text.isascii() and text.isdigit() else None)
    if number is None or not low <= number <= high:
        also = f" or {next(iter(names))} to {list(names)[-1]}" if names else ""
        raise ValueError(f'"{text}" is no {what}; write {low} to {high}{also}')
    return number


def _nearest_weekday(day: date) -> date:
    """Monday to Friday, never in another month."""
    match day.isoweekday():
        case 6:
            return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
        case 7:
            next_day = day + timedelta(days=1)
            return next_day if next_day.month == day.month else day - timedelta(days=2)
        case _:
            return day


def _days_of(year: int, months: frozenset[int]) -> Iterator[date]:
    return (date(year, month, day + 1) for month in sorted(months) for day in range(monthrange(year, month)[1]))
