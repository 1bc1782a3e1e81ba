"""The shop's own names: of events, of their properties and of traits. `learning.py` finds them in what arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from anlass.domain.registry import EVENTS, FIELDS, PRODUCT, PropertyType

MOST_EVENTS = 500
MOST_PROPERTIES = 60  # of one event
MOST_PROPERTIES_IN_ALL = 4_000  # so that the stored item, 400 KB at most, can never overflow
MOST_ITEM_PROPERTIES = 60
MOST_TRAITS = 300

Types = Mapping[str, PropertyType]

_TYPES = frozenset(get_args(PropertyType))
# What lies below them is known too, or is the shop's own address.
KNOWN_TRAITS = frozenset(name.partition(".")[0] for name in FIELDS)


@dataclass(frozen=True, slots=True)
class ShopNames:
    """`events`: name → what it carries beyond the registry; registered events are in it if they carry more.

    `items` is what lines of orders, carts and lists carry. `heard`: whether anything has arrived at all.
    """

    events: Mapping[str, Types] = field(default_factory=dict)
    items: Types = field(default_factory=dict)
    traits: Types = field(default_factory=dict)
    heard: bool = False

    def event_names(self) -> frozenset[str]:
        """All that may be called by name: the registry's and the shop's own."""
        return frozenset((*EVENTS, *self.events))

    def properties_of(self, events: Iterable[str]) -> frozenset[str]:
        """What any of these events may carry."""
        found: set[str] = set()
        for event in events:
            found.update(EVENTS[event].properties if event in EVENTS else (), self.events.get(event, ()))
        return frozenset(found)

    def item_names(self) -> frozenset[str]:
        return frozenset((*PRODUCT, *self.items))

    def trait_names(self) -> frozenset[str]:
        """What may stand behind `profile.`, without what lies below it."""
        return frozenset((*KNOWN_TRAITS, *self.traits))

    # Whether there is still room for a name that nobody has sent: only then it can be said of one that it never came.

    @property
    def misses_no_event(self) -> bool:
        return self.heard and len(self.events) < MOST_EVENTS // 2

    def misses_no_property(self, events: Iterable[str]) -> bool:
        few = all(len(self.events.get(event, ())) < MOST_PROPERTIES // 2 for event in events)
        return self.misses_no_event and few and in_all(self.events) < MOST_PROPERTIES_IN_ALL // 2

    @property
    def misses_no_item_property(self) -> bool:
        return self.heard and len(self.items) < MOST_ITEM_PROPERTIES // 2

    @property
    def misses_no_trait(self) -> bool:
        return self.heard and len(self.traits) < MOST_TRAITS // 2

    def document(self) -> dict[str, Any]:
        """As JSON, in an order that does not depend on what came first."""
        return {
            "events": {name: dict(sorted(types.items())) for name, types in sorted(self.events.items())},
            "items": dict(sorted(self.items.items())),
            "traits": dict(sorted(self.traits.items())),
        }


NOTHING_HEARD = ShopNames()


def names_from(document: Any) -> ShopNames:
    """What `document` made; what has another shape is passed over."""
    told = document if isinstance(document, Mapping) else {}
    events = told.get("events")
    by_event = events.items() if isinstance(events, Mapping) else ()
    return ShopNames(
        {str(name): _types_in(types) for name, types in by_event},
        _types_in(told.get("items")),
        _types_in(told.get("traits")),
        heard=True,
    )


def in_all(events: Mapping[str, Types]) -> int:
    """How many properties they have together."""
    return sum(len(types) for types in events.values())


def _types_in(document: Any) -> dict[str, PropertyType]:
    told = document.items() if isinstance(document, Mapping) else ()
    return {str(name): kind if kind in _TYPES else "any" for name, kind in told}
