"""Take what a shop reports: find its right, read it, store it, then say so."""

from __future__ import annotations

from anlass.domain.ids import correlation_id
from anlass.language.intake import read_request
from anlass.language.intake_body import parse_body
from anlass.language.intake_request import UNKNOWN_KEY, Refused, Request, Stored, key_of, key_outside_body
from anlass.ports import Clock, EventLog, Keys


def ingest_event(request: Request, log: EventLog, keys: Keys, clock: Clock) -> Stored | Refused:
    """Everything good in the request is stored when this returns. Transient: nothing may be acknowledged, and the
    client's retry of the same request is safe, because an event's key does not change from attempt to attempt."""
    received_at = clock.now()
    outside = key_outside_body(request)
    if isinstance(outside, Refused):
        return outside
    if outside is not None and keys.right_of(outside) is None:
        return UNKNOWN_KEY  # before the body is unpacked
    body = parse_body(request)
    if isinstance(body, Refused):
        return body
    key = key_of(outside, body.value)
    if isinstance(key, Refused):
        return key
    right = keys.right_of(key)
    if right is None:
        return UNKNOWN_KEY
    reading = read_request(request, body, right, received_at)
    if isinstance(reading, Refused):
        return reading
    if reading.events:
        log.put(reading.events)
    return Stored([correlation_id(event.id) for event in reading.events], reading.rejected)
