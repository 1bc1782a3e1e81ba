"""An event: something a person did, as the shop or the system reported it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Source = Literal["server", "browser", "system"]
NO_TIME = "~"  # stands where a client sent no time; sorts after every time, so that one search by time finds both
Kind = Literal["track", "identify", "page", "screen", "group", "alias"]
ORDERED = "Order Completed"


@dataclass(frozen=True, slots=True)
class EventKey:
    """Where an event is stored. A retry of the same event has the same key, so it is no second event."""

    identity: str
    moment: str  # "<client timestamp, UTC, ISO, ms, or '~'>#<messageId>"


@dataclass(frozen=True, slots=True)
class Event:
    """One event after intake: checked, its time corrected for the client's clock.

    `identity` is "u:<userId>", else "a:<anonymousId>", or "e:<hash>" of a person known by address only.
    `also` is a second identity that the same message vouches for (anonymousId beside userId; alias's previousId).
    Times are aware UTC datetimes. `moment` holds the client's *uncorrected* time, because the correction
    differs from attempt to attempt and the key must not.
    """

    identity: str
    moment: str
    id: str  # Segment's messageId
    kind: Kind
    name: str  # a track's event name; "Page Viewed: <name>"-style names are not invented: other kinds carry their kind
    at: datetime
    received_at: datetime
    source: Source
    also: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)  # only what INTAKE_CONTEXT names
    requested_at: datetime | None = None  # of the request that it follows from, and with which it is forgotten
    since: datetime | None = None  # of one of our own to an address: since when what it tells of goes on; see owning.py

    @property
    def key(self) -> EventKey:
        return EventKey(self.identity, self.moment)

    @property
    def is_import(self) -> bool:
        """History handed over by the shop: counts and disarms, starts nothing."""
        return self.context.get("import") is True


# What is kept of Segment's `context`: everything else (ip, user agent, …) is not needed and so not stored.
INTAKE_CONTEXT = ("import", "locale", "timezone", "messaging_subscriptions")


def order_id_of(name: str, properties: Mapping[str, Any]) -> str | None:
    """Which order it is, where the event is an order: the browser and the server may both tell of it, or the shop
    again. Other events with an `order_id` happen to an order, perhaps more than once."""
    return str(properties["order_id"]) if name == ORDERED and properties.get("order_id") else None
