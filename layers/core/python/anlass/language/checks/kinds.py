"""What is known of a field before anybody comes: its type, and whether it is always there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anlass.domain import registry
from anlass.domain.names import ShopNames
from anlass.domain.registry import PropertyType

NUMBERS: frozenset[PropertyType] = frozenset({"number", "integer"})
LISTS: frozenset[PropertyType] = frozenset({"strings", "objects", "products"})
# Of these nobody is without: they are 0 as long as nothing happened, and never less.
_ALWAYS = frozenset({"orders.count", "spend.total", "spend.average", "cart.value", "cart.items", "views.count"})


@dataclass(frozen=True)
class Kind:
    """`is_sure`: the system itself writes it; else it is what shops usually send. `rest`: a path into the field.

    `only`: the values that it can have, if they are known.
    """

    type: PropertyType
    is_sure: bool = False
    is_always_there: bool = False
    rest: str = ""
    only: tuple[str, ...] = ()


def is_never_less(path: str) -> bool:
    """Whether the field is a count or a sum, which is 0 or more."""
    return path.removeprefix("profile.") in _ALWAYS


def kind_of(path: str, events: Sequence[str], entry_events: Sequence[str], names: ShopNames) -> Kind | None:
    """None where nothing is known. `events`: what `event.*` can be here; `names`: what the shop is known to send."""
    root, _, rest = path.partition(".")
    match root:
        case "profile":
            return _profile(rest, names)
        case "event":
            return _event(rest, events, names)
        case "entry":
            return _event(rest, entry_events, names)
        case "item":
            type_ = registry.PRODUCT.get(rest) or names.items.get(rest)
            return Kind(type_) if type_ else None
        case _:
            return None


def _profile(name: str, names: ShopNames) -> Kind | None:
    parts = name.split(".")
    if parts[0] in names.traits:
        return Kind(names.traits[parts[0]], rest=".".join(parts[1:]))
    for end in range(len(parts), 0, -1):
        field = registry.field_of(".".join(parts[:end]))
        if field is not None:
            is_sure = field.is_kept and field.changed_by is not None
            return Kind(field.type, is_sure, field.name in _ALWAYS, ".".join(parts[end:]))
    return None


def _event(rest: str, events: Sequence[str], names: ShopNames) -> Kind | None:
    if rest in ("name", "id"):
        return Kind("string", is_sure=True, is_always_there=True, only=tuple(events) if rest == "name" else ())
    if rest == "at":
        return Kind("time", is_sure=True, is_always_there=True)
    _, name, *further = rest.split(".")
    types = {_carried(event, name, names) for event in events}
    type_ = next(iter(types)) if len(types) == 1 else None
    if type_ is None:
        return None
    return Kind(type_, all(registry.is_system(event) for event in events), rest=".".join(further))


def _carried(event: str, name: str, names: ShopNames) -> PropertyType | None:
    registered = registry.EVENTS.get(event)
    return (registered.properties.get(name) if registered else None) or names.events.get(event, {}).get(name)
