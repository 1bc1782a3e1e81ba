"""Which part of a condition is not true, and what is the case instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, assert_never

from anlass.domain.condition import (
    AllOf,
    AnyOf,
    Behaviour,
    Compare,
    Condition,
    Facts,
    InSegment,
    Items,
    JourneyIs,
    MessageIs,
    Not,
    Predicate,
    Reachable,
    compile_condition,
    getter,
)
from anlass.language.picture.words import condition_words, field_words, value_words

# Who somebody is, and where they live to the letter: that it is not as it should be says enough.
_PRIVATE = frozenset(("email", "phone", "name", "first_name", "last_name", "address", "street", "birthday", "id"))
_LONGEST = 40


def unmet(predicate: Predicate, facts: Facts) -> list[str]:
    """The parts that are false, each with the value that made it so; [] if all is true."""
    return _unmet(predicate.condition, facts, predicate.anchor)


def values_in(predicate: Predicate, facts: Facts) -> list[str]:
    """The same of a condition as a whole, true or not: the values of what it compares."""
    return _values(predicate.condition, facts)


def words_of(condition: Condition) -> str:
    return condition_words(_written(condition))


def _unmet(condition: Condition, facts: Facts, anchor: Any) -> list[str]:
    if compile_condition(condition, anchor).test(facts):
        return []
    if isinstance(condition, AllOf):
        return [said for part in condition.parts for said in _unmet(part, facts, anchor)]
    values = _values(condition, facts)
    return [f"{words_of(condition)} ({'; '.join(values)})" if values else words_of(condition)]


def _values(condition: Condition, facts: Facts) -> list[str]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return list(dict.fromkeys(said for part in parts for said in _values(part, facts)))
        case Not(part):
            return _values(part, facts)
        case Compare(field):
            return [f"{field_words(field)} is {_value(field, getter(field)(facts))}"]
        case Behaviour(event, within=within):
            since = facts["now"] - within if within is not None and "now" in facts else None
            past = [heard for heard in facts.get("history", {}).get(event, ()) if since is None or heard.at >= since]
            last = f", last {past[-1].at:%Y-%m-%d %H:%M} UTC" if past else ""
            return [f"{event} happened {_times(len(past))}{last}"]
        case InSegment(segment):
            definition = facts.get("segments", {}).get(segment)
            return ["there is no such segment"] if definition is None else unmet(definition.who, facts)
        case Items() | MessageIs() | JourneyIs() | Reachable():
            return []
    assert_never(condition)


def _times(number: int) -> str:
    return "never" if number == 0 else "once" if number == 1 else f"{number} times"


def _value(field: str, value: Any) -> str:
    if value is None:
        return "not known"
    if field.rpartition(".")[2] in _PRIVATE or not field.isascii():
        return "another"
    text = f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else value_words(value)
    return text if 0 < len(text) <= _LONGEST else "something else"


def _written(condition: Condition) -> dict[str, Any]:
    """The condition as it stands in a file."""
    match condition:
        case AllOf(parts):
            return {"all": [_written(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [_written(part) for part in parts]}
        case Not(part):
            return {"not": _written(part)}
        case Compare(field, op, value):
            return {"field": field, "op": op, "value": duration_words(value) if op == "within" else value}
        case Items(quantifier, field, where):
            return {quantifier: field, "where": _written(where)}
        case Behaviour(event, where, count, within, match):
            found: dict[str, Any] = {"event": event, "count": dict(count), "match": dict(match)}
            found |= {"where": _written(where)} if where is not None else {}
            return found | ({"within": duration_words(within)} if within is not None else {})
        case MessageIs(step, state):
            return {"message": step, "is": state}
        case JourneyIs(journey, state):
            return {"journey": journey, "is": state}
        case Reachable(channel):
            return {"reachable": channel}
        case InSegment(segment):
            return {"segment": segment}
    assert_never(condition)


_UNITS: Mapping[str, timedelta] = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}


def duration_words(value: Any) -> Any:
    """`timedelta(hours=48)` → `2 days`; what is none stays as it is."""
    if not isinstance(value, timedelta):
        return value
    for unit, length in _UNITS.items():
        number, rest = divmod(value, length)
        if number and not rest:
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return f"{value.total_seconds():g} seconds"
