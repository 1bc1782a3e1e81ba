"""The operators of conditions. Types that do not fit make a comparison false, never an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from anlass.domain.duration import parse_duration

Operator = Literal[
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "not_in",
    "contains",
    "starts_with",
    "exists",
    "before",
    "after",
    "within",
]
Comparison = Callable[[Any, Any, Mapping[str, Any]], bool]

_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")


def prepare(op: Operator, value: Any) -> Any:
    """Work on the constant that need not be done for each event."""
    if op in ("in", "not_in") and isinstance(value, list | tuple):
        return tuple(value)
    if op == "within":
        return parse_duration(value) if isinstance(value, str) else value
    if op in ("before", "after"):
        return as_time(value) or value
    return value


def as_time(value: Any) -> datetime | None:
    """ISO dates and times; a date is its midnight in UTC. None for anything else."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str) and len(value) >= 10:
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            return None
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return None


def _equal(left: Any, right: Any) -> bool:
    """Ints, floats and decimals equal each other and numeric text; booleans are no numbers."""
    if left is None or right is None:
        return False
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if type(left) is type(right):
        return bool(left == right)
    one, other = _number(left), _number(right)
    return one is not None and one == other


def _number(value: Any) -> Decimal | None:
    """Numbers and numeric text: shops send prices as both."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return None if number.is_nan() else number  # NaN has no place in any order
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        try:
            return Decimal(value)
        except InvalidOperation:
            return None
    return None


def _ordered(compare: Callable[[Any, Any], bool]) -> Comparison:
    def test(left: Any, right: Any, _: Mapping[str, Any]) -> bool:
        kind = type(left)
        if kind is type(right) and kind in (int, float):
            return compare(left, right)
        one, other = _number(left), _number(right)
        if one is not None and other is not None:
            return compare(one, other)
        if one is not None or other is not None:
            return False
        first, second = as_time(left), as_time(right)
        return first is not None and second is not None and compare(first, second)

    return test


def _timed(compare: Callable[[datetime, datetime], bool]) -> Comparison:
    def test(left: Any, right: Any, _: Mapping[str, Any]) -> bool:
        first, second = as_time(left), as_time(right)
        return first is not None and second is not None and compare(first, second)

    return test


def _within(left: Any, right: Any, facts: Mapping[str, Any]) -> bool:
    moment, now = as_time(left), facts.get("now")
    return moment is not None and now is not None and isinstance(right, timedelta) and abs(now - moment) <= abs(right)


def _contains(left: Any, right: Any, _: Mapping[str, Any]) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list | tuple) and any(_equal(item, right) for item in left)


def _is_in(left: Any, right: Any) -> bool:
    return isinstance(right, tuple) and any(_equal(left, choice) for choice in right)


OPERATORS: dict[Operator, Comparison] = {
    "eq": lambda left, right, _: _equal(left, right),
    "ne": lambda left, right, _: left is not None and not _equal(left, right),
    "gt": _ordered(lambda a, b: a > b),
    "gte": _ordered(lambda a, b: a >= b),
    "lt": _ordered(lambda a, b: a < b),
    "lte": _ordered(lambda a, b: a <= b),
    "in": lambda left, right, _: _is_in(left, right),
    "not_in": lambda left, right, _: left is not None and not _is_in(left, right),
    "contains": _contains,
    "starts_with": lambda left, right, _: isinstance(left, str) and isinstance(right, str) and left.startswith(right),
    "exists": lambda left, right, _: (left is not None) is (right is not False),
    "before": _timed(lambda a, b: a < b),
    "after": _timed(lambda a, b: a > b),
    "within": _within,
}
