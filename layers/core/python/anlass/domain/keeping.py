"""How much of an event an enrolment keeps, and how long events are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from anlass.domain.event import Event
from anlass.domain.subscribing import REQUESTED

# Characters of JSON, roughly. The event that enrolled is kept once and packed, and conditions and mails look at all of
# it: there is room for what intake takes. An inbox is written whole with every append, and may hold fifty.
ENTRY_ROOM = 32 * 1024
INBOX_ROOM = 4 * 1024
SHORT = 256
EVENTS_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept of people who come and go, before it expires by itself (TTL)."""

    events: timedelta = EVENTS_KEPT  # from their receipt
    journeys: timedelta = timedelta(days=400)  # from their end: long enough for "a year ago" and its invoice
    unconfirmed: timedelta = timedelta(days=30)  # somebody asked for messages and never confirmed; from the request
    visitors: timedelta = timedelta(days=400)  # of whom nobody knows who they are, from when they were seen last
    proofs: timedelta = timedelta(days=3 * 365)  # of consents, from their withdrawal: until nobody can sue any more

    def event_until(self, event: Event) -> datetime:
        """A request to be written to, and what became of the question that followed, is forgotten with it: whoever
        confirms it has a proof of their own."""
        asked_at = event.received_at if event.name == REQUESTED else event.requested_at
        return event.received_at + self.events if asked_at is None else asked_at + self.unconfirmed

    @property
    def longest(self) -> timedelta:
        """After which nothing is under way any more that could come back. Proofs never come back."""
        return max(self.events, self.journeys, self.unconfirmed)


def kept(properties: Mapping[str, Any], needed: Collection[str] = (), room: int = INBOX_ROOM) -> Mapping[str, Any]:
    """An event's properties: whole if they are small, else those `needed` (a condition or a mail reads them) and the
    short top-level ones."""
    if len(repr(properties)) <= room:
        return properties
    found = {name: value for name, value in properties.items() if name in needed}
    for name, value in properties.items():
        size = len(name) + len(repr(value))
        if name not in found and size <= min(room, SHORT):
            found[name] = value
            room -= size
    return found
