"""How much of an event an enrolment keeps, and how long events are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

# Characters of JSON, roughly. The event that enrolled is kept once and packed, and conditions and mails look at all of
# it: there is room for what intake takes. An inbox is written whole with every append, and may hold fifty.
ENTRY_ROOM = 32 * 1024
INBOX_ROOM = 4 * 1024
SHORT = 256
EVENTS_KEPT = timedelta(days=400)


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
