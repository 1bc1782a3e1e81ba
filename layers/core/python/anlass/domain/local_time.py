"""Local times of a recipient. Gaps and repeats of summer time: a time that does not exist is the moment after."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def next_local(wanted: time, after: datetime, zone: tzinfo) -> datetime:
    """The next such time of day in the zone, `after` itself included; in UTC."""
    today = after.astimezone(zone).date()
    first = at_local(today, wanted, zone)
    return first if first >= after else at_local(today + timedelta(days=1), wanted, zone)


def at_local(day: date, wanted: time, zone: tzinfo) -> datetime:
    """That time of that day; the first one where it comes twice. In UTC."""
    return datetime.combine(day, wanted, zone).astimezone(UTC)


def next_yearly(day: date, after: date) -> date:
    """The next return of a date, `after` itself included. 29 February falls on the 28th in other years."""
    found = in_year(day, after.year)
    return found if found >= after else in_year(day, after.year + 1)


def in_year(day: date, year: int) -> date:
    """The return of a date in that year."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
