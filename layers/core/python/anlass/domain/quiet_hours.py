"""Hours in which nothing that advertises arrives: at night, on Sundays and on public holidays, where the recipient is.

Safe across summer time: the release is always later than the moment that was asked about, and never itself quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Holiday = Callable[[date], str | None]  # the name of the public holiday that falls on this day, if one does
Why = Literal["night", "sunday", "holiday"]
_MIDNIGHT = time(0)


def no_holidays(_: date) -> None:
    return None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Quiet from `start` until `end`; if that is the earlier of the two, of the next morning."""

    start: time
    end: time
    sundays: bool = True
    holidays: bool = True


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why it is quiet now, and the first moment (UTC) at which it is not."""

    why: Why
    until: datetime
    holiday: str | None = None


def quiet_at(moment: datetime, hours: QuietHours, zone: tzinfo, holiday: Holiday) -> Quiet | None:
    """None: it is not quiet there and then. `holiday` is asked only where it matters."""
    found = _why(moment, hours, zone, holiday)
    if found is None:
        return None
    why, name = found
    until = _end(moment, why, hours, zone)
    while (next_ := _why(until, hours, zone, holiday)) is not None:
        until = _end(until, next_[0], hours, zone)
    return Quiet(why, until, name)


def _why(moment: datetime, hours: QuietHours, zone: tzinfo, holiday: Holiday) -> tuple[Why, str | None] | None:
    local = moment.astimezone(zone)
    if hours.sundays and local.isoweekday() == 7:
        return "sunday", None
    if _is_between(local.time(), hours.start, hours.end):
        return "night", None
    if hours.holidays and (name := holiday(local.date())) is not None:
        return "holiday", name
    return None


def _is_between(now: time, start: time, end: time) -> bool:
    return start <= now < end if start <= end else now >= start or now < end


def _end(moment: datetime, why: Why, hours: QuietHours, zone: tzinfo) -> datetime:
    """When this reason ends: a day with its last moment, a night in its morning."""
    today = moment.astimezone(zone).date()
    wanted, days = (hours.end, (0, 1)) if why == "night" else (_MIDNIGHT, (1, 2))
    return min(at for after in days for at in _at(today + timedelta(days=after), wanted, zone) if at > moment)


def _at(day: date, wanted: time, zone: tzinfo) -> Iterator[datetime]:
    """That time of that day: twice where the clock is put back, the moment after where it is put forward."""
    for fold in (0, 1):
        yield datetime.combine(day, wanted.replace(fold=fold), zone).astimezone(UTC)
