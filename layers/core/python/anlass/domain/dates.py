"""The dates of a person: what the date index holds, and which return of one a trigger means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, time, tzinfo
from typing import Any

from anlass.domain.comparing import as_time
from anlass.domain.local_time import in_year
from anlass.domain.person import registered_at
from anlass.domain.profile import Attributes
from anlass.domain.registry.fields import BIRTHDAY, REGISTERED_AT
from anlass.domain.trigger import DateTrigger

MOST = 25  # of one person; each is a row of the index
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?", re.ASCII)


def dates_of(attributes: Attributes | None, zone: tzinfo) -> dict[str, date]:
    """Field → day, of all traits that are dates, those in objects included; the first MOST."""
    if attributes is None:
        return {}
    found: dict[str, date] = {}
    first = {REGISTERED_AT: registered_at(attributes), BIRTHDAY: attributes.traits.get("birthday")}
    for field, value in (*first.items(), *_written(attributes.traits)):
        day = day_of(value, zone)
        if day is not None and len(found) < MOST:
            found.setdefault(field, day)
    return found


def day_of(value: Any, zone: tzinfo) -> date | None:
    """The recipient's day. A moment at midnight UTC is a date that somebody wrote as a moment."""
    moment = as_time(value)
    if moment is None or not 1 < moment.year < 9999:  # beyond them no zone can be asked
        return None
    utc = moment.astimezone(UTC)
    return utc.date() if utc.time() == time() else moment.astimezone(zone).date()


def return_on(trigger: DateTrigger, known: date | None, day: date) -> int | None:
    """Which return of the date `known` a trigger on `day` means: 0, the date itself; None, it means none of them."""
    if known is None:
        return None
    occurrence = day - trigger.offset
    if not trigger.yearly:
        return 0 if occurrence == known else None
    years = occurrence.year - known.year
    if years < 1 or in_year(known, occurrence.year) != occurrence or (trigger.years and years not in trigger.years):
        return None
    return years


def looked_up(trigger: DateTrigger, day: date) -> tuple[date, ...]:
    """The dates, by month and day, of people whom the trigger may mean on that day."""
    occurrence = day - trigger.offset
    leap_day = date(2000, 2, 29)
    if (
        trigger.yearly
        and (occurrence.month, occurrence.day) == (2, 28)
        and in_year(leap_day, occurrence.year) == occurrence
    ):
        return occurrence, leap_day
    return (occurrence,)


def _written(traits: Mapping[str, Any], path: str = "profile", is_inside: bool = False) -> Iterator[tuple[str, str]]:
    """Texts that look like dates, by name; none that is a number by its looks (20260301)."""
    for name in sorted(traits):
        value = traits[name]
        if isinstance(value, str) and _ISO.fullmatch(value):
            yield f"{path}.{name}", value
        elif isinstance(value, Mapping) and not is_inside:
            yield from _written(value, f"{path}.{name}", is_inside=True)
