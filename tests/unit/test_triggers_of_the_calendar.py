"""The triggers `date` and `schedule` as they are written, and the mistakes that one can make in them."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any

import pytest
from anlass.domain.cron import parse_cron
from anlass.domain.recurrence import LAST, ByDay, Monthly, Once, Quarterly, Weekly, Yearly
from anlass.domain.trigger import DateTrigger, ScheduleTrigger, Trigger
from anlass.language.compiler import compile_journey, journey_from
from anlass.language.diagnostics import Diagnostic
from anlass.language.schemas import all_schemas

DAY = timedelta(days=1)


def written(**trigger: Any) -> str:
    whole = {"id": "j", "why": "For tests.", "trigger": trigger, "steps": [{"send": {"template": "t"}}]}
    return json.dumps(whole)


def compiled(**trigger: Any) -> Trigger:
    found = compile_journey("journeys/j.json", written(**trigger))
    assert found.journey is not None, found.diagnostics
    assert found.diagnostics == []
    assert found.document is not None
    (one,) = found.journey.triggers
    assert journey_from(found.document).triggers == (one,)
    return one


def mistakes(**trigger: Any) -> list[Diagnostic]:
    found = compile_journey("journeys/j.json", written(**trigger))
    assert found.journey is None
    return [each for each in found.diagnostics if each.severity == "error"]


def scheduled(**parts: Any) -> ScheduleTrigger:
    found = compiled(type="schedule", **parts)
    assert isinstance(found, ScheduleTrigger)
    return found


def test_a_birthday_three_days_ahead_at_nine() -> None:
    assert compiled(
        type="date", field="profile.birthday", repeat="yearly", years=[], offset="-3 days", at="09:00"
    ) == DateTrigger("j/0", "profile.birthday", True, frozenset(), -3 * DAY, time(9))


def test_the_third_anniversary_and_no_other() -> None:
    trigger = compiled(type="date", field="profile.registeredAt", repeat="yearly", years=[3])
    assert trigger == DateTrigger("j/0", "profile.registered_at", True, frozenset({3}), 0 * DAY, time(9))


def test_a_date_that_does_not_return_comes_once() -> None:
    trigger = compiled(type="date", field="profile.trial_ends_on", offset="-1 week", at="18:30")
    assert trigger == DateTrigger("j/0", "profile.trial_ends_on", False, frozenset(), -7 * DAY, time(18, 30))


def test_the_first_of_december_for_a_segment() -> None:
    trigger = scheduled(every="year", on="12-01", at="09:00", segment="austria")
    assert trigger.recurrence == ByDay(Yearly(frozenset({(12, 1)})), time(9))
    assert trigger.segment == "austria"


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"every": "day"}, ByDay(Weekly(frozenset(range(7))), time(9))),
        ({"every": "week", "on": "Monday"}, ByDay(Weekly(frozenset({0})), time(9))),
        ({"every": "week", "on": ["tue", "friday"], "at": "07:30"}, ByDay(Weekly(frozenset({1, 4})), time(7, 30))),
        ({"every": "month", "on": 15}, ByDay(Monthly(frozenset({15})), time(9))),
        ({"every": "month", "on": [1, "15"]}, ByDay(Monthly(frozenset({1, 15})), time(9))),
        ({"every": "month", "on": "last", "offset": "-3 days"}, ByDay(Monthly(frozenset({LAST})), time(9), -3 * DAY)),
        ({"every": "quarter"}, ByDay(Quarterly(frozenset({1})), time(9))),
        ({"every": "quarter", "on": 15}, ByDay(Quarterly(frozenset({15})), time(9))),
        ({"every": "year", "on": "02-29"}, ByDay(Yearly(frozenset({(2, 29)})), time(9))),
        ({"every": "year", "on": ["easter", "12-24"]}, ByDay(Yearly(frozenset({"easter", (12, 24)})), time(9))),
        (
            {"every": "year", "on": "advent-1", "offset": "-10 days"},
            ByDay(Yearly(frozenset({"advent-1"})), time(9), -10 * DAY),
        ),
        ({"date": "2026-12-01", "at": "10:00"}, ByDay(Once(date(2026, 12, 1)), time(10))),
        ({"cron": "cron(0 9 ? * MON#1 *)"}, parse_cron("0 9 ? * 2#1 *")),
    ],
)
def test_a_schedule_has_many_forms(parts: dict[str, Any], rule: object) -> None:
    assert scheduled(**parts).recurrence == rule


@pytest.mark.parametrize(
    ("parts", "code", "said"),
    [
        ({"field": "profile.orders.last_at"}, "trigger.field", "moves with all"),
        ({"field": "profile.last_seen"}, "trigger.field", "inactivity"),
        ({"field": "profile.email"}, "trigger.field", "no date"),
        ({"field": "profile.age"}, "trigger.field", "no date"),
        ({"field": "event.properties.date"}, "trigger.field", "all the time"),
        ({"field": "profile.a.b.c"}, "trigger.field", "too deep"),
        ({"field": "profile.birthday", "years": [3]}, "trigger.years", '"repeat": "yearly"'),
        ({"field": "profile.birthday", "repeat": "yearly", "years": [0]}, "json.value", "1"),
        ({"field": "profile.birthday", "offset": "-3 hours"}, "trigger.offset", '"at" says the hour'),
        ({"field": "profile.birthday", "repeat": "yearly", "offset": "-400 days"}, "trigger.offset", "365"),
        ({"field": "profile.birthday", "repeat": "monthly"}, "json.value", "yearly"),
        ({"field": "profile.birthday", "at": "9:00"}, "time", "09:00"),
    ],
)
def test_a_date_that_cannot_be_is_told_from_one_that_can(parts: dict[str, Any], code: str, said: str) -> None:
    (found,) = mistakes(type="date", **parts)
    assert found.code == code
    assert said in f"{found.message} {found.remedy}"


@pytest.mark.parametrize(
    ("parts", "code", "said"),
    [
        ({}, "schedule.form", '"every"'),
        ({"every": "year", "on": "12-01", "date": "2026-12-01"}, "schedule.form", '"every" and "date" cannot stand'),
        ({"date": "2026-12-01", "on": "12-01"}, "schedule.form", 'Leave "on" out'),
        ({"cron": "0 9 ? * MON *", "at": "09:00"}, "schedule.form", 'Leave "at" out'),
        ({"every": "week", "on": "monday", "offset": "-1 day"}, "schedule.form", "offset"),
        ({"every": "month", "on": 1, "offset": "-1 hour"}, "trigger.offset", "hour"),
        ({"every": "week"}, "schedule.on", '"on": "monday"'),
        ({"every": "month"}, "schedule.on", '"last"'),
        ({"every": "year"}, "schedule.on", '"12-01"'),
        ({"every": "day", "on": "monday"}, "schedule.on", '"every": "week"'),
        ({"every": "week", "on": "mondy"}, "schedule.on", 'Did you mean "monday"?'),
        ({"every": "month", "on": 32}, "schedule.on", "1 to 31"),
        ({"every": "month", "on": 0}, "schedule.on", "1 to 31"),
        ({"every": "quarter", "on": "01-15"}, "schedule.on", "1 to 92"),
        ({"every": "year", "on": "13-01"}, "schedule.on", "12-01"),
        ({"every": "year", "on": "02-30"}, "schedule.on", "12-01"),
        ({"every": "year", "on": "1.12."}, "schedule.on", "12-01"),
        ({"every": "year", "on": "2026-12-01"}, "schedule.on", 'Write "12-01"; for this one year "date": "2026-12-01"'),
        ({"every": "year", "on": "estern"}, "schedule.on", 'Did you mean "easter"?'),
        ({"date": "2026-02-30"}, "schedule.date", "2026-12-01"),
        ({"date": "1.12.2026"}, "schedule.date", "2026-12-01"),
        ({"cron": "0 9 * * 1"}, "schedule.cron", "has 5 fields"),
        ({"cron": "0 9 31 2 ? *"}, "schedule.cron", "never comes"),
        ({"cron": "*/5 9-17 ? * MON *"}, "schedule.cron", "108 times a day"),
        ({"every": "fortnight", "on": "monday"}, "json.value", "week"),
        ({"every": "week", "on": True}, "json.type", "whole number"),
    ],
)
def test_a_schedule_that_cannot_be_is_answered_with_one_that_can(parts: dict[str, Any], code: str, said: str) -> None:
    (found,) = mistakes(type="schedule", **parts)
    assert found.code == code
    assert said in f"{found.message} {found.remedy}"


def test_an_editor_offers_the_feasts() -> None:
    schema = all_schemas()["journey.schema.json"]
    assert "advent-1" in schema
    assert "black-friday" in schema
