"""The operators of conditions. Types that do not fit make a comparison false, never an error."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, assert_never

from anlass.domain.duration import parse_duration
from anlass.domain.local_time import next_yearly

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
Order = Callable[[Any, Any], bool]
ORDERS: dict[Operator, Order] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "before": operator.lt,
    "after": operator.gt,
}
Bind = Callable[[Any], str]  # a constant -> the name that stands for it in the source

_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
# With a number up to here an int or a float compares just as its decimal text would.
_EXACT = 2**53


def comparison(op: Operator, value: Any, read: str, bind: Bind, *, is_yearly: bool = False) -> str:
    """Python source of a comparison, with what is known of the constant found out once. `read` is its left side;
    `is_yearly`: a date of which `within` means the next return.

    The usual types are compared in place; everything else is left to the functions in `CALLED`.
    """
    match op:
        case "eq":
            return _equality(f"(v := {read})", value, bind)
        case "ne":
            return f"((v := {read}) is not None and not {_equality('v', value, bind)})"
        case "in":
            return _membership(f"(v := {read})", value, bind)
        case "not_in":
            return f"((v := {read}) is not None and not {_membership('v', value, bind)})"
        case "gt" | "gte" | "lt" | "lte":
            right = bind(value)
            rest = f"ordered({bind(ORDERS[op])}, {{}}, {right}, {bind(number(value))}, {bind(as_time(value))})"
            if _is_exact(value):
                return f"(v {_SIGNS[op]} {right} if {_is_a_number(f'(v := {read})')} else {rest.format('v')})"
            return rest.format(read)
        case "before" | "after":
            return f"timed({bind(ORDERS[op])}, {read}, {bind(as_time(value))})"
        case "within":
            span = parse_duration(value) if isinstance(value, str) else value
            return f"{'returns' if is_yearly else 'near'}({read}, facts.get({bind('now')}), {bind(span)})"
        case "contains":
            rest = f"contains({{}}, {bind(value)}, {bind(number(value))})"
            if isinstance(value, str):
                return f"({bind(value)} in v if type(v := {read}) is str else {rest.format('v')})"
            return rest.format(read)
        case "starts_with":
            return f"starts_with({read}, {bind(value)})"
        case "exists":
            return f"({read} is {'None' if value is False else 'not None'})"
    assert_never(op)


def _equality(left: str, value: Any, bind: Bind) -> str:
    right = bind(value)
    if isinstance(value, bool):
        return f"({left} is {right})"
    rest = f"same({{}}, {right}, {bind(number(value))})"
    if _is_exact(value):
        return f"(v == {right} if {_is_a_number(left)} else {rest.format('v')})"
    if type(value) is str:
        return f"(v == {right} if type({left}) is str else {rest.format('v')})"
    return rest.format(left)


def _membership(left: str, value: Any, bind: Bind) -> str:
    choices = value if isinstance(value, list | tuple) else ()
    rest = f"among({{}}, {bind(tuple((choice, number(choice)) for choice in choices))})"
    if choices and all(type(choice) is str for choice in choices):
        return f"(v in {bind(frozenset(choices))} if type({left}) is str else {rest.format('v')})"
    if choices and all(_is_exact(choice) for choice in choices):
        return f"(v in {bind(frozenset(choices))} if {_is_a_number(left)} else {rest.format('v')})"
    return rest.format(left)


def _is_a_number(left: str) -> str:
    return f"((k := type({left})) is int or k is float)"


def _is_exact(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= _EXACT


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


def number(value: Any) -> Decimal | None:
    """Numbers and numeric text: shops send prices as both. Booleans are no numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, int | Decimal):
        found = Decimal(value)
        return None if found.is_nan() else found  # NaN has no place in any order
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        try:
            return Decimal(value)
        except InvalidOperation:
            return None
    return None


def matched(value: Any) -> str:
    """A value of `match` or `per` as text: 1 and 1.0 are one."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def key(value: Any) -> Hashable:
    """Values that equal each other have the same key; None for what equals no text, number or boolean."""
    if isinstance(value, bool):
        return ("bool", value)
    found = number(value)
    return value if found is None and isinstance(value, str) else found


# What the source calls; `right_number` and `right_time` are what number() and as_time() make of `right`.


def same(left: Any, right: Any, right_number: Decimal | None) -> bool:
    """Ints, floats and decimals equal each other and numeric text; booleans are no numbers."""
    if left is None or right is None:
        return False
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if type(left) is type(right):
        return bool(left == right)
    return right_number is not None and number(left) == right_number


def among(left: Any, choices: Sequence[tuple[Any, Decimal | None]]) -> bool:
    return any(same(left, choice, choice_number) for choice, choice_number in choices)


def ordered(compare: Order, left: Any, right: Any, right_number: Decimal | None, right_time: datetime | None) -> bool:
    """Numbers by size, times by time; a number and a time have no order."""
    kind = type(left)
    if kind is type(right) and kind in (int, float):
        return compare(left, right)
    left_number = number(left)
    if left_number is not None and right_number is not None:
        return compare(left_number, right_number)
    if left_number is not None or right_number is not None:
        return False
    return timed(compare, left, right_time)


def timed(compare: Order, left: Any, right_time: datetime | None) -> bool:
    moment = as_time(left)
    return moment is not None and right_time is not None and compare(moment, right_time)


def near(left: Any, now: datetime | None, span: Any) -> bool:
    moment = as_time(left)
    return moment is not None and now is not None and isinstance(span, timedelta) and abs(now - moment) <= abs(span)


def returns(left: Any, now: datetime | None, span: Any) -> bool:
    """Whether a date that comes every year comes again that soon; on its day too."""
    moment = as_time(left)
    if moment is None or now is None or not isinstance(span, timedelta):
        return False
    day = next_yearly(moment.date(), now.astimezone(UTC).date())
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - now <= abs(span)


def contains(left: Any, right: Any, right_number: Decimal | None) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list | tuple) and any(same(item, right, right_number) for item in left)


def starts_with(left: Any, right: Any) -> bool:
    return isinstance(left, str) and isinstance(right, str) and left.startswith(right)


CALLED = {
    each.__name__: each
    for each in (type, str, int, float, same, among, ordered, timed, near, returns, contains, starts_with)
}
