"""Schedules that come no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from anlass.domain.cron import Cron
from anlass.domain.recurrence import ByDay, Once, Recurrence
from anlass.language.building import Build, Problem
from anlass.language.journey_file import JourneyFile
from anlass.language.surroundings import Surroundings
from anlass.language.triggers.schedule import ScheduleModel

_WEST = timedelta(hours=12)  # nowhere is a day over later than there


def past_schedules(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:  # noqa: ARG001
    """For whom a day is to come it is still to come somewhere. What was turned off may be over."""
    now = around.now()
    if now is None or (journey.status == "off" and "status" in journey.model_fields_set):
        return
    for place, trigger in journey.triggers():
        if isinstance(trigger, ScheduleModel) and _is_past(trigger.recurrence(), now):
            key = "date" if trigger.date is not None else "cron"
            message = f'"{getattr(trigger, key)}" is past: this starts nobody.'
            remedy = 'Name a day to come, or write "status": "off".'
            yield Problem("schedule.past", (*place, key), message, remedy, "warning")


def _is_past(recurrence: Recurrence, now: datetime) -> bool:
    here = (now - _WEST).replace(tzinfo=None)
    match recurrence:
        case ByDay(rule=Once(on=day), at=at):
            return datetime.combine(day, at) < here
        case Cron(years=frozenset() as years) if max(years) <= here.year:
            days = [here.date() + timedelta(days=number) for number in range(366)]
            times = (datetime.combine(day, at) for day in days for at in recurrence.times_on(day))
            return not any(each >= here for each in times)
        case _:
            return False
