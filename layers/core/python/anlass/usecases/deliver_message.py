"""One message, from the last look to the record: look, claim, render, hand over, record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from anlass.domain.changes import (
    SaveSend,
)
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.domain.errors import Conflict, Transient
from anlass.domain.send import Send
from anlass.domain.send_policy import Allowed, Deferred, Held, Skipped, look_of
from anlass.language.mail_address import AddressError
from anlass.language.rendering import RenderError
from anlass.ports import (
    Accepted,
    Handover,
    NotTaken,
    Rejected,
    Unclear,
)
from anlass.usecases.claim_send import claim_send, stopped
from anlass.usecases.close_send import close_as_unknown, close_send, record_send
from anlass.usecases.compose_message import Mail, Sms, compose_message
from anlass.usecases.delivery import Delivery
from anlass.usecases.last_look import Seen, take_last_look
from anlass.wire import Deliver

TRIES = 5
SHORTEST, LONGEST = 30, 900  # seconds a delayed copy waits; SQS delays 900 at most

# "soon", "not taken" and "claimed": a delayed copy is on its way.
Outcome = Literal["sent", "skipped", "failed", "unknown", "deferred", "soon", "not taken", "claimed", "held", "closed"]


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look, for the log: `reason` is a word or a code, no text."""

    outcome: Outcome
    reason: str | None = None
    correlation_id: str | None = None  # None: the send was closed, or its enrolment is gone


def deliver_message(message: Deliver, attempt: str, work: Delivery) -> Looked:
    """`attempt` is new for every receive: it names the claim.

    Raises Transient if rows changed all the time.
    """
    for _ in range(TRIES):
        look = take_last_look(message, store=work.store, definitions=work.definitions, clock=work.clock)
        if look is None:
            return Looked("closed")
        try:
            looked = _act(message, look, attempt, work)
        except Conflict:
            continue  # something changed between look and claim: look again
        return replace(looked, correlation_id=look.enrolment.correlation_id if look.enrolment else None)
    raise Transient(f"send {message.enrolment} {message.send} changed {TRIES} times while it was looked at")


def _act(message: Deliver, look: Seen, attempt: str, work: Delivery) -> Looked:
    send, now = look.send, look.now
    if send.status == "SENDING":
        return _wait_for_claim(message, send, now, work)
    looked = send.looked_at(look_of(look.verdict, now))
    match look.verdict:
        case Skipped(reason):
            close_send(look, replace(looked, status="SKIPPED", reason=reason), work)
            return Looked("skipped", reason)
        case Deferred(until, reason, soon):
            if soon:
                _note(send, looked, work)
                _come_back(message, work)
                return Looked("soon", reason)
            later = replace(
                looked,
                until=until,
                deferred=reason,
                generation=send.generation + 1,
                sweep_at=until + SWEEP_AFTER,
                request="schedule",
            )
            work.store.commit([SaveSend(later, send.status, send.claim)])
            return Looked("deferred", reason)
        case Held():
            held = replace(looked, is_held=True, sweep_at=None, request=None)
            work.store.commit([SaveSend(held, send.status, send.claim)])
            return Looked("held")
        case Allowed():
            return _send(message, replace(look, send=looked), attempt, work)
        case _:
            assert_never(look.verdict)


def _send(message: Deliver, look: Seen, attempt: str, work: Delivery) -> Looked:
    send = look.send
    if look.person is None or look.enrolment is None:
        raise AssertionError("the last look allows nobody without a profile and an enrolment")
    try:
        mail = compose_message(
            send,
            look.enrolment,
            look.person,
            look.purpose,
            look.now,
            work.definitions,
            work.links,
            work.hashes,
        )
    except (RenderError, AddressError) as problem:
        close_send(look, replace(send, status="FAILED", reason=_in_one_line(problem)), work)
        return Looked("failed", type(problem).__name__)
    claimed = claim_send(look, mail, attempt, work)
    if claimed is None:
        verdict = stopped(look, mail.recipient, work)
        skipped = replace(send, looks=send.looks[:-1]).looked_at(look_of(verdict, look.now))
        close_send(look, replace(skipped, status="SKIPPED", reason=verdict.reason), work)
        return Looked("skipped", verdict.reason)
    return _hand_over(message, replace(look, send=claimed), mail, work)


def _note(send: Send, looked: Send, work: Delivery) -> None:
    """That it comes back soon is written once for each reason, not each time."""
    last = send.looks[-1] if send.looks else None
    if last is None or (last.outcome, last.reason) != (looked.looks[-1].outcome, looked.looks[-1].reason):
        work.store.commit([SaveSend(replace(looked, request=None), send.status, send.claim)])


def _hand_over(message: Deliver, look: Seen, mail: Mail | Sms, work: Delivery) -> Looked:
    send = look.send
    answer = _offer(send, mail, work)
    match answer:
        case Accepted(provider_id):
            record_send(look, replace(send, status="SENT", provider_id=provider_id), work)
            return Looked("sent")
        case NotTaken(reason):
            released = replace(
                send, status="PENDING", claim=None, claim_until=None, sweep_at=look.now + SWEEP_AFTER * 4, request=None
            )
            work.store.commit([SaveSend(released, "SENDING", send.claim)])
            _come_back(message, work)
            return Looked("not taken", reason)
        case Rejected(reason):
            record_send(look, replace(send, status="FAILED", reason=reason), work)
            return Looked("failed", reason)
        case Unclear(reason):
            record_send(look, replace(send, status="UNKNOWN", reason=reason), work)
            return Looked("unknown", reason)
        case _:
            assert_never(answer)


def _offer(send: Send, mail: Mail | Sms, work: Delivery) -> Handover:
    match mail:
        case Mail():
            tags = {"enrolment": send.enrolment, "step": send.step, "visit": str(send.visit)}
            return work.mailer.send(mail.sender, mail.recipient, mail.mime, tags, mail.watch)
        case Sms():
            return work.texter.send(mail.sender, mail.recipient, mail.text, mail.max_price)
        case _:
            assert_never(mail)


def _wait_for_claim(message: Deliver, send: Send, now: datetime, work: Delivery) -> Looked:
    """Delivered again while somebody else's claim stands: maybe it is being sent just now, maybe that run died."""
    if send.claim_until is not None and now < send.claim_until:
        wait = min(int((send.claim_until - now).total_seconds()) + 1, LONGEST)
        work.queues.send("email", [replace(message, tries=message.tries + 1)], delay=wait)
        return Looked("claimed")
    close_as_unknown(send, now, work.store)
    return Looked("unknown", "claim ran out")


def _come_back(message: Deliver, work: Delivery) -> None:
    """A delayed copy instead of a failed receive: waiting is no failure and must not fill the dead-letter queue."""
    delay = min(SHORTEST * 2**message.tries, LONGEST)
    work.queues.send("email", [replace(message, tries=min(message.tries + 1, 10))], delay=delay)


def _in_one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())[:300]
