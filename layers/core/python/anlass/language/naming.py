"""Names that nobody has sent: most likely slips, so they are said, but the shop may send them yet.

What is known are the registry and, where something has arrived already, the names that the shop uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anlass.domain.learning import is_name
from anlass.domain.names import ShopNames
from anlass.domain.registry import EVENTS, nearest


@dataclass(frozen=True, slots=True)
class Doubt:
    """A name that is not known: what is to be said of it."""

    message: str
    remedy: str


def event_doubt(name: str, names: ShopNames) -> Doubt | None:
    return _doubt(name, names.event_names(), "", "No event is called {}.", names.misses_no_event)


def property_doubt(name: str, events: Sequence[str], names: ShopNames) -> Doubt | None:
    """Of one of these events. An event that is not known itself may carry anything."""
    if not events or any(event not in EVENTS and event not in names.events for event in events):
        return None
    carried = f" with {_listed(events)}"
    return _doubt(name, names.properties_of(events), carried, _UNKNOWN, names.misses_no_property(events))


def item_doubt(name: str, names: ShopNames) -> Doubt | None:
    """Of a line of an order, a cart or a list."""
    return _doubt(name, names.item_names(), " with a product", _UNKNOWN, names.misses_no_item_property)


def trait_doubt(name: str, set_here: Iterable[str], names: ShopNames) -> Doubt | None:
    """`set_here`: what the journey itself writes."""
    known = names.trait_names().union(set_here)
    return _doubt(name, known, " of a person", "{} is nothing that is known of people.", names.misses_no_trait)


_UNKNOWN = "{} is no property that this is known to have."


def _doubt(name: str, known: Iterable[str], where: str, unknown: str, is_complete: bool) -> Doubt | None:
    """`is_complete`: the known names are all that ever came, so that one can say of others that they never did."""
    if name in (known := frozenset(known)):
        return None
    likely = nearest(name, known)
    if likely is None and not (is_complete and is_name(name)):
        return None
    message = f'"{name}" was never seen{where}.' if is_complete else unknown.format(f'"{name}"')
    guess = f'Did you mean "{likely}"? ' if likely else ""
    return Doubt(message, f'{guess}If the shop does send "{name}", leave it.')


def _listed(events: Sequence[str]) -> str:
    *most, last = (f'"{event}"' for event in dict.fromkeys(events))
    return f"{', '.join(most)} or {last}" if most else last
