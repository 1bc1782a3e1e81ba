"""The past as it may be applied: what browsers said of it is cleaned when it is looked at (`domain/browsing.py`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from anlass.domain.browsing import heeded
from anlass.domain.event import Event, EventKey
from anlass.ports import Definitions, EventLog
from anlass.usecases.catalog import load_settings


@dataclass(frozen=True)
class Heeded:
    """An event log that keeps what came and answers what may be applied."""

    events: EventLog
    definitions: Callable[[], Definitions]

    def put(self, events: Sequence[Event]) -> None:
        self.events.put(events)

    def get(self, key: EventKey) -> Event | None:
        event = self.events.get(key)
        return None if event is None else self._heeded(event)

    def of_person(
        self, identities: Collection[str], since: datetime, until: datetime, names: Collection[str] | None = None
    ) -> list[Event]:
        return [self._heeded(event) for event in self.events.of_person(identities, since, until, names)]

    def _heeded(self, event: Event) -> Event:
        if event.source != "browser":
            return event
        settings = load_settings(self.definitions())
        return heeded(event, ()) if settings is None else heeded(event, settings.hosts, settings.shop.url)
