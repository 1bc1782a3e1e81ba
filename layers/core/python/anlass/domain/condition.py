"""Conditions: a small typed tree, compiled once to one closure.

Facts are a plain dict of roots: `event`, `entry`, `profile`, `steps`, `item` (dicts), `now` (datetime),
`history` (event name -> list of `Heard`), `messages` (step id -> MessageFacts), `active` and `finished`
(sets of journey ids), `reachable` (set of channels). A root that is absent makes its conditions false.

A missing field makes a comparison false, never true: `ne` and `not_in` too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Literal, assert_never

from anlass.domain.comparing import OPERATORS, Operator, prepare
from anlass.domain.enrolment import Heard

Facts = Mapping[str, Any]
Test = Callable[[Facts], bool]
Getter = Callable[[Facts], Any]
MessageState = Literal["sent", "delivered", "opened", "not_opened", "clicked", "not_clicked", "bounced", "skipped"]


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class Compare:
    field: str
    op: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Items:
    """`some`, `every` or `none` of a list's items. A missing list holds nothing, so only `none` is true of it."""

    quantifier: Literal["some", "every", "none"]
    field: str
    where: Condition


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How often the person did something. `match`: property of the event -> path of the value it must equal."""

    event: str
    where: Condition | None
    count: tuple[tuple[Operator, float], ...]
    within: timedelta | None
    match: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MessageIs:
    step: str
    state: MessageState


@dataclass(frozen=True, slots=True)
class JourneyIs:
    journey: str
    state: Literal["active", "finished"]


@dataclass(frozen=True, slots=True)
class Reachable:
    channel: str


Condition = AllOf | AnyOf | Not | Compare | Items | Behaviour | MessageIs | JourneyIs | Reachable


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What is known of a message. Opens and clicks are three-valued: None where they are not tracked."""

    sent: bool = False
    delivered: bool = False
    bounced: bool = False
    skipped: bool = False
    opened: bool | None = None
    clicked: bool | None = None


@dataclass(frozen=True, slots=True)
class HistoryNeed:
    """Events that must be at hand before the condition can be tested. `within` None: ever."""

    event: str
    within: timedelta | None


@dataclass(frozen=True, slots=True)
class Predicate:
    """A compiled condition and what it reads, so that nothing is loaded that nobody asks for."""

    condition: Condition
    test: Test
    roots: frozenset[str]
    history: frozenset[HistoryNeed]
    properties: frozenset[str] = frozenset()  # of the event, their top-level names


def compile_condition(condition: Condition, anchor: Literal["event", "now"] = "now") -> Predicate:
    """`anchor`: where a behaviour's `within` counts back from: the event at hand, or now."""
    parts = list(walk(condition))
    roots = {p.field.split(".", 1)[0] for p in parts if isinstance(p, Compare | Items)}
    roots |= {_ROOTS[type(p)] for p in parts if type(p) in _ROOTS}
    history = {HistoryNeed(p.event, p.within) for p in parts if isinstance(p, Behaviour)}
    paths = [p.field.split(".") for p in parts if isinstance(p, Compare | Items)]
    properties = {path[2] for path in paths if path[:2] == ["event", "properties"] and len(path) > 2}
    test = _compile(condition, anchor)
    return Predicate(condition, test, frozenset(roots), frozenset(history), frozenset(properties))


def passes(predicate: Predicate | None, facts: Facts) -> bool:
    """No condition lets everything pass."""
    return predicate is None or predicate.test(facts)


def getter(path: str) -> Getter:
    """Reads `a.b.c` from facts; None if any part is missing."""
    keys = path.split(".")
    if len(keys) == 2:
        first, second = keys

        def two(facts: Facts) -> Any:
            root = facts.get(first)
            return root.get(second) if isinstance(root, Mapping) else None

        return two

    def many(facts: Facts) -> Any:
        value: Any = facts
        for key in keys:
            if not isinstance(value, Mapping):
                return None
            value = value.get(key)
        return value

    return many


_ROOTS: dict[type, str] = {
    Behaviour: "history",
    MessageIs: "messages",
    JourneyIs: "journeys",
    Reachable: "reachable",
}


def walk(condition: Condition) -> Sequence[Condition]:
    found: list[Condition] = [condition]
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                found += walk(part)
        case Not(part):
            found += walk(part)
        case Items(where=where):
            found += walk(where)
        case Behaviour(where=where) if where is not None:
            found += walk(where)
        case _:
            pass
    return found


def _compile(condition: Condition, anchor: Literal["event", "now"]) -> Test:
    match condition:
        case AllOf(parts):
            return partial(_all, tuple(_compile(p, anchor) for p in parts))
        case AnyOf(parts):
            return partial(_any, tuple(_compile(p, anchor) for p in parts))
        case Not(part):
            test = _compile(part, anchor)
            return lambda facts: not test(facts)
        case Compare(field, op, value):
            return partial(_compare, getter(field), OPERATORS[op], prepare(op, value))
        case Items(quantifier, field, where):
            return partial(_items, quantifier, getter(field), _compile(where, anchor))
        case Behaviour():
            return _behaviour(condition, anchor)
        case MessageIs(step, state):
            return partial(_message, step, state)
        case JourneyIs(journey, state):
            return lambda facts: journey in facts.get(state, ())
        case Reachable(channel):
            return lambda facts: channel in facts.get("reachable", ())
    assert_never(condition)


def _all(tests: tuple[Test, ...], facts: Facts) -> bool:
    return all(test(facts) for test in tests)


def _any(tests: tuple[Test, ...], facts: Facts) -> bool:
    return any(test(facts) for test in tests)


def _compare(get: Getter, compare: Callable[[Any, Any, Facts], bool], value: Any, facts: Facts) -> bool:
    return compare(get(facts), value, facts)


def _items(quantifier: str, get: Getter, test: Test, facts: Facts) -> bool:
    items = get(facts)
    if not isinstance(items, list | tuple):
        return quantifier == "none"
    passed = (test({**facts, "item": item}) for item in items)
    if quantifier == "some":
        return any(passed)
    if quantifier == "every":
        return bool(items) and all(passed)
    return not any(passed)


def _behaviour(condition: Behaviour, anchor: Literal["event", "now"]) -> Test:
    where = _compile(condition.where, anchor) if condition.where is not None else None
    bounds = [(OPERATORS[op], number) for op, number in condition.count]
    matches = [(getter(f"properties.{name}"), getter(path)) for name, path in condition.match]

    def test(facts: Facts) -> bool:
        past: Sequence[Heard] = facts.get("history", {}).get(condition.event, ())
        now = facts["event"]["at"] if anchor == "event" else facts["now"]
        since = now - condition.within if condition.within is not None else None
        wanted = [(read, value(facts)) for read, value in matches]
        if any(value is None for _, value in wanted):
            return False
        times = 0
        for heard in past:
            if heard.at > now or (since is not None and heard.at < since):
                continue
            event = event_facts(heard)
            if any(str(read(event)) != str(value) for read, value in wanted):
                continue
            if where is None or where({**facts, "event": event}):
                times += 1
        return all(compare(times, number, facts) for compare, number in bounds)

    return test


def event_facts(heard: Heard) -> dict[str, Any]:
    """An event as conditions and templates see it."""
    return {"name": heard.name, "id": heard.id, "at": heard.at, "properties": heard.properties}


def _message(step: str, state: MessageState, facts: Facts) -> bool:
    message: MessageFacts | None = facts.get("messages", {}).get(step)
    if message is None:
        return False
    match state:
        case "sent":
            return message.sent
        case "delivered":
            return message.delivered
        case "bounced":
            return message.bounced
        case "skipped":
            return message.skipped
        case "opened":
            return message.opened is True
        case "clicked":
            return message.clicked is True
        case "not_opened":
            return message.delivered and message.opened is False
        case "not_clicked":
            return message.delivered and message.clicked is False
    assert_never(state)
