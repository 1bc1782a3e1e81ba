"""Finds the few conditions that an event can fulfil by what they want a property of it to equal.

Of a thousand triggers on one event, most want a category, a product, a coupon. Such an equality is looked up
instead of asked a thousand times. What is found may fulfil its condition, everything else cannot: so the condition is
still asked, and the index may be coarse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from anlass.domain.comparing import key
from anlass.domain.condition import AllOf, AnyOf, Compare, Condition, Facts, Items, Predicate, getter

EVENT = "event.properties."
CHOICES = 50  # an `in` of more values than this is no equality any more

_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an equality looks: at a field of the event, or (`item`) at a field of each item of a list there."""

    field: str
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Equality:
    """True of the condition only if one of these keys is found in this place."""

    place: Place
    keys: frozenset[Hashable]


class Index(Generic[_V]):
    """Values, each with the condition that an event must fulfil for it, in the order in which they were given."""

    def __init__(self, entries: Iterable[tuple[Predicate | None, _V]]) -> None:
        asked = [(equalities(p.condition) if p is not None else [], value) for p, value in entries]
        popular = Counter((each.place, each_key) for found, _ in asked for each in found for each_key in each.keys)
        places: dict[Place, dict[Hashable, dict[int, _V]]] = {}
        self._always: dict[int, _V] = {}
        for position, (found, value) in enumerate(asked):
            if not found:
                self._always[position] = value
                continue
            rarest = min(found, key=lambda each: sum(popular[each.place, each_key] for each_key in each.keys))
            for each_key in rarest.keys:
                places.setdefault(rarest.place, {}).setdefault(each_key, {})[position] = value
        self._places = [(_reader(place), wanted) for place, wanted in places.items()]

    def fitting(self, properties: Mapping[str, Any]) -> tuple[_V, ...]:
        """Those whose equality fits an event of these properties, and those that ask for none."""
        found = dict(self._always)
        facts = {"event": {"properties": properties}}
        for read, wanted in self._places:
            for value in read(facts):
                found |= wanted.get(key(value), {})
        return tuple(found[position] for position in sorted(found))


def equalities(condition: Condition) -> list[Equality]:
    """What must be equal for the condition to be true; any of them will do."""
    return [each for each in _equalities(condition) if each.place.field.startswith(EVENT)]


def _equalities(condition: Condition) -> Iterable[Equality]:
    match condition:
        case Compare(field, "eq", value):
            return _equality(field, [value])
        case Compare(field, "in", value) if isinstance(value, list | tuple) and len(value) <= CHOICES:
            return _equality(field, value)
        case AllOf(parts):
            return [each for part in parts for each in _equalities(part)]
        case AnyOf(parts):
            ways = [{each.place: each.keys for each in _equalities(part)} for part in parts]
            common = [place for place in ways[0] if all(place in way for way in ways)] if ways else []
            return [Equality(place, frozenset().union(*(way[place] for way in ways))) for place in common]
        case Items("some", field, where):
            return [inside for each in _equalities(where) if (inside := _of_item(field, each)) is not None]
        case _:
            return []


def _equality(field: str, values: Iterable[Any]) -> list[Equality]:
    keys = frozenset(map(key, values))
    return [] if None in keys else [Equality(Place(field), keys)]


def _of_item(field: str, inner: Equality) -> Equality | None:
    """What holds of some item, said of the event."""
    place = inner.place
    if place.field.split(".", 1)[0] != "item":
        return inner
    return Equality(Place(field, place.field), inner.keys) if place.item is None else None


def _reader(place: Place) -> Callable[[Facts], Iterable[Any]]:
    """Reads the values in a place."""
    read = getter(place.field)
    if place.item is None:
        return lambda facts: (read(facts),)
    read_item = getter(place.item)

    def read_items(facts: Facts) -> Iterable[Any]:
        items = read(facts)
        return [read_item({"item": item}) for item in items] if isinstance(items, list | tuple) else ()

    return read_items
