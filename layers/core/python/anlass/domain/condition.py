"""Conditions: a small typed tree, of which the first test of each makes one Python function.

Facts are a plain dict of roots: `event`, `entry`, `profile`, `steps`, `item` (dicts), `now` (datetime),
`history` (event name -> list of `Heard`), `messages` (step id -> MessageFacts), `active` and `finished`
(sets of journey ids), `reachable` (set of channels). A root that is absent makes its conditions false.

A missing field makes a comparison false, never true: `ne` and `not_in` too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, Literal, assert_never

from anlass.domain.comparing import ORDERS, Operator, comparison, matched
from anlass.domain.enrolment import Heard
from anlass.domain.event import order_id_of
from anlass.domain.generating import Scope, Source
from anlass.domain.registry.fields import BIRTHDAY

Facts = Mapping[str, Any]
Test = Callable[[Facts], bool]
Getter = Callable[[Facts], Any]
Anchor = Literal["event", "now"]
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


@dataclass(frozen=True, slots=True)
class InSegment:
    """Whether the person belongs to a segment now, by its live definition (the root `segments`: id → Predicate)."""

    segment: str


Condition = AllOf | AnyOf | Not | Compare | Items | Behaviour | MessageIs | JourneyIs | Reachable | InSegment


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


@dataclass(frozen=True)
class Predicate:
    """A compiled condition and what it reads, so that nothing is loaded that nobody asks for."""

    condition: Condition
    anchor: Anchor
    roots: frozenset[str]
    history: frozenset[HistoryNeed]
    properties: frozenset[str] = frozenset()  # of the event, their top-level names
    segments: frozenset[str] = frozenset()  # whose own conditions may read more

    @cached_property
    def test(self) -> Test:
        """Made when it is asked first: of a thousand journeys a cold start asks a few."""
        return _made(self.condition, self.anchor)


def compile_condition(condition: Condition, anchor: Anchor = "now") -> Predicate:
    """`anchor`: where a behaviour's `within` counts back from: the event at hand, or now."""
    parts = list(walk(condition))
    roots = {p.field.split(".", 1)[0] for p in parts if isinstance(p, Compare | Items)}
    roots |= {_ROOTS[type(p)] for p in parts if type(p) in _ROOTS}
    history = {HistoryNeed(p.event, p.within) for p in parts if isinstance(p, Behaviour)}
    paths = [p.field.split(".") for p in parts if isinstance(p, Compare | Items)]
    properties = {path[2] for path in paths if path[:2] == ["event", "properties"] and len(path) > 2}
    segments = {p.segment for p in parts if isinstance(p, InSegment)}
    sets = (frozenset(roots), frozenset(history), frozenset(properties), frozenset(segments))
    return Predicate(condition, anchor, *sets)


def passes(predicate: Predicate | None, facts: Facts) -> bool:
    """No condition lets everything pass."""
    return predicate is None or predicate.test(facts)


def getter(path: str) -> Getter:
    """Reads `a.b.c` from facts; None if any part is missing."""
    keys = path.split(".")

    def read(facts: Facts) -> Any:
        value: Any = facts
        for key in keys:
            if type(value) is not dict and not isinstance(value, Mapping):
                return None
            value = value.get(key)
        return value

    return read


_ROOTS: dict[type, str] = {
    Behaviour: "history",
    MessageIs: "messages",
    JourneyIs: "journeys",
    Reachable: "reachable",
    InSegment: "segments",
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


DEEPEST = 20  # Python has limits of its own for what stands in parentheses


def _made(condition: Condition, anchor: Anchor, given: tuple[str, ...] = ()) -> Callable[..., bool]:
    """The condition as a function of the facts. `given`: roots that are arguments of their own."""
    source = Source()
    scope = Scope(source, given)
    for part in _conjuncts(condition):
        scope.require(_written(part, scope, anchor), "return False")
    return source.made(source.function(scope.parameters, [*scope.lines, "return True"]))


def _conjuncts(condition: Condition) -> Sequence[Condition]:
    """One after another, so that what a later one reads is not read where an earlier one is false."""
    return condition.parts if isinstance(condition, AllOf) else (condition,)


def _written(condition: Condition, scope: Scope, anchor: Anchor, depth: int = 0) -> str:
    """The condition as a Python expression, which is True or False."""
    if depth > DEEPEST:
        return scope.call(_made(condition, anchor))
    bind = scope.source.bind
    match condition:
        case AllOf(parts):
            return f"({' and '.join(_written(part, scope, anchor, depth + 1) for part in parts) or True})"
        case AnyOf(parts):
            return f"({' or '.join(_written(part, scope, anchor, depth + 1) for part in parts) or False})"
        case Not(part):
            return f"(not {_written(part, scope, anchor, depth + 1)})"
        case Compare(field, op, value):
            return comparison(op, value, scope.value(field), bind, is_yearly=field == BIRTHDAY)
        case Items(quantifier, field, where):
            return _items(quantifier, scope.value(field), where, scope, anchor)
        case Behaviour():
            return scope.call(_behaviour(condition, anchor))
        case MessageIs(step, state):
            return scope.call(partial(_message, step, _holds(state)))
        case JourneyIs(journey, state):
            return f"({bind(journey)} in facts.get({bind(state)}, ()))"
        case Reachable(channel):
            return f"({bind(channel)} in facts.get({bind('reachable')}, ()))"
        case InSegment(segment):
            return scope.call(partial(_belongs, segment))
    assert_never(condition)


def _belongs(segment: str, facts: Facts) -> bool:
    """A segment that is not there has nobody in it."""
    definition: Predicate | None = facts.get("segments", {}).get(segment)
    return definition is not None and definition.test(facts)


def _items(
    quantifier: Literal["some", "every", "none"], items: str, where: Condition, scope: Scope, anchor: Anchor
) -> str:
    match quantifier:
        case "some":
            return _some(where, items, scope, anchor)
        case "every":
            return f"(filled({items}) and not {_some(Not(where), items, scope, anchor)})"
        case "none":
            return f"(not {_some(where, items, scope, anchor)})"
    assert_never(quantifier)


def _some(where: Condition, items: str, scope: Scope, anchor: Anchor) -> str:
    """Whether the condition is true of one of the items: a function of its own with a loop in it."""
    given = tuple(root for root in scope.given if root != "item")
    inner = Scope(scope.source, (*given, "item"))
    for part in _conjuncts(where):
        inner.require(_written(part, inner, anchor), "continue")
    loop = ["for item in items:", *(f" {line}" for line in inner.lines), " return True"]
    lines = ["if type(items) is not list and not listed(items): return False", *loop, "return False"]
    return f"{scope.source.function(('items', 'facts', *given), lines)}({', '.join((items, 'facts', *given))})"


def _behaviour(condition: Behaviour, anchor: Anchor) -> Test:
    where = _made(condition.where, anchor, ("event",)) if condition.where is not None else None
    bounds = [(ORDERS[op], number) for op, number in condition.count]
    matches = [(getter(f"properties.{name}"), getter(path)) for name, path in condition.match]

    def test(facts: Facts) -> bool:
        past: Sequence[Heard] = facts.get("history", {}).get(condition.event, ())
        now = facts["event"]["at"] if anchor == "event" else facts["now"]
        since = now - condition.within if condition.within is not None else None
        wanted = [(read, value(facts)) for read, value in matches]
        if any(value is None for _, value in wanted):
            return False
        times, orders = 0, set[str]()
        for heard in past:
            if heard.at > now or (since is not None and heard.at < since):
                continue
            event = event_facts(heard)
            if any(matched(read(event)) != matched(value) for read, value in wanted):
                continue
            if where is None or where(facts, event):
                order = order_id_of(heard.name, heard.properties)
                times += order is None or order not in orders
                orders |= {order} if order is not None else set()
        return all(compare(times, number) for compare, number in bounds)

    return test


def event_facts(heard: Heard) -> dict[str, Any]:
    """An event as conditions and templates see it."""
    return {"name": heard.name, "id": heard.id, "at": heard.at, "properties": heard.properties}


def _message(step: str, holds: Callable[[MessageFacts], bool], facts: Facts) -> bool:
    message: MessageFacts | None = facts.get("messages", {}).get(step)
    return message is not None and holds(message)


def _holds(state: MessageState) -> Callable[[MessageFacts], bool]:
    match state:
        case "sent":
            return lambda message: message.sent
        case "delivered":
            return lambda message: message.delivered
        case "bounced":
            return lambda message: message.bounced
        case "skipped":
            return lambda message: message.skipped
        case "opened":
            return lambda message: message.opened is True
        case "clicked":
            return lambda message: message.clicked is True
        case "not_opened":
            return lambda message: message.delivered and message.opened is False
        case "not_clicked":
            return lambda message: message.delivered and message.clicked is False
    assert_never(state)
