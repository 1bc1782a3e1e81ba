"""Conditions, fields and values of a content file as a marketer would say them. They are read as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MOST_VALUES = 6
_FILLED = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COMPARES = {"eq": "=", "ne": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}
_OPERATORS = {
    **_COMPARES,
    "contains": "contains",
    "starts_with": "starts with",
    "before": "before",
    "after": "after",
    "within": "within",
}
_COUNTS = {
    "eq": "exactly {}",
    "ne": "not {}",
    "gt": "more than {}",
    "gte": "at least {}",
    "lt": "fewer than {}",
    "lte": "at most {}",
}
_STATES = {"bounced": "bounced"}  # all others "was …"
CHANNELS = {"email": "e-mail", "sms": "SMS", "web_push": "web push", "app_push": "app push"}


@dataclass(frozen=True)
class Saying:
    """What something is in a word or two, what it does, and what else is to be known of it."""

    what: str
    text: str
    more: tuple[str, ...] = ()


def condition_words(condition: Any) -> str:
    """`{"field": "profile.orders.count", "op": "eq", "value": 0}` → `orders count = 0`."""
    match condition:
        case {"all": [*parts]}:
            return " and ".join(_inside(part, "any") for part in parts)
        case {"any": [*parts]}:
            return " or ".join(_inside(part, "all") for part in parts)
        case {"not": {"segment": _} | {"journey": _, "is": "active"} | {"reachable": _} as inner}:
            return f"not {condition_words(inner)}"
        case {"not": inner}:
            return f"not ({condition_words(inner)})"
        case {"field": str(path), "op": str(op)}:
            return _comparison(path, op, condition.get("value", True))
        case {"some": str(path), "where": where}:
            return f"{_one_of(path)} with {condition_words(where)}"
        case {"every": str(path), "where": where}:
            return f"only {field_words(path)} with {condition_words(where)}"
        case {"none": str(path), "where": where}:
            return f"no {_one_of(path).partition(' ')[2]} with {condition_words(where)}"
        case {"event": str()}:
            return _behaviour(condition)
        case {"message": str(step), "is": str(state)}:
            return f"“{step}” {_state(state)}"
        case {"segment": str(id_)}:
            return f"in the segment {id_}"
        case {"journey": str(id_), "is": "finished"}:
            return f"has left the journey {id_}"
        case {"journey": str(id_)}:
            return f"in the journey {id_}"
        case {"reachable": str(channel)}:
            return f"reachable by {channel_words(channel)}"
    return value_words(condition)


def condition_lines(condition: Any) -> list[str]:
    """The same for where there is room: one line for each part of it."""
    match condition:
        case {"all": [first, *others]}:
            return [_inside(first, "any"), *(f"and {_inside(part, 'any')}" for part in others)]
        case {"any": [first, *others]}:
            return [_inside(first, "all"), *(f"or {_inside(part, 'all')}" for part in others)]
        case {"not": {"any": [*parts]}} if len(parts) > 1:
            return ["nothing of this:", *(condition_words(part) for part in parts)]
        case {"not": {"all": [*parts]}} if len(parts) > 1:
            return ["not all of this:", *(condition_words(part) for part in parts)]
    return [condition_words(condition)]


def event_words(heard: Mapping[str, Any]) -> str:
    """`{"event", "where", "match"}` → `Product Reviewed with rating ≤ 2 (same order id)`."""
    where = f" with {condition_words(heard['where'])}" if heard.get("where") else ""
    return f"{heard['event']}{where}{_same(heard.get('match'))}"


def match_words(match: Any) -> list[str]:
    """What must be the same, one each."""
    if isinstance(match, str):
        return [f"same {field_words(match)}"]
    if isinstance(match, Mapping):
        return [f"{spaced(name)} = {field_words(str(path))}" for name, path in match.items()]
    return []


def field_words(path: str) -> str:
    """`profile.orders.count` → `orders count`, `steps.gift.coupon.code` → `coupon code of “gift”`."""
    match path.split("."):
        case ["profile" | "item", first, *rest] | ["event", "properties", first, *rest]:
            return spaced(" ".join((first, *rest)))
        case ["entry", "properties", first, *rest]:
            return f"{spaced(' '.join((first, *rest)))} of the entry"
        case ["steps", step, first, *rest]:
            return f"{spaced(' '.join((first, *rest)))} of “{step}”"
        case parts:
            return spaced(" ".join(parts))


def value_words(value: Any) -> str:
    """Any JSON on one line: `{"award": 100, "reason": "review"}` → `award 100, reason review`."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{spaced(str(key))} {value_words(member)}".rstrip() for key, member in value.items())
        case str():
            return _FILLED.sub(lambda found: field_words(found[1]), value)
        case Sequence():
            return ", ".join(map(value_words, value))
        case float():
            return f"{value:g}" if abs(value) < 1e15 else str(value)
        case _:
            return str(value)


def listed(values: Iterable[Any], last: str) -> str:
    """`DE, AT or CH`; of a long list the first ones."""
    words = [value_words(value) for value in values]
    if len(words) > _MOST_VALUES:
        words = [*words[: _MOST_VALUES - 1], f"{len(words) - _MOST_VALUES + 1} more"]
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def channel_words(channel: str) -> str:
    return CHANNELS.get(channel, spaced(channel))


def spaced(name: str) -> str:
    """`lastCategories`, `last_categories` → `last categories`; `ID` and `DE` stay."""
    words = _HUMP.sub(" ", name).replace("_", " ").replace(".", " ").split()
    return " ".join(word if word.isupper() else word[0].lower() + word[1:] for word in words)


def shifted(date: str, offset: Any) -> str:
    """`birthday`, `-3 days` → `3 days before birthday`."""
    if not isinstance(offset, str):
        return date
    words = offset.strip()
    return f"{words.lstrip('+-')} {'before' if words.startswith('-') else 'after'} {date}"


def _one_of(path: str) -> str:
    """`event.properties.products` → `a product`."""
    name, _, owner = field_words(path).partition(" of ")
    one = name.removesuffix("s")
    return f"{'an' if one[:1] in 'aeiou' else 'a'} {one}{f' of {owner}' if owner else ''}"


def _inside(part: Any, other: str) -> str:
    """With brackets where "and" and "or" meet."""
    words = condition_words(part)
    return f"({words})" if isinstance(part, Mapping) and len(part.get(other) or ()) > 1 else words


def _comparison(path: str, op: str, value: Any) -> str:
    field = field_words(path)
    match op:
        case "exists":
            return f"{field} is known" if value else f"{field} is not known"
        case "in" if isinstance(value, list):
            return f"{field} is {listed(value, 'or')}"
        case "not_in" if isinstance(value, list):
            return f"{field} is none of {listed(value, 'and')}"
    return f"{field} {_OPERATORS.get(op, spaced(op))} {value_words(value)}"


def _behaviour(condition: Mapping[str, Any]) -> str:
    bounds = condition.get("count") or {"gte": 1}
    where = f" with {condition_words(condition['where'])}" if condition.get("where") else ""
    words = f"{condition['event']}{where}"
    if bounds == {"eq": 0} or bounds in ({"lt": 1}, {"lte": 0}):
        words = f"no {words}"
    elif bounds != {"gte": 1}:
        often = " and ".join(_COUNTS.get(op, f"{op} {{}}").format(number) for op, number in bounds.items())
        words = f"{words} {often} {'time' if list(bounds.values()) == [1] else 'times'}"
    back = f" in the last {condition['within']}" if condition.get("within") else ""
    return f"{words}{back}{_same(condition.get('match'))}"


def _same(match: Any) -> str:
    words = match_words(match)
    return f" ({', '.join(words)})" if words else ""


def _state(state: str) -> str:
    negated, _, word = state.partition("_")
    if negated == "not":
        return f"was not {word}"
    return _STATES.get(state, f"was {spaced(state)}")
