"""What a condition means, in the plainest words: the yardstick for the code that is generated of it. Slow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from anlass.domain.comparing import as_time
from anlass.domain.condition import (
    AllOf,
    AnyOf,
    Behaviour,
    Compare,
    Condition,
    InSegment,
    Items,
    JourneyIs,
    MessageIs,
    Not,
    Reachable,
)
from anlass.domain.duration import parse_duration


def is_true(condition: Condition, facts: Mapping[str, Any], anchor: str) -> bool:
    match condition:
        case AllOf(parts):
            return all(is_true(part, facts, anchor) for part in parts)
        case AnyOf(parts):
            return any(is_true(part, facts, anchor) for part in parts)
        case Not(part):
            return not is_true(part, facts, anchor)
        case Compare(field, op, value):
            return compares(look_up(facts, field), op, value, facts.get("now"))
        case Items(quantifier, field, where):
            items = look_up(facts, field)
            if not isinstance(items, list | tuple):
                return quantifier == "none"
            passed = [is_true(where, {**facts, "item": item}, anchor) for item in items]
            return {"some": any(passed), "every": bool(passed) and all(passed), "none": not any(passed)}[quantifier]
        case Behaviour():
            return has_done(condition, facts, anchor)
        case MessageIs(step, state):
            message = facts.get("messages", {}).get(step)
            if message is None:
                return False
            if state.startswith("not_"):
                return bool(message.delivered and getattr(message, state.removeprefix("not_")) is False)
            return getattr(message, state) is True
        case JourneyIs(journey, state):
            return journey in facts.get(state, ())
        case Reachable(channel):
            return channel in facts.get("reachable", ())
        case InSegment(segment):
            definition = facts.get("segments", {}).get(segment)
            return definition is not None and is_true(definition.condition, facts, definition.anchor)


def has_done(condition: Behaviour, facts: Mapping[str, Any], anchor: str) -> bool:
    now = facts["event"]["at"] if anchor == "event" else facts["now"]
    times = 0
    wanted = [(name, look_up(facts, path)) for name, path in condition.match]
    if any(value is None for _, value in wanted):
        return False
    for heard in facts.get("history", {}).get(condition.event, ()):
        event = {"name": heard.name, "id": heard.id, "at": heard.at, "properties": heard.properties}
        if heard.at > now or (condition.within is not None and heard.at < now - condition.within):
            continue
        if any(str(look_up(event, f"properties.{name}")) != str(value) for name, value in wanted):
            continue
        times += condition.where is None or is_true(condition.where, {**facts, "event": event}, anchor)
    return all(compares(times, op, bound, None) for op, bound in condition.count)


def look_up(facts: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(facts, Mapping):
            return None
        facts = facts.get(key)
    return facts


def compares(left: Any, op: str, right: Any, now: Any = None) -> bool:
    if op == "exists":
        return (left is None) is (right is False)
    if left is None:
        return False
    if op in ("ne", "not_in"):
        return not compares(left, {"ne": "eq", "not_in": "in"}[op], right)
    if op == "eq":
        return equal(left, right)
    if op == "in":
        return isinstance(right, list | tuple) and any(equal(left, each) for each in right)
    if op == "contains":
        if isinstance(left, str):
            return isinstance(right, str) and right in left
        return isinstance(left, list | tuple) and any(equal(each, right) for each in left)
    if op == "starts_with":
        return isinstance(left, str) and isinstance(right, str) and left.startswith(right)
    if op == "within":
        span = parse_duration(right) if isinstance(right, str) else right
        moment = as_time(left)
        return moment is not None and now is not None and isinstance(span, timedelta) and abs(now - moment) <= abs(span)
    order = ORDERS[op]
    if op not in ("before", "after"):
        if type(left) is type(right) and isinstance(left, int | float) and not isinstance(left, bool):
            return order(left, right)
        one, other = number(left), number(right)
        if one is not None and other is not None:
            return order(one, other)
        if one is not None or other is not None:
            return False
    first, second = as_time(left), as_time(right)
    return first is not None and second is not None and order(first, second)


ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda one, other: one > other,
    "gte": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "lte": lambda one, other: one <= other,
    "before": lambda one, other: one < other,
    "after": lambda one, other: one > other,
}


def equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if type(left) is type(right):
        return bool(left == right)
    one, other = number(left), number(right)
    return one is not None and other is not None and one == other


def number(value: Any) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value) if re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,30})?", value) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return None if exact.is_nan() else exact
