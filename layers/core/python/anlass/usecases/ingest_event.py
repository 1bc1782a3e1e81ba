"""Take what a shop reports: find its right, read it, store it, then say so."""

from __future__ import annotations

from anlass.domain.ids import correlation_id
from anlass.language.intake import read_request
from anlass.language.intake_request import Refused, Request, Stored
from anlass.ports import (
    Clock,
    EventLog,
    Keys,
)
from anlass.usecases.admit_request import admit_request


def ingest_event(request: Request, log: EventLog, keys: Keys, clock: Clock) -> Stored | Refused:
    """Everything good in the request is stored when this returns. Transient: nothing may be acknowledged, and the
    client's retry of the same request is safe, because an event's key does not change from attempt to attempt."""
    received_at = clock.now()
    admitted = admit_request(request, keys)
    if isinstance(admitted, Refused):
        return admitted
    reading = read_request(request, admitted.body, admitted.right, received_at)
    if isinstance(reading, Refused):
        return reading
    if reading.events:
        log.put(reading.events)
    return Stored([correlation_id(event.id) for event in reading.events], reading.rejected)
