"""Comparisons that no value of the field can ever pass, because it is of another type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from anlass.domain.comparing import as_time, number
from anlass.domain.registry import PropertyType
from anlass.language.building import Build, Problem
from anlass.language.checks.kinds import LISTS, Kind, kind_of
from anlass.language.conditions import Compare, EveryItem, NoItem, SomeItem
from anlass.language.diagnostics import Severity
from anlass.language.tree import parts

Answer = tuple[str, str, str] | None  # message, remedy, and the key that is wrong


def comparable_fields(model: BaseModel, build: Build) -> Iterator[Problem]:
    """Errors where the system itself writes the field, warnings where a shop might send something else."""
    for part in parts(model):
        field = _field(part.model)
        kind = kind_of(field, part.events, build.entry_events, build.names) if field else None
        if field is None or kind is None:
            continue
        answer = _compared(part.model, kind) if isinstance(part.model, Compare) else _list_of(part.model, field, kind)
        if answer is not None:
            message, remedy, key = answer
            severity: Severity = "error" if kind.is_sure or kind.rest else "warning"
            yield Problem("condition.type", (*part.place, key), message, remedy, severity)


def _field(model: object) -> str | None:
    """The field that a condition reads."""
    match model:
        case Compare(field=field) | SomeItem(some=field) | EveryItem(every=field) | NoItem(none=field):
            return field
    return None


def _list_of(clause: object, field: str, kind: Kind) -> Answer:
    if kind.type in (*LISTS, "any") or (kind.type == "object" and kind.rest):
        return None
    remedy = f'Compare it directly: {{"field": "{field}", "op": "eq", "value": …}}.'
    quantifier = "some" if isinstance(clause, SomeItem) else "every" if isinstance(clause, EveryItem) else "none"
    return f'"{field}" is {_NAMES[kind.type]}, not a list.', remedy, quantifier


def _compared(compare: Compare, kind: Kind) -> Answer:
    field, op = compare.field, compare.op
    if kind.rest:
        return _inside(compare, kind)
    if op == "exists":
        return None
    values: list[Any] = compare.value if isinstance(compare.value, list) else [compare.value]
    match kind.type:
        case "number" | "integer":
            return _number(field, op, values, kind)
        case "time" | "date":
            return _time(field, op, values, kind)
        case "strings" if op != "contains":
            word = values[0] if isinstance(values[0], str) and op in ("eq", "ne", "in", "not_in") else "…"
            return (
                f'"{field}" is a list.',
                f'Ask what it contains: {{"field": "{field}", "op": "contains", "value": "{word}"}}.',
                "op",
            )
        case "products" | "objects":
            message = f'"{field}" is a list of things, and nothing equals it as a whole.'
            return message, _some(field, "category", compare), "field"
        case "object":
            return f'"{field}" has parts, and nothing equals it as a whole.', f'Name the part: "{field}.…".', "field"
        case "boolean" if op not in ("eq", "ne") or not isinstance(values[0], bool):
            return (
                f'"{field}" is true or false.',
                f'Write {{"field": "{field}", "op": "eq", "value": true}}, without quotes.',
                "op" if op not in ("eq", "ne") else "value",
            )
        case "string" if op in ("eq", "ne", "in", "not_in") and all(isinstance(each, bool) for each in values):
            return (
                f'"{field}" is a text, never true or false.',
                'Write the text, or ask whether it is there with "exists".',
                "value",
            )
        case _:
            return None


def _inside(compare: Compare, kind: Kind) -> Answer:
    """A path goes on below the field: only what has parts has something there."""
    whole = compare.field.removesuffix(f".{kind.rest}")
    match kind.type:
        case "products" | "objects":
            return f'"{whole}" is a list: which of its things is meant?', _some(whole, kind.rest, compare), "field"
        case "object" | "any":
            return None
        case "strings":
            message = f'"{whole}" is a list of words; there is nothing below it.'
            return message, f'Ask "{whole}" what it contains.', "field"
        case _:
            return f'"{whole}" is {_NAMES[kind.type]}; there is nothing below it.', f'Write "{whole}".', "field"


def _some(field: str, part: str, compare: Compare) -> str:
    rest = "" if compare.op == "exists" else ', "value": …'
    return f'Write {{"some": "{field}", "where": {{"field": "item.{part}", "op": "{compare.op}"{rest}}}}}.'


def _number(field: str, op: str, values: list[Any], kind: Kind) -> Answer:
    if op in ("before", "after", "within"):
        return f'"{field}" is a number, not a date.', "Compare it with gt, gte, lt or lte.", "op"
    if op in ("contains", "starts_with"):
        return f'"{field}" is a number, not a text.', "Compare it with eq, gt, gte, lt or lte.", "op"
    numbers = [found for each in values if (found := number(each)) is not None]
    if not numbers:
        return f'"{field}" is a number, and {_shown(values[0])} is none.', "Write a number, without quotes.", "value"
    if kind.type == "integer" and op in ("eq", "in") and all(each % 1 for each in numbers):
        remedy = "Write a whole number, or compare with gt or lt."
        return f'"{field}" is a whole number, never {numbers[0]}.', remedy, "value"
    return None


def _time(field: str, op: str, values: list[Any], kind: Kind) -> Answer:
    what = _NAMES[kind.type]
    remedy = 'Write for example {"op": "within", "value": "7 days"}, or "before" or "after" with "2026-12-01".'
    if kind.type == "time" and op in ("eq", "ne", "in", "not_in", "contains", "starts_with"):
        return f'"{field}" is {what}, to the second: nothing equals it.', remedy, "op"
    if op in ("eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte") and not any(as_time(each) for each in values):
        if field == "profile.birthday":
            remedy = 'For the age there is "profile.age".'
        return f'"{field}" is {what}, and {_shown(values[0])} is none.', remedy, "value"
    return None


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


_NAMES: dict[PropertyType, str] = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "time": "a moment",
    "date": "a date",
    "strings": "a list",
    "object": "an object",
    "objects": "a list",
    "products": "a list",
    "any": "anything",
}
