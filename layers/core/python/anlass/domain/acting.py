"""Whether an event is something that the person did, and not what the shop or we did to them."""

from __future__ import annotations

from anlass.domain import registry
from anlass.domain.event import Event


def is_act(event: Event) -> bool:
    """A machine's open or click is none; of events that nobody knows the shop says who did them by sending them."""
    if event.kind in ("identify", "alias", "group") or event.properties.get("machine") is True:
        return False
    if event.source == "system" and _is_in_the_shops_name(event.properties.get("source")):
        return False
    known = registry.EVENTS.get(event.name)
    return known.by_person if known is not None else event.source != "system"


def _is_in_the_shops_name(source: object) -> bool:
    """Who spoke where a consent was given or withdrawn: the shop by an identify, or a journey's step."""
    return isinstance(source, str) and (source == "shop" or source.startswith("journey "))
