"""What it takes to look at one person, to hand out what is kept of them, and to erase them."""

from __future__ import annotations

from dataclasses import dataclass

from anlass.domain.keeping import Retention
from anlass.ports import Archive, Clock, Definitions, EventLog, Hashes, Store


@dataclass(frozen=True, slots=True)
class PeopleWork:
    store: Store
    archive: Archive
    event_log: EventLog
    definitions: Definitions
    hashes: Hashes
    clock: Clock
    retention: Retention
