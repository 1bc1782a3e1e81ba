"""`{"wait": "24 hours"}`, `{"wait": {"until": "09:00"}}` or `{"until": "profile.birthday", "offset": "-1 day"}`"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, model_validator

from anlass.domain.comparing import as_time
from anlass.domain.condition import Facts, getter
from anlass.domain.dates import day_of
from anlass.domain.duration import parse_duration
from anlass.domain.enrolment import ENTERED_BY_DAY, Heard
from anlass.domain.local_time import at_local, next_yearly
from anlass.domain.registry.fields import BIRTHDAY, REGISTERED_AT
from anlass.domain.step import Ask, Moment, Move, Step, after_waiting, park
from anlass.language.building import Build, Here
from anlass.language.conditions import read_field
from anlass.language.fields import spelt
from anlass.language.model import Duration, Model, Offset, by_type, clock_time, mistake, tagged
from anlass.language.steps.base import StepModel, step_scope
from anlass.language.times_meant import clock_meant, duration_meant

_FORMS = 'Write "24 hours", {"until": "09:00"} or {"until": "profile.birthday"}.'
_WEEKDAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
_UNITS = frozenset(("minutes", "hours", "days", "weeks", "minute", "hour", "day", "week"))
# Dates that come back every year: waiting for one means its next return.
YEARLY = frozenset({BIRTHDAY, REGISTERED_AT})


def _until(text: str) -> str:
    if ":" in text or clock_meant(text) is not None:
        return clock_time(text)
    if as_time(text) is not None or text.casefold() in _WEEKDAYS:
        remedy = 'Write "09:00", or a date of the person; for days that are the same for all take a trigger "schedule".'
        raise mistake("time", f'Nobody can wait for "{text}" here.', remedy)
    return spelt(text)


class Until(Model):
    until: Annotated[
        str,
        AfterValidator(_until),
        Field(
            description='"09:00" of the recipient\'s day, or a date: "profile.birthday"; '
            "who has no such date goes on at once"
        ),
    ]
    offset: Offset | None = Field(None, description='Before or after that date: "-1 day"')

    @model_validator(mode="before")
    @classmethod
    def _is_no_duration(cls, written: Any) -> Any:
        if isinstance(written, dict) and len(written) == 1 and _UNITS & written.keys():
            unit, number = next(iter(written.items()))
            meant = duration_meant(f"{number} {unit}")
            remedy = f'Write "{meant}".' if meant else 'Write for example "24 hours".'
            raise mistake("duration", "A duration is written in words.", remedy)
        return written

    @model_validator(mode="after")
    def _offset_needs_a_date(self) -> Until:
        if self.offset and ":" in self.until:
            message = "An offset belongs to a date, not to a time of day."
            raise mistake("wait.offset", message, "Leave the offset out, or wait until a date.", ["offset"])
        return self


class WaitStep(StepModel):
    """Waits: for some time, until a time of the day, or until a date. Counted from when the message ahead has left."""

    wait: Annotated[
        Annotated[Duration, tagged("time")] | Annotated[Until, tagged("until")],
        by_type("duration", _FORMS, time=str, until=dict),
    ]

    def compile(self, here: Here, build: Build) -> Step:
        if isinstance(self.wait, str):
            return WaitRun(here.id, here.next, parse_duration(self.wait))
        if ":" in self.wait.until:
            return WaitUntilRun(here.id, here.next, time.fromisoformat(self.wait.until))
        read_field(self.wait.until, (*here.place, "wait", "until"), step_scope(here), build)
        offset = parse_duration(self.wait.offset) if self.wait.offset else timedelta(0)
        return WaitForDateRun(here.id, here.next, self.wait.until, offset)


@dataclass(frozen=True, slots=True)
class WaitRun:
    id: str
    next: str | None
    time: timedelta
    after_send: ClassVar[bool] = False

    def run(self, moment: Moment) -> Move:
        return _wait(moment, moment.started() + moment.paced(self.time), self.next)


@dataclass(frozen=True, slots=True)
class WaitUntilRun:
    id: str
    next: str | None
    at: time
    after_send: ClassVar[bool] = False

    def run(self, moment: Moment) -> Move:
        if moment.zone is None:
            return Ask(moment.journey.asks)
        started = moment.started()
        return _wait(moment, _paced(moment.next_at(self.at, started, moment.zone), started, moment), self.next)


@dataclass(frozen=True, slots=True)
class WaitForDateRun:
    """A date that is past already, or that nobody knows, is no reason to wait."""

    id: str
    next: str | None
    field: str
    offset: timedelta
    after_send: ClassVar[bool] = False

    def run(self, moment: Moment) -> Move:
        if moment.facts is None or moment.zone is None:
            return Ask(moment.journey.asks)
        started = moment.started()
        found = self._date(moment.enrolment.entry, moment.facts, started, moment.zone)
        return _wait(moment, started if found is None else _paced(max(found, started), started, moment), self.next)

    def _date(self, entry: Heard, facts: Facts, started: datetime, zone: tzinfo) -> datetime | None:
        if entry.name == ENTERED_BY_DAY and entry.properties.get("field") == self.field:
            occurrence = date.fromisoformat(entry.properties["date"])  # the one that enrolled, be it past or to come
            return at_local(occurrence, time(), zone) + self.offset
        value = getter(self.field)(facts)
        moment, day = as_time(value), day_of(value, zone)
        if moment is None or day is None:
            return None
        if self.field in YEARLY:
            earliest = (started - self.offset).astimezone(zone).date()
            found = at_local(next_yearly(day, earliest), time(), zone) + self.offset
            if found < started:
                found = at_local(next_yearly(day, earliest + timedelta(days=1)), time(), zone) + self.offset
            return found
        if _is_day(value):
            return at_local(day, time(), zone) + self.offset
        return moment.astimezone(UTC) + self.offset


def _wait(moment: Moment, due: datetime, following: str | None) -> Move:
    if moment.now < due:
        return park(due)
    return park(due) if moment.is_message_ahead() else after_waiting(following, due, moment.now)


def _paced(due: datetime, started: datetime, moment: Moment) -> datetime:
    """In test, the days until a date pass as minutes too."""
    return started + moment.paced(due - started)


def _is_day(value: Any) -> bool:
    """A date without a time means the recipient's day."""
    if isinstance(value, str):
        return len(value) == 10
    return isinstance(value, date) and not isinstance(value, datetime)
