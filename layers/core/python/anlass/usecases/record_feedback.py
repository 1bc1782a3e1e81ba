"""What a provider reports of a message: it settles UNKNOWN, suppresses addresses, and becomes an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, assert_never

from anlass.domain.bouncing import Bounces
from anlass.domain.brake import share_of
from anlass.domain.changes import (
    AddEvent,
    AddObjection,
    AddSuppression,
    Change,
    CloseSend,
    CountReport,
    SaveBounces,
    SaveSend,
)
from anlass.domain.errors import Conflict, Transient
from anlass.domain.feedback import Feedback, Kind
from anlass.domain.ids import correlation_id, short
from anlass.domain.machines import BURST, is_burst, is_machine
from anlass.domain.send import Send, send_row
from anlass.keys import (
    BouncesKey,
    Key,
    Rows,
    SendKey,
    SuppressionKey,
)
from anlass.ports import (
    Hashes,
    Store,
    Ticket,
)
from anlass.usecases.message_events import message_event
from anlass.usecases.open_link import Opened
from anlass.usecases.people import who_got
from anlass.usecases.withdraw_consent import all_withdrawn

TRIES = 5
NAMES: Mapping[str, Mapping[Kind, str]] = {
    "email": {
        "delivery": "Email Delivered",
        "delay": "Email Delayed",
        "open": "Email Opened",
        "click": "Email Link Clicked",
        "bounce": "Email Bounced",
        "complaint": "Email Marked as Spam",
        "reject": "Email Failed",
    },
    "sms": {"delivery": "SMS Delivered", "failure": "SMS Failed"},
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a report, for the log. `is_first`: the message's row did not know it yet. `event`: the correlation
    id of the event that it became."""

    outcome: Literal["recorded", "known", "not tracked", "no such message"]
    is_first: bool = False
    event: str | None = None


def record_feedback(feedback: Feedback, *, store: Store, hashes: Hashes) -> Recorded:
    """A report for a message that we have no row of creates nothing."""
    key = SendKey(feedback.enrolment, send_row(feedback.step, feedback.visit))
    for _ in range(TRIES):
        rows = store.read([key, *_rows_of(feedback, hashes)])
        send = rows.send(key.enrolment, key.row)
        if send is None:
            return Recorded("no such message")
        if _is_unasked(feedback, send):
            return Recorded("not tracked")
        machine = _is_by_machine(feedback, send)
        after = _with_feedback(send, feedback, machine=machine)
        is_first = after != send
        changes: list[Change] = []
        if is_first:
            changes.append(SaveSend(replace(after, reports=send.reports + 1), send.status, send.claim, send.reports))
        if send.is_open and not after.is_open:
            changes.append(CloseSend(send.enrolment, send.row))
        event = None
        name = NAMES.get(send.channel, {}).get(feedback.kind)
        if name is not None and not feedback.automatic:
            event = message_event(name, send.profile, send, feedback.at, _said(feedback, machine), feedback.id)
            changes.append(AddEvent(event))
        changes += _counted(feedback, send, after, rows, hashes)
        changes += _of_the_addresses(feedback, send, rows, store, hashes)
        if not changes:
            return Recorded("known")
        try:
            store.commit(changes)
        except Conflict:
            continue
        return Recorded("recorded", is_first, correlation_id(event.id) if event else None)
    raise Transient(f"send {feedback.enrolment} {key.row} changed {TRIES} times while feedback was recorded")


def _is_unasked(feedback: Feedback, send: Send) -> bool:
    """Whether it claims what nobody consented to: the mail had no pixel, or no link was rewritten."""
    if feedback.kind == "open":
        return not send.sees_opens
    return feedback.kind == "click" and not send.sees_clicks


def _is_by_machine(feedback: Feedback, send: Send) -> bool:
    if is_machine(feedback.user_agent) or (feedback.details or {}).get("machine") is True:
        return True
    return feedback.kind == "click" and is_burst(feedback.at, _link(feedback), send.last_click_at, send.last_link)


def _link(feedback: Feedback) -> str:
    return short(str((feedback.details or {}).get("link")))


def _said(feedback: Feedback, machine: bool) -> Mapping[str, Any]:
    details = dict(feedback.details or {})
    return {**details, "machine": machine} if feedback.kind in ("open", "click") else details


def _with_feedback(send: Send, feedback: Feedback, *, machine: bool) -> Send:
    at, is_settled = feedback.at, send.status not in ("PENDING", "SENDING", "UNKNOWN")
    if feedback.kind == "reject":
        failed = replace(send, status="FAILED", reason="rejected by the provider", sweep_at=None, request=None)
        return send if is_settled else replace(failed, closed_at=send.closed_at or at)
    if not is_settled:  # it left, whatever we knew
        send = replace(send, status="SENT", reason=None, closed_at=send.closed_at or at, sweep_at=None)
    send = replace(send, request=None)
    match feedback.kind:
        case "delivery":
            return replace(send, delivered_at=send.delivered_at or at)
        case "open":
            return send if machine else replace(send, opened_at=send.opened_at or at)
        case "click":
            return _clicked(send, feedback, machine)
        case "bounce":
            return send if feedback.automatic else replace(send, bounced_at=send.bounced_at or at)
        case "failure":
            return replace(send, bounced_at=send.bounced_at or at)
        case "complaint":
            return replace(send, complained_at=send.complained_at or at)
        case "send" | "delay":
            return send
        case _:
            assert_never(feedback.kind)


def _clicked(send: Send, feedback: Feedback, machine: bool) -> Send:
    """Of a burst of links the first one looked like a person's."""
    was_burst = machine and send.clicked_at is not None and abs(feedback.at - send.clicked_at) <= BURST
    clicked_at = None if was_burst else send.clicked_at
    if not machine:
        clicked_at = clicked_at or feedback.at
    return replace(send, clicked_at=clicked_at, last_click_at=feedback.at, last_link=_link(feedback))


def _counted(feedback: Feedback, send: Send, after: Send, rows: Rows, hashes: Hashes) -> list[Change]:
    """For the complaint rate: each delivery once, whatever is repeated, and each address that complains: one person
    with three mails in their junk folder is one, and must not stop the mails of all others."""
    share = share_of(send.enrolment)
    if send.channel != "email" or not feedback.tried:
        return []
    if send.delivered_at is None and after.delivered_at is not None:
        return [CountReport("delivered", feedback.at, share)]
    if send.complained_at is None and after.complained_at is not None and _silenced(feedback, rows, hashes):
        is_question = send.requested_at is not None
        return [CountReport("unwanted" if is_question else "complained", feedback.at, share)]
    return []


def _silenced(feedback: Feedback, rows: Rows, hashes: Hashes) -> list[str]:
    """Addresses (hashes) that by this complaint get no mail any more, and got some before."""
    known = ((hash_, rows.suppression(hash_, "email")) for hash_ in _hashes(feedback, hashes))
    return [hash_ for hash_, before in known if before is None or before.reason is None]


def _rows_of(feedback: Feedback, hashes: Hashes) -> list[Key]:
    """Rows that a report may change beside the message's own: read with it, in the one request."""
    if feedback.kind == "complaint":
        return [SuppressionKey(hash_, "email") for hash_ in _hashes(feedback, hashes)]
    if not (feedback.soft or feedback.kind == "delivery"):
        return []
    return [BouncesKey(hash_, "email") for hash_ in _hashes(feedback, hashes)]


def _hashes(feedback: Feedback, hashes: Hashes) -> list[str]:
    return list(dict.fromkeys(hashes.of(address) for address in feedback.recipients))


def _of_the_addresses(feedback: Feedback, send: Send, rows: Rows, store: Store, hashes: Hashes) -> list[Change]:
    """What it means for whatever else would go there."""
    if feedback.hard or feedback.kind == "complaint":
        suppressed = _hashes(feedback, hashes)
        reason = "undeliverable" if feedback.kind == "failure" else feedback.kind
        # Two complaints at once must not both be the first: whoever is second looks again.
        first = _silenced(feedback, rows, hashes) if feedback.kind == "complaint" else ()
        changes: list[Change] = [AddSuppression(h, send.channel, reason, feedback.at, h in first) for h in suppressed]
        if (source := feedback.withdraws or ("complaint" if feedback.kind == "complaint" else None)) is not None:
            changes += _withdrawn(feedback, send, source, frozenset(suppressed), store, hashes)
        return changes
    changes = []
    for hash_ in _hashes(feedback, hashes) if send.channel == "email" else ():
        before = rows.bounces(hash_, "email") or Bounces(hash_, "email")
        if feedback.kind == "delivery" and before.times:  # else there is nothing to clear, and no row to write
            after = before.delivered(feedback.at)
        elif feedback.soft:
            after = before.bounced(feedback.at)
        else:
            continue
        if after.is_enough:
            changes.append(AddSuppression(hash_, "email", "soft bounces", feedback.at))
        if after != before:
            changes.append(SaveBounces(after))
    return changes


def _withdrawn(
    feedback: Feedback, send: Send, source: str, suppressed: frozenset[str], store: Store, hashes: Hashes
) -> list[Change]:
    """Who complains wants no messages any more: that is a withdrawal like any other."""
    person, _ = who_got(send, store)
    if person is None:
        return []
    opened = Opened(Ticket(send.id, feedback.at), send, person)
    changes = all_withdrawn(opened, (send.channel,), feedback.at, source, hashes)
    # A suppression says more than an objection, and lies in the same row.
    return [each for each in changes if not (isinstance(each, AddObjection) and each.address_hash in suppressed)]
