"""Everything of one person, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from anlass.adapters.memory.events import MemoryEventLog
from anlass.adapters.memory.store import MemoryStore, Stored
from anlass.adapters.rows import place_of_row
from anlass.domain.changes import NoteMerged, SaveDate
from anlass.domain.event import Event, EventKey
from anlass.keys import JourneyRow, Row
from anlass.ports import Kept, Page

EVENTS_AT_ONCE = 100


class MemoryArchive:
    def __init__(self, store: MemoryStore, event_log: MemoryEventLog) -> None:
        self._store = store
        self._event_log = event_log

    def profile_rows(self, profile: str) -> list[Kept]:
        rows = self._store.partition("profiles", profile)
        return [Kept("profiles", profile, sort, _row(row)) for sort, row in sorted(rows.items())]

    def journey_rows(self, profile: str) -> list[Kept]:
        found = [row for row in self._store.rows() if isinstance(row, JourneyRow) and row.profile == profile]
        places = ((place_of_row(row), row) for row in found)
        return [
            Kept(place.table, place.partition, place.sort, row) for place, row in sorted(places, key=lambda p: p[0])
        ]

    def events(self, identity: str, after: str | None) -> Page[Event]:
        rest = [e for e in self._event_log.of_identity(identity) if after is None or e.moment > after]
        page = tuple(rest[:EVENTS_AT_ONCE])
        return Page(page, page[-1].moment if len(rest) > EVENTS_AT_ONCE else None)

    def drop(self, rows: Sequence[Kept]) -> None:
        for kept in rows:
            if kept.table == "events":
                self._event_log.drop(EventKey(kept.partition, kept.sort))
            else:
                self._store.remove(kept.table, kept.partition, kept.sort)


def _row(row: Stored) -> Row | None:
    if isinstance(row, NoteMerged):
        return row.at
    return None if isinstance(row, SaveDate) else row
