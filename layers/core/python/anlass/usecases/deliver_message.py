"""One message, from the last look to the record: look, claim, render, hand over, record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, assert_never

from anlass.domain.changes import (
    AddEvent,
    Change,
    CloseSend,
    RequireConsent,
    RequireNoSuppression,
    RequireProfile,
    SaveCaps,
    SaveSend,
)
from anlass.domain.engine import CLOSED
from anlass.domain.enrolment import SWEEP_AFTER, Enrolment
from anlass.domain.errors import Conflict, Transient
from anlass.domain.journey import Journey
from anlass.domain.person import Person
from anlass.domain.profile import Caps
from anlass.domain.send import Purpose, Send, SendStatus
from anlass.domain.send_policy import SOON, WINDOWS, Allowed, Deferred, Held, Skipped, Verdict, decide_send
from anlass.language.mail_address import AddressError
from anlass.language.rendering import RenderError
from anlass.ports import (
    Accepted,
    Clock,
    Definitions,
    EnrolmentKey,
    Hashes,
    Key,
    Links,
    Mailer,
    NotTaken,
    Queues,
    Rejected,
    SendKey,
    Store,
    Unclear,
)
from anlass.usecases.catalog import load_catalog, load_journey, load_template
from anlass.usecases.compose_mail import Mail, compose_mail
from anlass.usecases.give_way import gives_way
from anlass.usecases.message_events import message_event
from anlass.usecases.people import read_with_person
from anlass.wire import Deliver

TRIES = 5
SHORTEST, LONGEST = 30, 900  # seconds a delayed copy waits; SQS delays 900 at most

# "soon", "not taken" and "claimed": a delayed copy is on its way.
Outcome = Literal["sent", "skipped", "failed", "unknown", "deferred", "soon", "not taken", "claimed", "held", "closed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the deliverer works with; `claim_seconds` is longer than any of its runs can take."""

    store: Store
    definitions: Definitions
    mailer: Mailer
    links: Links
    queues: Queues
    clock: Clock
    hashes: Hashes
    claim_seconds: int


@dataclass(frozen=True, slots=True)
class Look:
    """All that the last look saw."""

    send: Send
    enrolment: Enrolment | None
    journey: Journey | None
    person: Person | None
    purpose: Purpose
    verdict: Verdict
    now: datetime


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
        look = _look(message, work)
        if look is None:
            return Looked("closed")
        try:
            looked = _act(message, look, attempt, work)
        except Conflict:
            continue  # something changed between look and claim: look again
        return replace(looked, correlation_id=look.enrolment.correlation_id if look.enrolment else None)
    raise Transient(f"send {message.enrolment} {message.send} changed {TRIES} times while it was looked at")


def _look(message: Deliver, work: Delivery) -> Look | None:
    """One read of everything; None if the send is closed already."""
    keys: list[Key] = [EnrolmentKey(message.enrolment), SendKey(message.enrolment, message.send)]
    profile = message.profile or _recipient_of(message, work)
    if profile is None:
        return None
    person, rows = read_with_person(work.store, profile, keys)
    send, enrolment = rows.send(message.enrolment, message.send), rows.enrolment(message.enrolment)
    if send is None or not send.is_open:
        return None
    now = work.clock.now()
    journey = load_journey(work.definitions, send.journey, send.version)
    template = load_template(work.definitions, send.template)
    purpose: Purpose = template.purpose if template else "marketing"
    siblings: Sequence[Send] = ()
    if enrolment is not None and enrolment.open - {send.row}:
        siblings = list(work.store.enrolment(enrolment.id)[1].values())
    catalog, is_test = load_catalog(work.definitions), journey.status == "test"
    verdict = decide_send(
        send,
        enrolment if person is not None else None,
        siblings,
        journey,
        purpose,
        person.address(send.channel) if person else None,
        (person.consents or {}).get(send.channel) if person else None,
        person.caps if person else None,
        {} if is_test else catalog.caps,  # in test, a week is ten minutes
        now,
        person.state.sunset_at if person else None,
        is_paused=catalog.is_paused(send.journey),
    )
    if (
        verdict == Allowed()
        and purpose == "marketing"
        and person is not None
        and not is_test
        and gives_way(send, journey, person, catalog, now, work.store, work.definitions)
    ):
        verdict = Deferred(now + SOON, "priority", soon=True)
    return Look(send, enrolment, journey, person, purpose, verdict, now)


def _recipient_of(message: Deliver, work: Delivery) -> str | None:
    """Whose send it is, for a message of the calendar, which does not say; None if the row is gone."""
    send = work.store.read([SendKey(message.enrolment, message.send)]).send(message.enrolment, message.send)
    return None if send is None else send.profile


def _act(message: Deliver, look: Look, attempt: str, work: Delivery) -> Looked:
    send, now = look.send, look.now
    if send.status == "SENDING":
        return _wait_for_claim(message, send, now, work)
    match look.verdict:
        case Skipped(reason):
            _close(look, replace(send, status="SKIPPED", reason=reason), work)
            return Looked("skipped", reason)
        case Deferred(until, reason, soon):
            if soon:
                _come_back(message, work)
                return Looked("soon", reason)
            later = replace(
                send,
                until=until,
                deferred=reason,
                generation=send.generation + 1,
                sweep_at=until + SWEEP_AFTER,
                request="schedule",
            )
            work.store.commit([SaveSend(later, send.status, send.claim)])
            return Looked("deferred", reason)
        case Held():
            held = replace(send, is_held=True, sweep_at=None, request=None)
            work.store.commit([SaveSend(held, send.status, send.claim)])
            return Looked("held")
        case Allowed():
            return _send(message, look, attempt, work)
        case _:
            assert_never(look.verdict)


def _send(message: Deliver, look: Look, attempt: str, work: Delivery) -> Looked:
    send = look.send
    if look.person is None or look.enrolment is None:
        raise AssertionError("the last look allows nobody without a profile and an enrolment")
    try:
        mail = compose_mail(send, look.enrolment, look.person, look.purpose, look.now, work.definitions, work.links)
    except (RenderError, AddressError) as problem:
        _close(look, replace(send, status="FAILED", reason=_in_one_line(problem)), work)
        return Looked("failed", type(problem).__name__)
    claimed = _claim(look, mail.recipient, attempt, work)
    if claimed is None:
        _close(look, replace(send, status="SKIPPED", reason="suppressed"), work)
        return Looked("skipped", "suppressed")
    return _hand_over(message, replace(look, send=claimed), mail, work)


def _claim(look: Look, recipient: str, attempt: str, work: Delivery) -> Send | None:
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
        is_tracked=consent is not None and consent.tracks(recipient),
    )
    profile = person.state.id if person else send.profile
    changes: list[Change] = [
        RequireNoSuppression(
            work.hashes.of(recipient), send.channel, send.topic if look.purpose == "marketing" else None
        ),
        SaveSend(claimed, send.status, send.claim),
        RequireProfile(profile),
    ]
    if look.purpose == "marketing":
        changes.append(RequireConsent(profile, send.channel, consent.version if consent else 0))
        changes.append(SaveCaps(_counted(send, person.caps if person else None, profile, now)))
    try:
        work.store.commit(changes)
    except Conflict as conflict:
        if conflict.failed == {0}:
            return None
        raise  # something else has changed as well: the next look tells more
    return claimed


def _counted(send: Send, caps: Caps | None, profile: str, now: datetime) -> Caps:
    """Ids, not counts: a claim that is released and made again counts once."""
    caps = caps or Caps(profile)
    recent = {id_: kept for id_, kept in caps.sends.items() if now - kept[1] < WINDOWS["week"]}
    return replace(caps, sends={**recent, send.id: (send.channel, now, send.journey)})


def _hand_over(message: Deliver, look: Look, mail: Mail, work: Delivery) -> Looked:
    send = look.send
    tags = {"enrolment": send.enrolment, "step": send.step, "visit": str(send.visit)}
    answer = work.mailer.send(mail.sender, mail.recipient, mail.mime, tags)
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
    unknown = replace(send, status="UNKNOWN", reason="claim ran out", closed_at=now, sweep_at=None, request=None)
    store.commit([SaveSend(unknown, send.status, send.claim), CloseSend(send.enrolment, send.row)])


def _record(look: Look, after: Send, work: Delivery) -> None:
    """The outcome of a claim of ours. If the provider's own event was faster, that one stands."""
    try:
        _close(look, after, work)
    except Conflict:
        row = work.store.read([SendKey(after.enrolment, after.row)]).send(after.enrolment, after.row)
        if row is not None and row.status == look.send.status and row.claim == look.send.claim:
            raise


def _close(look: Look, after: Send, work: Delivery) -> None:
    now = work.clock.now()
    after = replace(after, closed_at=now, sweep_at=None, request=None)
    changes: list[Change] = [SaveSend(after, look.send.status, look.send.claim)]
    if look.enrolment is not None and CLOSED in look.enrolment.awaits:
        changes.append(CloseSend(after.enrolment, after.row))  # else its next advance finds out from the send's row
    name = _EVENTS.get(after.status)
    if name is not None and look.person is not None and _is_heard(name, look.journey, work):
        changes.append(AddEvent(message_event(name, look.person.state.id, after, now, {"reason": after.reason})))
    work.store.commit(changes)


def _is_heard(name: str, journey: Journey | None, work: Delivery) -> bool:
    """An event that no journey cares for is not worth its three requests; the send's row tells the story anyway."""
    return name in load_catalog(work.definitions).heard or (journey is not None and name in journey.hears)


_EVENTS: dict[SendStatus, str] = {"SENT": "Email Sent", "SKIPPED": "Message Skipped"}


def _come_back(message: Deliver, work: Delivery) -> None:
    """A delayed copy instead of a failed receive: waiting is no failure and must not fill the dead-letter queue."""
    delay = min(SHORTEST * 2**message.tries, LONGEST)
    work.queues.send("email", [replace(message, tries=min(message.tries + 1, 10))], delay=delay)


def _in_one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())[:300]
