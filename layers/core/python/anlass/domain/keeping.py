"""How much of an event an enrolment keeps, and how long events are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

# Characters of JSON, roughly. An inbox is written whole with every append; the event that enrolled is kept once,
# and conditions and mails look at what was in it.
INBOX_ROOM = 1024
ENTRY_ROOM = 8 * 1024
SHORT = 256
EVENTS_KEPT = timedelta(days=400)


def kept(properties: Mapping[str, Any], needed: Collection[str] = (), room: int = INBOX_ROOM) -> Mapping[str, Any]:
    """An event's properties: whole if they are small, else those `needed` (a condition reads them) and the short
    top-level ones."""
    if len(repr(properties)) <= room:
        return properties
    found = {name: value for name, value in properties.items() if name in needed}
    for name, value in properties.items():
        size = len(name) + len(repr(value))
        if name not in found and size <= min(room, SHORT):
            found[name] = value
            room -= size
    return found
