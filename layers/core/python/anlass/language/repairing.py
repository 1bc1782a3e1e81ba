"""Makes a broken journey file whole, so that what is right in it can be checked too and all mistakes come at once."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from anlass.language.explaining import place_of
from anlass.language.journey_file import JourneyFile
from anlass.language.json_cursor import Place
from anlass.language.meant import likely

_ROUNDS = 60
_TRUE_OF_EVENTS = {"field": "event.id", "op": "exists"}
_TRUE_OF_PEOPLE = {"field": "profile.id", "op": "exists"}
_EVENT = "Order Completed"
PUT_IN = "put-in-for-what-is-broken"  # a template that nobody asked for


def repaired(document: Any) -> JourneyFile | None:
    """The file with everything broken in it replaced by something harmless in the same place; None if that fails."""
    if not isinstance(document, dict):
        return None
    whole = copy.deepcopy(document)
    replaced: set[Place] = set()
    for _ in range(_ROUNDS):
        try:
            return JourneyFile.model_validate(whole)
        except ValidationError as error:
            each = error.errors(include_url=False, include_context=False)[0]
            place = place_of(each)
            if each["type"] == "extra_forbidden":
                _parent(whole, place).pop(place[-1], None)
                continue
            if not _replace(whole, place, replaced):
                return None
    return None


def ids_in(document: Any) -> Iterator[str]:
    """All ids that are given anywhere in the file, be it with a slip."""
    if isinstance(document, dict):
        for key, member in document.items():
            if isinstance(member, str) and likely(key, ["id"]):
                yield member
            yield from ids_in(member)
    elif isinstance(document, list):
        for member in document:
            yield from ids_in(member)


def _replace(whole: dict[str, Any], place: Place, replaced: set[Place]) -> bool:
    """Replaces the smallest part around the place that can be replaced and has not been yet."""
    for end in range(len(place), 0, -1):
        unit = place[:end]
        if unit in replaced:
            continue
        parent = _parent(whole, unit)
        key = unit[-1]
        old = _member(parent, key)
        is_last = isinstance(parent, list) and key == len(parent) - 1
        for new in _harmless(unit, old, is_last=is_last):
            replaced.add(unit)
            parent[key] = new
            return True
        if len(unit) == 1:
            replaced.add(unit)
            parent.pop(key, None)
            return True
    return False


def _harmless(unit: Place, old: Any, *, is_last: bool) -> Iterator[Any]:
    """What can stand at this place instead, if the place is one of a kind that can be replaced."""
    key = unit[-1]
    true = _TRUE_OF_EVENTS if "where" in unit else _TRUE_OF_PEOPLE
    around = unit[-2] if len(unit) > 1 else None
    was = old if isinstance(old, dict) else {}
    named = {"id": was["id"]} if isinstance(was.get("id"), str) else {}
    steps = was["steps"] if isinstance(was.get("steps"), list) else []
    if key in ("where", "when", "who", "not", "until") or (isinstance(key, int) and around in ("all", "any")):
        yield true
    elif isinstance(key, int) and around in ("steps", "else", "on_timeout"):
        # Others may name it as the message that they ask about.
        yield {**named, "send": {"template": PUT_IN}} if named or "send" in was else {"wait": "1 day"}
    elif isinstance(key, int) and around in ("exit", "first_of"):
        yield {"event": _EVENT, "steps": steps}
    elif isinstance(key, int) and around == "variants":
        yield {"id": f"variant-{key}", **named, "weight": 1, "steps": steps}
    elif isinstance(key, int) and around == "branch":
        is_else = "else" in was or (is_last and "when" not in was)
        otherwise = was["else"] if isinstance(was.get("else"), list) else []
        yield {"else": otherwise} if is_else else {"when": true, "steps": steps}
    elif key == "trigger" or around == "trigger":
        yield {"type": "enrolled"}  # of which nothing is known that others could ask for
    elif unit == ("steps",):
        yield [{"wait": "1 day"}]
    elif unit == ("id",):
        yield "x"


def _parent(whole: Any, place: Sequence[str | int]) -> Any:
    current = whole
    for part in place[:-1]:
        current = current[part]
    return current


def _member(parent: Any, key: str | int) -> Any:
    if isinstance(parent, dict):
        return parent.get(str(key))
    return parent[key] if isinstance(parent, list) and isinstance(key, int) and key < len(parent) else None
