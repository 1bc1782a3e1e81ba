"""Learns the shop's own names from what arrives, and never what is in them.

Only names that the registry does not hold are kept, and a bounded number of them. A browser's key is public, so what
comes with one fills half of the room at most: nobody can crowd out what the shop's server says.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from decimal import Decimal
from typing import Any

from anlass.domain.event import Event
from anlass.domain.names import (
    KNOWN_TRAITS,
    MOST_EVENTS,
    MOST_ITEM_PROPERTIES,
    MOST_PROPERTIES,
    MOST_PROPERTIES_IN_ALL,
    MOST_TRAITS,
    ShopNames,
    Types,
    in_all,
)
from anlass.domain.registry import EVENTS, IDENTIFY, PRODUCT, UPDATE, PropertyType, trait_name

LONGEST = 80  # bytes
MOST_DIGITS = 5  # a year may be part of a name; a number or a date is data
_LINES = 10  # of an order or a list: they are all alike
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def learn(names: ShopNames, events: Iterable[Event]) -> ShopNames:
    """With the names in these events; the same object if none is new."""
    learning = _Learning(names)
    for event in events:
        learning.look_at(event)
    return ShopNames(learning.events, learning.items, learning.traits, heard=True) if learning.is_new else names


class _Learning:
    """Names while they grow. One that is known costs a look into a dictionary."""

    def __init__(self, names: ShopNames) -> None:
        self.events, self.items, self.traits = dict(names.events), names.items, names.traits
        self.is_new = False
        self._heard = names.heard
        self._in_all = in_all(names.events)

    def look_at(self, event: Event) -> None:
        if event.source == "system":
            traits = event.properties.get("set") if event.name == UPDATE else None
            if isinstance(traits, Mapping):
                self._look_at_traits(traits, share=1)
            return
        self.is_new = self.is_new or not self._heard  # that anything came at all is news too
        share = 2 if event.source == "browser" else 1
        if event.kind == IDENTIFY:
            self._look_at_traits(event.traits, share)
        elif event.kind in ("track", "page", "screen"):
            self._look_at_event(event, share)
            self._look_at_lines(event.properties.get("products"), share)

    def _look_at_event(self, event: Event, share: int) -> None:
        registered, own = EVENTS.get(event.name), self.events.get(event.name)
        if own is None and (len(self.events) >= MOST_EVENTS // share or not is_name(event.name)):
            return
        before: Types = own or {}
        room = min(MOST_PROPERTIES // share, len(before) + MOST_PROPERTIES_IN_ALL // share - self._in_all)
        after = self._with(before, event.properties, registered.properties if registered else {}, room)
        if after is not before or (own is None and registered is None):
            self.events[event.name] = after
            self._in_all += len(after) - len(before)
            self.is_new = True

    def _look_at_lines(self, products: Any, share: int) -> None:
        for line in products[:_LINES] if isinstance(products, list | tuple) else ():
            if isinstance(line, Mapping):
                self.items = self._with(self.items, line, PRODUCT, MOST_ITEM_PROPERTIES // share)

    def _look_at_traits(self, traits: Mapping[str, Any], share: int) -> None:
        sent = {trait_name(name): value for name, value in traits.items()}
        self.traits = self._with(self.traits, sent, KNOWN_TRAITS, MOST_TRAITS // share)

    def _with(self, types: Types, sent: Mapping[str, Any], known: Container[str], room: int) -> Types:
        """The types with what is new in `sent`; the same object if nothing is."""
        after: dict[str, PropertyType] | None = None
        for name, value in sent.items():
            if name in known or (kind := type_of(value)) is None:
                continue
            before = (after or types).get(name)
            if before is None:
                if len(after or types) >= room or "." in name or not is_name(name):  # no path leads to "a.b"
                    continue
            else:
                kind = _joined(before, kind)
            if kind != before:
                after = after if after is not None else dict(types)
                after[name] = kind
        self.is_new = self.is_new or after is not None
        return types if after is None else after


def is_name(text: str) -> bool:
    """Whether it looks like the name of a thing, and not like data that is used as a key: an address, a number."""
    return (
        len(text.encode()) <= LONGEST
        and any(sign.isalpha() for sign in text)
        and sum(sign.isdigit() for sign in text) <= MOST_DIGITS
        and "@" not in text
        and "://" not in text
        and not _CONTROL.search(text)
    )


def type_of(value: Any) -> PropertyType | None:
    """Roughly; None where the value tells nothing."""
    match value:
        case None:
            return None
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float() | Decimal():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case list() | tuple():
            return _of_list({type_of(each) for each in value})
        case _:
            return "any"


def _of_list(kinds: set[PropertyType | None]) -> PropertyType | None:
    match list(kinds):
        case []:
            return None
        case ["string"]:
            return "strings"
        case ["object"]:
            return "objects"
        case _:
            return "any"


def _joined(one: PropertyType, other: PropertyType) -> PropertyType:
    if one == other:
        return one
    return "number" if {one, other} == {"integer", "number"} else "any"
