"""When time alone may bring somebody into a segment or out of it, of whom everything else stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, assert_never

from anlass.domain.comparing import as_time
from anlass.domain.condition import (
    AllOf,
    AnyOf,
    Behaviour,
    Compare,
    Condition,
    Facts,
    InSegment,
    Items,
    JourneyIs,
    MessageIs,
    Not,
    Reachable,
    getter,
    walk,
)
from anlass.domain.duration import parse_duration
from anlass.domain.local_time import in_year
from anlass.domain.registry.fields import field_of

_NEXT = timedelta(microseconds=1)  # `within` holds to its end


def turns(conditions: Iterable[Condition], facts: Facts, since: datetime, until: datetime) -> list[datetime] | None:
    """The times, in order, at which one of the conditions may become true or false by itself: after `since`, up to
    `until`. Between two of them each stays what it is. None: at any time. `facts` hold all events in reach, those too
    that are dated ahead; segments that a condition names are to be asked for themselves.
    """
    found: set[datetime] = set()
    for condition in conditions:
        for part in walk(condition):
            lapses = _lapses(part, facts, since, until)
            if lapses is None:
                return None
            found.update(since + lapse for lapse in lapses if timedelta(0) < lapse <= until - since)
    return sorted(found)


def _lapses(part: Condition, facts: Facts, since: datetime, until: datetime) -> Iterable[timedelta] | None:
    """How long after `since` one of them changes, its parts aside. A lapse cannot lie beyond the calendar."""
    match part:
        case Behaviour(match=matched) if any(_ages(path) for _, path in matched):
            return None
        case Behaviour(event=event, within=within):
            times = [heard.at - since for heard in facts["history"].get(event, ())]
            return times if within is None else [*times, *(time + within + _NEXT for time in times)]
        case Compare("profile.birthday", "within", value):
            return _returns(facts["profile"].get("birthday"), value, since, until)
        case Compare(field, "within", value):
            return _around(field, value, facts, since) if field.startswith("profile.") else None
        case Compare("profile.age"):
            return _birthdays(facts["profile"].get("birthday"), since, until)
        case Compare(field) if _ages(field):
            return None
        case AllOf() | AnyOf() | Not() | Compare() | Items() | MessageIs() | JourneyIs() | Reachable() | InSegment():
            return ()
    assert_never(part)


def _ages(path: str) -> bool:
    known = field_of(path)
    return known is not None and known.ages


def _around(field: str, value: Any, facts: Facts, since: datetime) -> Iterable[timedelta]:
    moment, span = as_time(getter(field)(facts)), parse_duration(value) if isinstance(value, str) else value
    if moment is None or not isinstance(span, timedelta):
        return ()
    return (moment - since - abs(span), moment - since + abs(span) + _NEXT)


def _returns(value: Any, words: Any, since: datetime, until: datetime) -> Iterator[timedelta]:
    born, span = as_time(value), parse_duration(words) if isinstance(words, str) else words
    if born is None or not isinstance(span, timedelta):
        return
    for year in range(since.year, min(until.year + 2, 9999)):
        day = in_year(born.date(), year)
        begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - since
        yield from (begins - abs(span), begins + timedelta(days=1))


def _birthdays(value: Any, since: datetime, until: datetime) -> Iterator[timedelta]:
    """Whoever was born on 29 February is a year older on 1 March of other years, to the registry."""
    born = as_time(value)
    if born is None:
        return
    yield born - since
    for year in range(since.year, until.year + 1):
        is_there = (born.month, born.day) != (2, 29) or _is_leap(year)
        day = date(year, born.month, born.day) if is_there else date(year, 3, 1)
        yield datetime(day.year, day.month, day.day, tzinfo=UTC) - since


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
