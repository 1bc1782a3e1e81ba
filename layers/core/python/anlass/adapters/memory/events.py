"""The events table in memory, and its stream."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from anlass.adapters.moments import in_reach, in_time
from anlass.domain.event import Event, EventKey


class MemoryEventLog:
    """`stream` holds (sequence number, event) of what was new; a repeated key overwrites and makes no new record."""

    def __init__(self) -> None:
        self.stream: list[tuple[str, Event]] = []
        self._events: dict[str, dict[str, Event]] = {}

    def put(self, events: Sequence[Event]) -> None:
        for event in events:
            of_identity = self._events.setdefault(event.identity, {})
            if event.moment not in of_identity:
                self.stream.append((str(len(self.stream) + 1), event))
            of_identity[event.moment] = event

    def get(self, key: EventKey) -> Event | None:
        return self._events.get(key.identity, {}).get(key.moment)

    def drop(self, key: EventKey) -> None:
        self._events.get(key.identity, {}).pop(key.moment, None)

    def of_identity(self, identity: str) -> list[Event]:
        """All of them, oldest first."""
        return [event for _, event in sorted(self._events.get(identity, {}).items())]

    def of_person(
        self, identities: Collection[str], since: datetime, until: datetime, names: Collection[str] | None = None
    ) -> list[Event]:
        found = [
            event
            for identity in set(identities)
            for event in self._events.get(identity, {}).values()
            if in_reach(event.moment, since) and since <= event.at <= until and (names is None or event.name in names)
        ]
        return sorted(found, key=in_time)
