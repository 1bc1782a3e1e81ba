"""The calendar's people: which local days are planned when, whom a day concerns, and what their timer rows mean.

A daily run plans the next local date before it begins anywhere on earth; it writes a timer row for everybody whom the
date concerns, and the row rings at the recipient's own hour. Who appears after that run is armed at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from anlass.domain.arming import new_timer
from anlass.domain.catalog import Catalog
from anlass.domain.changes import SaveTimer
from anlass.domain.condition import Compare
from anlass.domain.dates import dates_of, return_on
from anlass.domain.enrolment import ENTERED_BY_DAY, Heard
from anlass.domain.ids import event_id, timer_id
from anlass.domain.journey import Journey
from anlass.domain.local_time import at_local
from anlass.domain.person import History, Person, person_facts, zone_of
from anlass.domain.timer import Occasion, Timer
from anlass.domain.trigger import DateTrigger, EventTrigger, ScheduleTrigger, Trigger

# UTC. A date begins at UTC+14 at 10:00 of the day before, and ends at UTC-12 at 12:00 of the day after.
PLANNED_AT = time(9, 30)
LAST_ENDS = timedelta(hours=12)
TOO_LATE = timedelta(hours=24)  # what an outage put off for longer is nobody's birthday any more

_DAY = timedelta(days=1)


def planned_until(now: datetime) -> date:
    """The last local date whose daily run has begun."""
    utc = now.astimezone(UTC)
    return utc.date() + (_DAY if utc.time() >= PLANNED_AT else timedelta(0))


def open_days(now: datetime) -> list[date]:
    """The local dates that are planned and not over yet everywhere."""
    day, last = (now.astimezone(UTC) - LAST_ENDS).date(), planned_until(now)
    return [day + n * _DAY for n in range((last - day).days + 1)]


def planned_from(day: date, now: datetime) -> datetime:
    """The daily run means moments of the day from then on, also where it comes late itself."""
    return max(datetime.combine(day - _DAY, PLANNED_AT, UTC), now - TOO_LATE)


def date_row(
    profile: str, trigger: DateTrigger, known: date | None, day: date, zone: tzinfo, since: datetime, now: datetime
) -> SaveTimer | None:
    """The row of a date that concerns somebody on that local day; None if it does not, or not `since` then."""
    if return_on(trigger, known, day) is None or at_local(day, trigger.at, zone) < since:
        return None
    occasion = Occasion(day=day - trigger.offset)  # so that a changed offset means the same occasion
    return _row(profile, trigger.key, occasion, at_local(day, trigger.at, zone), now)


def schedule_rows(
    profile: str, trigger: ScheduleTrigger, day: date, zone: tzinfo, since: datetime, now: datetime
) -> Iterator[SaveTimer]:
    """The rows of a schedule on that local day, as far as they mean moments `since` then."""
    for at in trigger.recurrence.times_on(day):
        if (moment := at_local(day, at, zone)) >= since:
            yield _row(profile, trigger.key, Occasion(day=day, at=at), moment, now)


def rows_at_once(before: Person, person: Person, catalog: Catalog, now: datetime) -> Iterator[SaveTimer]:
    """For whom a date appears or changes, or who is new, when the daily run of a day has gone by that lies ahead."""
    if person.attributes is None or person.attributes == before.attributes or not catalog.by_calendar:
        return
    zone = zone_of(person.attributes, catalog.timezone)
    known, was = dates_of(person.attributes, zone), dates_of(before.attributes, zone)
    profile, days = person.state.id, open_days(now)
    for journey, trigger in catalog.by_calendar:
        if isinstance(trigger, DateTrigger):
            if (date_ := known.get(trigger.field)) != was.get(trigger.field):
                rows = (date_row(profile, trigger, date_, day, zone, now, now) for day in days)
                yield from (row for row in rows if row is not None)
        else:
            planned = [row for day in days for row in schedule_rows(profile, trigger, day, zone, now, now)]
            if planned and not is_meant(trigger, journey, before, {}, catalog, now):
                yield from planned if is_meant(trigger, journey, person, {}, catalog, now) else ()


def is_meant(
    trigger: ScheduleTrigger, journey: Journey, person: Person, history: History, catalog: Catalog, now: datetime
) -> bool:
    """Whether a schedule is for this person; asked again when it rings. Nobody knows strangers."""
    if person.attributes is None or person.state.pointer is not None:
        return False
    segment = catalog.segments.all.get(trigger.segment) if trigger.segment else None
    if segment is None:
        return trigger.segment is None
    return segment.test(person_facts(person, journey.topic, catalog.currency, now, history, catalog.segments.all))


def recall(row: Timer, trigger: Trigger, zone: tzinfo) -> Timer | None:
    """The row with the moment that its day means now: the trigger's hour or the recipient's zone may be others since.
    None if the trigger comes at that time no more.
    """
    occasion = row.occasion
    if occasion is None or occasion.day is None or occasion.is_backfill:
        return row
    match trigger:
        case DateTrigger(offset=offset, at=at) if occasion.at is None:
            return replace(row, due=at_local(occasion.day + offset, at, zone))
        case ScheduleTrigger(recurrence=recurrence):
            if occasion.at is None or occasion.at not in recurrence.times_on(occasion.day):
                return None
            return replace(row, due=at_local(occasion.day, occasion.at, zone))
        case _:
            return None


def entry_by_day(row: Timer, trigger: Trigger, person: Person, zone: tzinfo) -> Heard | None:
    """What somebody enters with whom no event brings; None if the date is another one by now.

    Its id names person and occasion, not the row: of two rows that a merge brought together one counts.
    """
    occasion = row.occasion
    if occasion is None or occasion.day is None:
        return None
    properties: dict[str, object] = {"date": occasion.day.isoformat()}
    if isinstance(trigger, DateTrigger):
        known = dates_of(person.attributes, zone).get(trigger.field)
        years = return_on(trigger, known, occasion.day + trigger.offset)
        if years is None:
            return None
        properties |= {"years": years, "field": trigger.field}
    elif (segment := segment_of(trigger)) is not None:
        properties["segment"] = segment
    id_ = event_id(_row_id(person.state.id, row.trigger, occasion))
    return Heard(id_, ENTERED_BY_DAY, row.due, properties)


def segment_of(trigger: Trigger) -> str | None:
    """The segment that a trigger on entering or leaving one names."""
    where = trigger.where.condition if isinstance(trigger, EventTrigger) and trigger.where else None
    return str(where.value) if isinstance(where, Compare) and where.field == "event.properties.segment" else None


def _row(profile: str, trigger: str, occasion: Occasion, due: datetime, now: datetime) -> SaveTimer:
    return new_timer(_row_id(profile, trigger, occasion), profile, trigger, max(due, now), now, occasion)


def _row_id(profile: str, trigger: str, occasion: Occasion) -> str:
    part = "backfill" if occasion.is_backfill else f"{occasion.day} {occasion.at or ''}"
    return timer_id(profile, trigger, part)
