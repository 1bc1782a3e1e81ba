"""One message, from the last look to the record: look, claim, render, hand over, record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, assert_never

from anlass.domain.changes import (
    AddEvent,
    Change,
    CloseSend,
    IssueCode,
    NameMessage,
    RequireConsent,
    RequireNoSuppression,
    RequireProfile,
    SaveCaps,
    SaveSend,
)
from anlass.domain.engine import CLOSED
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.domain.errors import Conflict, Transient
from anlass.domain.journey import Journey
from anlass.domain.profile import Caps, Departure
from anlass.domain.send import SHORT, ProviderName, Send, SendStatus
from anlass.domain.send_caps import WINDOWS
from anlass.domain.send_policy import Allowed, Deferred, Held, Skipped, iso, look_of, occasion_of
from anlass.keys import SendKey, SuppressionKey
from anlass.language.mail_address import AddressError
from anlass.language.rendering import RenderError
from anlass.ports import (
    Accepted,
    Clock,
    Definitions,
    Handover,
    Hashes,
    Links,
    Mailer,
    NotTaken,
    Queues,
    Rejected,
    Store,
    Texter,
    Unclear,
)
from anlass.usecases.catalog import load_catalog
from anlass.usecases.compose_message import Mail, Sms, compose_message
from anlass.usecases.last_look import Seen, take_last_look
from anlass.usecases.message_events import message_event
from anlass.wire import Deliver

TRIES = 5
UNSETTLED_AFTER = timedelta(hours=24)
SHORTEST, LONGEST = 30, 900  # seconds a delayed copy waits; SQS delays 900 at most

# "soon", "not taken" and "claimed": a delayed copy is on its way.
Outcome = Literal["sent", "skipped", "failed", "unknown", "deferred", "soon", "not taken", "claimed", "held", "closed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the deliverer works with; `claim_seconds` is longer than any of its runs can take."""

    store: Store
    definitions: Definitions
    mailer: Mailer
    texter: Texter
    links: Links
    queues: Queues
    clock: Clock
    hashes: Hashes
    claim_seconds: int


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
            _close(look, replace(looked, status="SKIPPED", reason=reason), work)
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
        _close(look, replace(send, status="FAILED", reason=_in_one_line(problem)), work)
        return Looked("failed", type(problem).__name__)
    claimed = _claim(look, mail, attempt, work)
    if claimed is None:
        stopped = _stopped(look, mail.recipient, work)
        skipped = replace(send, looks=send.looks[:-1]).looked_at(look_of(stopped, look.now))
        _close(look, replace(skipped, status="SKIPPED", reason=stopped.reason), work)
        return Looked("skipped", stopped.reason)
    return _hand_over(message, replace(look, send=claimed), mail, work)


def _claim(look: Seen, mail: Mail | Sms, attempt: str, work: Delivery) -> Send | None:
    """The claimed send; None if the address is suppressed. Raises Conflict if anything looked at has changed."""
    send, now, person = look.send, look.now, look.person
    until = now + timedelta(seconds=work.claim_seconds)
    sweep_at = max(until, send.sweep_at or until)  # left as it is where it can be: a move costs an index two writes
    consent = (person.consents or {}).get(send.channel) if person else None
    claimed = replace(
        send,
        status="SENDING",
        claim=attempt,
        claim_until=until,
        sweep_at=sweep_at,
        request=None,
        sent_to=work.hashes.of(mail.recipient)[:SHORT],
        asked=mail.question,
        requested_at=send.requested_at if look.purpose == "confirmation" else None,
        sees_opens=isinstance(mail, Mail) and mail.watch.opens,
        sees_clicks=isinstance(mail, Mail) and mail.watch.clicks,
    )
    profile = person.state.id if person else send.profile
    changes: list[Change] = [
        RequireNoSuppression(
            work.hashes.of(mail.recipient), send.channel, send.topic if look.purpose == "marketing" else None
        ),
        SaveSend(claimed, send.status, send.claim),
        RequireProfile(profile),
    ]
    if look.purpose == "marketing":
        changes.append(RequireConsent(profile, send.channel, consent.version if consent else 0))
    if look.purpose != "transactional":
        changes.append(SaveCaps(_counted(look, person.caps if person else None, profile)))
    if isinstance(mail, Sms) and look.purpose == "confirmation":
        changes.append(IssueCode(work.hashes.of(mail.recipient), send.id, now))
    try:
        work.store.commit(changes)
    except Conflict as conflict:
        if conflict.failed == {0}:
            return None
        raise  # something else has changed as well: the next look tells more
    return claimed


def _counted(look: Seen, caps: Caps | None, profile: str) -> Caps:
    """Ids, not counts: a claim that is released and made again counts once."""
    caps, send = caps or Caps(profile), look.send
    recent = {id_: kept for id_, kept in caps.sends.items() if look.now - kept.at < WINDOWS["week"]}
    occasion = occasion_of(look.enrolment) if look.enrolment is not None else ""
    left = Departure(send.channel, look.now, send.journey, send.template, occasion, look.purpose)
    return replace(caps, sends={**recent, send.id: left})


def _stopped(look: Seen, recipient: str, work: Delivery) -> Skipped:
    """Why the address takes no message like this one: the claim only knows that it does not."""
    key = SuppressionKey(work.hashes.of(recipient), look.send.channel)
    found = work.store.read([key]).suppression(key.address_hash, key.channel)
    if found is None:
        return Skipped("suppressed")
    at = found.at or max(found.objections.values(), default=None)
    why = found.stops(look.send.topic if look.purpose == "marketing" else None)
    return Skipped("suppressed", {"why": why, **({"since": iso(at)} if at is not None else {})})


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
            _record(look, replace(send, status="SENT", provider_id=provider_id), work)
            return Looked("sent")
        case NotTaken(reason):
            released = replace(
                send, status="PENDING", claim=None, claim_until=None, sweep_at=look.now + SWEEP_AFTER * 4, request=None
            )
            work.store.commit([SaveSend(released, "SENDING", send.claim)])
            _come_back(message, work)
            return Looked("not taken", reason)
        case Rejected(reason):
            _record(look, replace(send, status="FAILED", reason=reason), work)
            return Looked("failed", reason)
        case Unclear(reason):
            _record(look, replace(send, status="UNKNOWN", reason=reason), work)
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


def close_as_unknown(send: Send, now: datetime, store: Store) -> None:
    """A claim ran out and nobody knows whether the provider got it: never sent again. Raises Conflict."""
    told_at = _unsettled_at(send, now)
    unknown = replace(send, status="UNKNOWN", reason="claim ran out", closed_at=now, sweep_at=told_at, request=None)
    store.commit([SaveSend(unknown, send.status, send.claim), CloseSend(send.enrolment, send.row)])


def _unsettled_at(send: Send, now: datetime) -> datetime | None:
    """When the sweeper reports it: SES names our message in each of its events, no other provider does."""
    return None if send.channel == "email" else now + UNSETTLED_AFTER


def _record(look: Seen, after: Send, work: Delivery) -> None:
    """The outcome of a claim of ours. If the provider's own event was faster, that one stands."""
    try:
        _close(look, after, work)
    except Conflict:
        row = work.store.read([SendKey(after.enrolment, after.row)]).send(after.enrolment, after.row)
        if row is not None and row.status == look.send.status and row.claim == look.send.claim:
            raise


def _close(look: Seen, after: Send, work: Delivery) -> None:
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


_EVENTS: dict[tuple[str, SendStatus], str] = {
    ("email", "SENT"): "Email Sent",
    ("email", "SKIPPED"): "Message Skipped",
    ("sms", "SENT"): "SMS Sent",
    ("sms", "SKIPPED"): "Message Skipped",
}


def _come_back(message: Deliver, work: Delivery) -> None:
    """A delayed copy instead of a failed receive: waiting is no failure and must not fill the dead-letter queue."""
    delay = min(SHORTEST * 2**message.tries, LONGEST)
    work.queues.send("email", [replace(message, tries=min(message.tries + 1, 10))], delay=delay)


def _in_one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())[:300]
