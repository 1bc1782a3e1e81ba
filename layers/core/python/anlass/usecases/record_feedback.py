"""What the mail provider reports of a message: it settles UNKNOWN, suppresses addresses, and becomes an event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from anlass.domain.changes import AddEvent, AddSuppression, Change, CloseSend, SaveSend
from anlass.domain.errors import Conflict, Transient
from anlass.domain.feedback import Feedback, Kind
from anlass.domain.ids import correlation_id
from anlass.domain.send import Send, send_row
from anlass.ports import Hashes, SendKey, Store
from anlass.usecases.message_events import message_event

TRIES = 5
NAMES: dict[Kind, str] = {
    "delivery": "Email Delivered",
    "open": "Email Opened",
    "click": "Email Link Clicked",
    "bounce": "Email Bounced",
    "complaint": "Email Marked as Spam",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a report, for the log. `is_first`: the message's row did not know it yet. `event`: the correlation
    id of the event that it became."""

    outcome: Literal["recorded", "known", "no such message"]
    is_first: bool = False
    event: str | None = None


def record_feedback(feedback: Feedback, *, store: Store, hashes: Hashes) -> Recorded:
    """A report for a message that we have no row of creates nothing."""
    key = SendKey(feedback.enrolment, send_row(feedback.step, feedback.visit))
    for _ in range(TRIES):
        send = store.read([key]).send(key.enrolment, key.row)
        if send is None:
            return Recorded("no such message")
        after = _with_feedback(send, feedback)
        changes: list[Change] = []
        event = None
        if after != send:
            changes.append(SaveSend(after, send.status, send.claim))
        if send.is_open and not after.is_open:
            changes.append(CloseSend(send.enrolment, send.row))
        name = NAMES.get(feedback.kind)
        if name is not None:
            properties = dict(feedback.details or {})
            event = message_event(name, send.profile, send, feedback.at, properties, feedback.id)
            changes.append(AddEvent(event))
        if feedback.kind == "complaint" or feedback.hard:
            changes += [
                AddSuppression(hashes.of(address), send.channel, feedback.kind, feedback.at)
                for address in feedback.recipients
            ]
        if not changes:
            return Recorded("known")
        try:
            store.commit(changes)
        except Conflict:
            continue
        return Recorded("recorded", after != send, correlation_id(event.id) if event else None)
    raise Transient(f"send {feedback.enrolment} {key.row} changed {TRIES} times while feedback was recorded")


def _with_feedback(send: Send, feedback: Feedback) -> Send:
    if feedback.kind == "reject":
        return replace(send, status="FAILED", reason="rejected by the provider") if send.status == "UNKNOWN" else send
    if send.status in ("SENDING", "UNKNOWN"):  # it left, whatever we knew
        closed = send.closed_at or feedback.at
        send = replace(send, status="SENT", reason=None, closed_at=closed, sweep_at=None)
    send, at = replace(send, request=None), feedback.at
    machine = bool((feedback.details or {}).get("machine"))
    match feedback.kind:
        case "delivery":
            return replace(send, delivered_at=send.delivered_at or at)
        case "open":
            return send if machine else replace(send, opened_at=send.opened_at or at)
        case "click":
            return send if machine else replace(send, clicked_at=send.clicked_at or at)
        case "bounce":
            return replace(send, bounced_at=send.bounced_at or at)
        case "complaint":
            return replace(send, complained_at=send.complained_at or at)
        case "send":
            return send
        case _:
            assert_never(feedback.kind)
