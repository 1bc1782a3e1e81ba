"""A mistake between two keys is shown at the one that is to be changed, not at everything around them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anlass.language.compiler import compile_journey

TWICE = {"metric": "profile.spend.total", "in": "30 days", "against": "previous 90 days"}
OLD = {"when": {"field": "profile.age", "op": "gt", "value": 60}, "value": "90 days"}
REST = {"else": "30 days"}

# the trigger, its wrong part, and what is underlined of it
TRIGGERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "two ways of saying when": (
        {"type": "schedule", "every": "year", "on": "12-01", "date": "2026-12-01"},
        *(".date", '"2026-12-01"'),
    ),
    "no way of saying when": ({"type": "schedule", "at": "09:00"}, "", '{"type": "schedule", "at": "09:00"}'),
    "a day beside a date": ({"type": "schedule", "date": "2026-12-01", "on": "12-01"}, ".on", '"12-01"'),
    "an hour beside cron": ({"type": "schedule", "cron": "0 9 ? * MON *", "at": "08:00"}, ".at", '"08:00"'),
    "an offset where none is meant": (
        {"type": "schedule", "every": "week", "on": "monday", "offset": "-1 day"},
        *(".offset", '"-1 day"'),
    ),
    "an offset of hours": (
        {"type": "schedule", "every": "month", "on": 1, "offset": "-1 hour"},
        *(".offset", '"-1 hour"'),
    ),
    "a week without a day": ({"type": "schedule", "every": "week"}, ".every", '"week"'),
    "every day on one of them": ({"type": "schedule", "every": "day", "on": "monday"}, ".on", '"monday"'),
    "a day that no week has": ({"type": "schedule", "every": "week", "on": "mondy"}, ".on", '"mondy"'),
    "one day of several": ({"type": "schedule", "every": "week", "on": ["monday", "tusday"]}, ".on[1]", '"tusday"'),
    "a day that no month has": ({"type": "schedule", "every": "month", "on": [1, 32]}, ".on[1]", "32"),
    "a day that no quarter has": ({"type": "schedule", "every": "quarter", "on": 93}, ".on", "93"),
    "a day that no year has": ({"type": "schedule", "every": "year", "on": "02-30"}, ".on", '"02-30"'),
    "no date": ({"type": "schedule", "date": "1.12.2026"}, ".date", '"1.12.2026"'),
    "no cron": ({"type": "schedule", "cron": "0 9 * * 1"}, ".cron", '"0 9 * * 1"'),
    "a cron that never comes": ({"type": "schedule", "cron": "0 9 31 2 ? *"}, ".cron", '"0 9 31 2 ? *"'),
    "a cron that never ends": ({"type": "schedule", "cron": "* 9 ? * MON *"}, ".cron", '"* 9 ? * MON *"'),
    "a field that is no date": ({"type": "date", "field": "profile.email"}, ".field", '"profile.email"'),
    "a field that is not the person's": ({"type": "date", "field": "entry.at"}, ".field", '"entry.at"'),
    "years of a date that does not return": (
        {"type": "date", "field": "profile.birthday", "years": [3]},
        *(".years", "[3]"),
    ),
    "an offset of a year": (
        {"type": "date", "field": "profile.birthday", "repeat": "yearly", "offset": "-400 days"},
        *(".offset", '"-400 days"'),
    ),
    "two bounds of a threshold": (
        {"type": "threshold", "metric": "profile.orders.count", "reaches": 10, "falls_below": 5},
        *(".falls_below", "5"),
    ),
    "a currency of what is no money": (
        {"type": "threshold", "metric": "profile.orders.count", "reaches": 10, "currency": "EUR"},
        *(".currency", '"EUR"'),
    ),
    "a number of an order": (
        {"type": "threshold", "metric": "entry.properties.total", "reaches": 10},
        *(".metric", '"entry.properties.total"'),
    ),
    "two bounds of a change": ({"type": "change", **TWICE, "below": 0.5, "above": 2}, ".above", "2"),
    "a change of what nobody counts": (
        {"type": "change", **TWICE, "metric": "profile.age", "above": 2},
        *(".metric", '"profile.age"'),
    ),
    "an abandonment that ends itself": (
        {"type": "abandonment", "event": "Cart Viewed", "unless": ["Cart Emptied", "Cart Viewed"], "after": "1 hour"},
        *(".unless[1]", '"Cart Viewed"'),
    ),
    "an absence that answers itself": (
        {"type": "absence", "event": "Coupon Sent", "unless": ["Coupon Sent"], "after": "1 hour"},
        *(".unless[0]", '"Coupon Sent"'),
    ),
    "an else before others": (
        {"type": "inactivity", "events": ["@person"], "for": [REST, OLD]},
        *(".for[0]", '{"else": "30 days"}'),
    ),
}


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_is_wrong_at_one_key(name: str) -> None:
    trigger, path, underlined = TRIGGERS[name]
    _shown({"trigger": trigger}, f"trigger{path}", underlined)


# the step, its wrong part, and what is underlined of it
STEPS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a trait that a journey may not set": (
        {"update": {"set": {"favourite": "tea", "email": "a@example.com"}}},
        *(".update.set.email", '"a@example.com"'),
    ),
    "a tag that is put on and taken off": (
        {"update": {"add_tags": ["vip"], "remove_tags": ["new", "vip"]}},
        *(".update.remove_tags[1]", '"vip"'),
    ),
    "an offset of a time of day": (
        {"wait": {"until": "09:00", "offset": "1 day"}},
        *(".wait.offset", '"1 day"'),
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_wrong_at_one_key(name: str) -> None:
    step, path, underlined = STEPS[name]
    _shown({"steps": [step, {"send": {"template": "hi"}}]}, f"steps[0]{path}", underlined)


def _shown(parts: dict[str, Any], path: str, underlined: str) -> None:
    file = {"id": "j", "why": "For tests.", "trigger": {"type": "enrolled"}, "steps": [{"send": {"template": "hi"}}]}
    text = json.dumps({**file, **parts})
    (found,) = compile_journey("journeys/j.json", text).diagnostics
    assert found.path == path
    assert found.column is not None
    assert found.length is not None
    assert text[found.column - 1 : found.column - 1 + found.length] == underlined
