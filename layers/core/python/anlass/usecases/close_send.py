"""The end of a message: its row, the word to its enrolment, and the event that journeys hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from anlass.domain.changes import AddEvent, Change, CloseSend, NameMessage, SaveSend
from anlass.domain.engine import CLOSED
from anlass.domain.errors import Conflict
from anlass.domain.journey import Journey
from anlass.domain.send import ProviderName, Send, SendStatus
from anlass.keys import SendKey
from anlass.ports import Store
from anlass.usecases.catalog import load_catalog
from anlass.usecases.delivery import Delivery
from anlass.usecases.last_look import Seen
from anlass.usecases.message_events import message_event

UNSETTLED_AFTER = timedelta(hours=24)
_EVENTS: dict[tuple[str, SendStatus], str] = {
    ("email", "SENT"): "Email Sent",
    ("email", "SKIPPED"): "Message Skipped",
    ("sms", "SENT"): "SMS Sent",
    ("sms", "SKIPPED"): "Message Skipped",
}


def close_send(look: Seen, after: Send, work: Delivery) -> None:
    now = work.clock.now()
    told_at = _unsettled_at(after, now) if after.status == "UNKNOWN" else None
    after = replace(after, closed_at=now, sweep_at=told_at, request=None)
    changes: list[Change] = [SaveSend(after, look.send.status, look.send.claim)]
    if look.enrolment is not None and CLOSED in look.enrolment.awaits:
        changes.append(CloseSend(after.enrolment, after.row))  # else its next advance finds out from the send's row
    if after.status == "SENT" and after.channel == "sms" and after.provider_id is not None:
        # Reports on an SMS carry nothing of ours.
        changes.append(NameMessage(ProviderName(after.provider_id, after.enrolment, after.row), now))
    name = _EVENTS.get((after.channel, after.status))
    if name is not None and look.person is not None and _is_heard(name, look.journey, work):
        changes.append(AddEvent(message_event(name, look.person.state.id, after, now, {"reason": after.reason})))
    work.store.commit(changes)


def _is_heard(name: str, journey: Journey | None, work: Delivery) -> bool:
    """An event that no journey cares for is not worth its three requests; the send's row tells the story anyway."""
    return name in load_catalog(work.definitions).heard or (journey is not None and name in journey.hears)


def record_send(look: Seen, after: Send, work: Delivery) -> None:
    """The outcome of a claim of ours. If the provider's own event was faster, that one stands."""
    try:
        close_send(look, after, work)
    except Conflict:
        row = work.store.read([SendKey(after.enrolment, after.row)]).send(after.enrolment, after.row)
        if row is not None and row.status == look.send.status and row.claim == look.send.claim:
            raise


def close_as_unknown(send: Send, now: datetime, store: Store) -> None:
    """A claim ran out and nobody knows whether the provider got it: never sent again. Raises Conflict."""
    told_at = _unsettled_at(send, now)
    unknown = replace(send, status="UNKNOWN", reason="claim ran out", closed_at=now, sweep_at=told_at, request=None)
    store.commit([SaveSend(unknown, send.status, send.claim), CloseSend(send.enrolment, send.row)])


def _unsettled_at(send: Send, now: datetime) -> datetime | None:
    """When the sweeper reports it: SES names our message in each of its events, no other provider does."""
    return None if send.channel == "email" else now + UNSETTLED_AFTER
