"""`{"type": "schedule", "every": "year", "on": "12-01", "at": "09:00", "segment": "austria"}`"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from anlass.domain.comparing import as_time
from anlass.domain.cron import FIELDS, Cron, parse_cron
from anlass.domain.feasts import FEASTS
from anlass.domain.recurrence import LAST, ByDay, Monthly, Once, Quarterly, Recurrence, Weekly, Yearly
from anlass.domain.trigger import ScheduleTrigger
from anlass.language.building import Build, Place
from anlass.language.condition_values import iso_date
from anlass.language.diagnostics import did_you_mean
from anlass.language.model import ClockTime, Id, Offset, by_type, mistake, tagged
from anlass.language.triggers.base import TriggerModel
from anlass.language.triggers.date import AT, whole_days

_FORMS = (
    'Write "every" ("day", "week", "month", "quarter", "year"), or "date": "2026-12-01", or "cron": "0 9 ? * MON *".'
)
_ON = 'Write "monday", 15, "12-01" or "easter"; or a list of such.'
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CRON_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_GERMAN: Mapping[str, str] = {
    "weihnachten": "christmas",
    "heiligabend": "christmas-eve",
    "silvester": "new-years-eve",
    "neujahr": "new-year",
    "ostern": "easter",
    "ostersonntag": "easter",
    "ostermontag": "easter-monday",
    "karfreitag": "good-friday",
    "pfingsten": "pentecost",
    "pfingstmontag": "whit-monday",
    "himmelfahrt": "ascension",
    "nikolaus": "st-nicholas",
    "fronleichnam": "corpus-christi",
    "muttertag": "mothers-day",
    "vatertag": "fathers-day",
    "advent": "advent-1",
    "valentinstag": "valentines-day",
    "rosenmontag": "rose-monday",
    "aschermittwoch": "ash-wednesday",
    "tag der arbeit": "labour-day",
    "frauentag": "womens-day",
    "xmas": "christmas",
    "valentine": "valentines-day",
}
_EVERY_DAY = frozenset(range(7))
_WORDS: Mapping[str, Mapping[str, int]] = {"month": {"first": 1, "last": LAST}, "quarter": {"first": 1, "last": LAST}}
_LONGEST = {"month": 31, "quarter": 92}
_MOST_OFTEN = 24  # times a day

Day = Annotated[
    Annotated[int, tagged("number")] | Annotated[str, tagged("word"), Field(min_length=1, max_length=40)],
    by_type("day", _ON, number=int, word=str),
]


class ScheduleModel(TriggerModel):
    """Starts for everybody, or for a segment, when the calendar says so."""

    type: Literal["schedule"]
    every: Literal["day", "week", "month", "quarter", "year"] | None = Field(None, description="How often it comes")
    on: (
        Annotated[
            Annotated[int, tagged("number")]
            | Annotated[str, tagged("word"), Field(min_length=1, max_length=40)]
            | Annotated[list[Day], tagged("list"), Field(min_length=1, max_length=40)],
            by_type("day", _ON, number=int, word=str, list=list),
        ]
        | None
    ) = Field(
        None,
        description='On which day of it: "monday"; 15 or "last" of a month; "first" or a day of the quarter; of a year '
        f'"12-01" or a feast: {", ".join(FEASTS)}',
    )
    offset: Offset | None = Field(None, description='Days before or after that day: "-10 days"')
    date: str | None = Field(None, description='Once: "2026-12-01"', json_schema_extra={"format": "date"})
    cron: str | None = Field(None, max_length=200, description='EventBridge\'s six fields: "0 9 ? * MON *"')
    at: ClockTime | None = Field(None, description=f'The recipient\'s local time; "{AT}" if left out')
    segment: Id | None = Field(None, description="For whom: a file in segments/, without .json; everybody if left out")

    @model_validator(mode="after")
    def _has_one_form(self) -> ScheduleModel:
        forms = [name for name in ("every", "date", "cron") if getattr(self, name) is not None]
        if len(forms) != 1:
            message = f"{_and(forms)} cannot stand together." if forms else "This does not say when."
            raise mistake("schedule.form", message, _FORMS, forms[1:2])
        if self.every is None:
            for name in ("on", "offset") if self.cron is None else ("on", "offset", "at"):
                if getattr(self, name) is not None:
                    message = f'"{name}" does not go with "{forms[0]}".'
                    raise mistake("schedule.form", message, f'Leave "{name}" out: "{forms[0]}" says it all.', [name])
        elif self.offset is not None and self.every in ("day", "week"):
            message = f"An offset says nothing of what comes every {self.every}."
            remedy = 'Leave "offset" out, and name the day that is meant.'
            raise mistake("schedule.form", message, remedy, ["offset"])
        self.recurrence()
        return self

    @property
    def enters_with(self) -> tuple[str, ...]:
        return ()

    def compile(self, key: str, place: Place, build: Build) -> ScheduleTrigger:
        if self.segment is not None:
            build.segment(self.segment, (*place, "segment"))
        return ScheduleTrigger(key, self.recurrence(), self.segment)

    def recurrence(self) -> Recurrence:
        """The rule as it runs, or the mistake in it."""
        if self.cron is not None:
            return _cron(self.cron)
        at = datetime.time.fromisoformat(self.at or AT)
        if self.date is not None:
            return ByDay(Once(_date(self.date)), at)
        match self.every:
            case "week":
                return ByDay(Weekly(frozenset(_weekday(*each) for each in self._days('"monday"'))), at)
            case "month":
                numbers = frozenset(_number(*each, "month") for each in self._days('1, 15 or "last"'))
                return ByDay(Monthly(numbers), at, whole_days(self.offset))
            case "quarter":
                days = [("first", ())] if self.on is None else self._days('"first"')
                numbers = frozenset(_number(*each, "quarter") for each in days)
                return ByDay(Quarterly(numbers), at, whole_days(self.offset))
            case "year":
                named = frozenset(_of_year(*each) for each in self._days('"12-01" or "easter"'))
                return ByDay(Yearly(named), at, whole_days(self.offset))
            case _:
                if self.on is not None:
                    message = 'What comes every day is not "on" one of them.'
                    raise mistake("schedule.on", message, 'Write "every": "week", or leave "on" out.', ["on"])
                return ByDay(Weekly(_EVERY_DAY), at)

    def _days(self, example: str) -> Sequence[tuple[int | str, Place]]:
        """Each day with where it stands."""
        if isinstance(self.on, list):
            return [(day, ("on", position)) for position, day in enumerate(self.on)]
        if self.on is None:
            raise mistake("schedule.on", "This does not say on which day.", f'Add "on": {example}.', ["every"])
        return [(self.on, ("on",))]


def _weekday(day: int | str, at: Place) -> int:
    wanted = str(day).casefold()
    for number, name in enumerate(_WEEKDAYS):
        if wanted in (name, name[:3]):
            return number
    remedy = f"{did_you_mean(wanted, _WEEKDAYS)}Write one of {', '.join(_WEEKDAYS)}."
    raise mistake("schedule.on", f'"{day}" is no day of the week.', remedy, at)


def _number(day: int | str, at: Place, every: str) -> int:
    """A day counted from the first of the month or quarter."""
    number = _WORDS[every].get(str(day), int(day) if str(day).isascii() and str(day).isdigit() else -1)
    if (number == LAST and day != "last") or not 0 <= number <= _LONGEST[every]:
        remedy = (
            f'Write 1 to {_LONGEST[every]}, "first" or "last"; the first Monday of a month is cron "0 9 ? * MON#1 *".'
        )
        raise mistake("schedule.on", f'"{day}" is no day of a {every}.', remedy, at)
    return number


def _of_year(day: int | str, at: Place) -> tuple[int, int] | str:
    if isinstance(day, str) and day in FEASTS:
        return day
    found = re.fullmatch(r"(\d\d)-(\d\d)", str(day), re.ASCII)
    try:
        if found:
            month, number = int(found[1]), int(found[2])
            datetime.date(2000, month, number)  # a leap year: it has all days
            return month, number
    except ValueError:
        pass  # said below
    german = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.?", str(day), re.ASCII)
    if german is not None and 1 <= int(german[1]) <= 31 and 1 <= int(german[2]) <= 12:
        remedy = f'Write "{int(german[2]):02}-{int(german[1]):02}".'
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", str(day)):
        remedy = f'Write "{str(day)[5:]}"; for this one year "date": "{day}" without "every" and "on".'
    else:
        known = _GERMAN.get(str(day).casefold())
        guess = f'Did you mean "{known}"? ' if known else did_you_mean(str(day).casefold(), list(FEASTS))
        remedy = f'{guess}Write month and day, like "12-01", or one of {", ".join(FEASTS)}.'
    raise mistake("schedule.on", f'"{day}" is no day of the year.', remedy, at)


def _date(text: str) -> datetime.date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass  # said below
    remedy = f'Write year, month and day, like "{iso_date(text)}".'
    if as_time(text) is not None:
        remedy = f'Write "{text[:10]}"; "at" says the hour.'
    raise mistake("schedule.date", f'"{text}" is no date.', remedy, ["date"])


def _cron(text: str) -> Cron:
    try:
        cron = parse_cron(text)
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        message = f"{problem[:1].upper()}{problem[1:]}."
        meant = _with_years(text)
        remedy = f'Write "{meant}".' if meant else f"{remedy[:1].upper()}{remedy[1:]}."
        raise mistake("schedule.cron", message, remedy, ["cron"]) from None
    if len(cron.hours) * len(cron.minutes) > _MOST_OFTEN:
        message = f'"{text}" comes {len(cron.hours) * len(cron.minutes)} times a day.'
        remedy = f"Write hours and minutes, not *: {_MOST_OFTEN} times a day is the most."
        raise mistake("schedule.cron", message, remedy, ["cron"])
    if not cron.comes_at_all():
        remedy = "No year has such a day; name another one."
        raise mistake("schedule.cron", f'"{text}" never comes.', remedy, ["cron"])
    return cron


def _with_years(text: str) -> str | None:
    """The five fields that other programs have, as the six that EventBridge has; None if they are something else."""
    parts = text.split()
    if len(parts) != len(FIELDS) - 1:
        return None
    minute, hour, day, month, weekday = parts
    # Others count the days of the week from 0, Sunday; here they are named, so that nobody has to count.
    named = re.sub(r"\d", lambda number: _CRON_DAYS[int(number[0]) % 7], weekday)
    days = ("?", named) if weekday != "*" else (day, "?")
    cron = f"{minute} {hour} {days[0]} {month} {days[1]} *"
    try:
        parse_cron(cron)
    except ValueError:
        return None
    return cron if weekday == "*" or day == "*" else None


def _and(names: Sequence[str]) -> str:
    return " and ".join(f'"{name}"' for name in names)
