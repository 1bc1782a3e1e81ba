"""`Order Delivered` names an order; what was in it, the order itself says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from anlass.domain.event import ORDERED, Event
from anlass.ports import EventLog
from anlass.usecases.histories import EVER

DELIVERED = "Order Delivered"
AHEAD = timedelta(days=1)  # intake takes events of clocks that are this far ahead


def lacks_products(event: Event) -> bool:
    return event.name == DELIVERED and bool(event.properties.get("order_id")) and not event.properties.get("products")


def with_products(event: Event, identities: Collection[str], event_log: EventLog) -> Event:
    """The event with its order's products and all else that the order says, where it says nothing itself. One query,
    and only where somebody cares for deliveries."""
    if not lacks_products(event):
        return event
    wanted = str(event.properties["order_id"])
    orders = event_log.of_person(identities or (event.identity,), EVER, event.received_at + AHEAD, (ORDERED,))
    found = next((o for o in reversed(orders) if str(o.properties.get("order_id")) == wanted), None)
    return event if found is None else replace(event, properties={**found.properties, **event.properties})
