"""Messages of the Segment HTTP API become events. Pure.

What is decided here, and what is not: a message is judged by itself and by the right of the key that brought it.
Whatever depends on who the person already is (may a browser set this e-mail, does this order count) is decided by
matching, which sees `Event.source`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anlass.domain.event import NO_TIME, Event, EventKey, Kind, Source
from anlass.domain.ids import event_id
from anlass.domain.instants import iso
from anlass.language.intake_body import MAX_EVENT_BYTES, Ambiguous, Body
from anlass.language.intake_fields import (
    MessageError,
    context_of,
    event_name,
    identities,
    kind_of,
    properties_of,
    read_id,
    traits_of,
)
from anlass.language.intake_request import BadMessage, Refused, Request
from anlass.language.intake_time import DAY, corrected, parse_timestamp
from anlass.language.intake_values import fault_in

MAX_EVENTS = 2_500  # of one batch, as at Segment


@dataclass(frozen=True, slots=True)
class Reading:
    """What a request holds: events with distinct keys, in order, and what could not be taken."""

    events: Sequence[Event]
    rejected: Sequence[BadMessage]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a message from outside of it. `kind` is what the path said; None for a batch."""

    request: str
    kind: Kind | None
    source: Source
    received_at: datetime
    sent_at: datetime | None
    context: Mapping[str, Any]  # beside "batch": every message's, unless it says otherwise
    size: int  # of the whole body, in bytes


def read_request(request: Request, body: Body, source: Source, received_at: datetime) -> Reading | Refused:
    """The events of a request. Repeats within it are one event: the first."""
    if not isinstance(body.value, dict):
        return Refused(400, "malformed_json", "The body must be a JSON object.")
    messages: Any = [body.value]
    context: dict[str, Any] = {}
    if request.endpoint == "batch":
        if isinstance(body.value, Ambiguous):
            return Refused(400, "duplicate_key", "A key is named twice at the top of the body.")
        messages, context = body.value.get("batch"), body.value.get("context") or {}
        if not isinstance(messages, list):
            return Refused(400, "batch_invalid", '"batch" must be a list of messages.')
        if not isinstance(context, dict) or fault_in(context) is not None:
            return Refused(400, "batch_invalid", '"context" beside "batch" must be an object of plain values.')
    envelope = Envelope(
        request=request.id,
        kind=None if request.endpoint == "batch" else request.endpoint,
        source=source,
        received_at=received_at,
        sent_at=parse_timestamp(body.value.get("sentAt")),
        context=context,
        size=body.size,
    )
    events: dict[EventKey, Event] = {}
    rejected: list[BadMessage] = []
    for index, message in enumerate(messages[:MAX_EVENTS]):
        result = read_message(message, index, envelope)
        if isinstance(result, BadMessage):
            rejected.append(result)
        else:
            events.setdefault(result.key, result)
    if len(messages) > MAX_EVENTS:
        why = f"A batch may hold {MAX_EVENTS} messages. This one and all after it were left: send them in another."
        rejected.append(BadMessage(MAX_EVENTS, "too_many_events", why))
    return Reading(tuple(events.values()), tuple(rejected))


def read_message(message: object, index: int, envelope: Envelope) -> Event | BadMessage:
    """One message as an event, or why it is none."""
    try:
        return _event(message, index, envelope)
    except MessageError as error:
        return BadMessage(index, error.code, str(error))


def _event(given: object, index: int, envelope: Envelope) -> Event:
    message = _checked(given, envelope.size)
    kind = envelope.kind or kind_of(message)
    context = context_of(message, kind, envelope.source, envelope.context)
    traits = traits_of(message, kind)
    identity, also = identities(message, kind, envelope.source, traits)
    stamp, at = _time(message, envelope)
    given_id = read_id(message, "messageId")
    id_ = given_id or event_id(envelope.request, str(index))
    # Without an id a retry cannot be told from a second event: the key may as well name our own time.
    moment = iso(stamp, "milliseconds") if stamp else NO_TIME if given_id else iso(envelope.received_at, "milliseconds")
    return Event(
        identity=identity,
        moment=f"{moment}#{id_}",
        id=id_,
        kind=kind,
        name=event_name(message) if kind == "track" else kind,
        at=at,
        received_at=envelope.received_at,
        source=envelope.source,
        also=also,
        properties=properties_of(message, kind),
        traits=traits,
        context=context,
    )


def _checked(message: object, body_size: int) -> dict[str, Any]:
    if not isinstance(message, dict):
        raise MessageError("not_an_object", "A message must be a JSON object.")
    if (fault := fault_in(message)) is not None:
        raise MessageError(*fault)
    if body_size > MAX_EVENT_BYTES:  # else no message of it can be larger
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > MAX_EVENT_BYTES:
            raise MessageError("event_too_large", f"The message is larger than {MAX_EVENT_BYTES // 1024} KB.")
    return message


def _time(message: Mapping[str, Any], envelope: Envelope) -> tuple[datetime | None, datetime]:
    """The client's own time, uncorrected, and the time on our clock."""
    field = "timestamp" if message.get("timestamp") is not None else "originalTimestamp"
    given = message.get(field)
    if given is None:
        return None, envelope.received_at
    stamp = parse_timestamp(given)
    if stamp is None:
        raise MessageError("timestamp_invalid", f'"{field}" must be an ISO 8601 time, 1970 or later.')
    sent_at = envelope.sent_at or parse_timestamp(message.get("sentAt"))
    # Both fields: whoever forwarded the message has corrected `timestamp` already (Segment, RudderStack).
    both = field == "timestamp" and message.get("originalTimestamp") is not None
    at = stamp if both else corrected(stamp, sent_at, envelope.received_at)
    if at - envelope.received_at > DAY:
        raise MessageError("timestamp_in_future", f'"{field}" lies more than 24 hours in the future.')
    return stamp, at
