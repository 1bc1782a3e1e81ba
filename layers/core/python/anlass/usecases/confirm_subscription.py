"""The other half of double opt-in: whoever reads the address says yes, by a mail's link or an SMS's code."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from anlass.domain.changes import CloseSend, CountTry, SaveSend
from anlass.domain.confirming import confirmed, still_wanted
from anlass.domain.consent import Consent
from anlass.domain.enrolment import Enrolment
from anlass.domain.person import Person
from anlass.domain.send import Send, split_message_id
from anlass.domain.subscribing import CODE_LIFE, LINK_LIFE, Asked, asked_in
from anlass.keys import CodeKey, Rows, StateKey, SuppressionKey
from anlass.language.phone_number import PhoneError, check_phone
from anlass.usecases.catalog import load_settings
from anlass.usecases.confirmation_code import code_of
from anlass.usecases.insisting import insist
from anlass.usecases.page_work import PageWork
from anlass.usecases.people import person_in, who_got

# open: the button would confirm. void: the person withdrew after asking, or has another address by now. unknown: also
# a code that is not right.
Outcome = Literal["open", "confirmed", "already", "expired", "void", "unknown"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`channel`, `topics` and `locale` are the request's; empty where nothing is known of it any more."""

    outcome: Outcome
    channel: str | None = None
    topics: tuple[str, ...] = ()
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class _Pending:
    """A request, the message that asked for its confirmation, and who it is about. `topics`: those still wanted."""

    asked: Asked
    enrolment: Enrolment
    send: Send
    person: Person
    topics: tuple[str, ...]
    is_confirmed: bool


def see_confirmation(token: str, work: PageWork) -> Confirmation:
    """What the page of the link shows. Changes nothing."""
    ticket = work.links.read("confirm", token)
    if ticket is None:
        return Confirmation("unknown")
    return _standing(_load(ticket.message_id, work), ticket.issued_at, LINK_LIFE, work.clock.now())


def confirm_subscription(token: str, ip: str | None, work: PageWork) -> Confirmation:
    """What the button of that page does. Raises Transient."""
    ticket = work.links.read("confirm", token)
    if ticket is None:
        return Confirmation("unknown")
    return _confirm(ticket.message_id, ticket.issued_at, LINK_LIFE, ip, work)


def confirm_code(phone: str, code: str, ip: str | None, work: PageWork) -> Confirmation:
    """`unknown` for a wrong code, an old one, one tried too often, and a number that was sent none: nobody can tell
    which, for the same is done and as long. Raises Transient.
    """
    settings = load_settings(work.definitions)
    if settings is None or settings.sms is None:
        return Confirmation("unknown")
    try:
        hash_ = work.hashes.of(check_phone(phone, settings.sms.countries, settings.locale))
    except PhoneError:
        return Confirmation("unknown")
    now = work.clock.now()
    work.store.commit([CountTry(hash_, now)])  # counted first: many tries at once are many tries
    issued = work.store.read([CodeKey(hash_)]).code(hash_)
    expected = code_of(issued.message_id or "", work.hashes)
    given = "".join(code.split()).encode("utf-8", "replace")
    if not hmac.compare_digest(expected.encode(), given) or not issued.takes(now):
        return Confirmation("unknown")
    if issued.message_id is None or issued.at is None:
        return Confirmation("unknown")
    return _confirm(issued.message_id, issued.at, CODE_LIFE, ip, work)


def _confirm(message_id: str, issued_at: datetime, life: timedelta, ip: str | None, work: PageWork) -> Confirmation:
    def attempt() -> Confirmation:
        now = work.clock.now()
        pending = _load(message_id, work)
        standing = _standing(pending, issued_at, life, now)
        if pending is None or standing.outcome != "open":
            return standing
        send, asked = pending.send, replace(pending.asked, topics=pending.topics)
        # It left, whatever we knew. `reports` is raised, so that nobody who is at this row now takes that back.
        after = replace(send, confirmed_at=now, reports=send.reports + 1, request=None)
        if send.status != "SENT":
            after = replace(after, status="SENT", reason=None, closed_at=send.closed_at or now, sweep_at=None)
        hash_ = work.hashes.of(asked.address)
        changes = confirmed(asked, pending.enrolment, after, pending.person, ip, now, hash_)
        closing = [CloseSend(send.enrolment, send.row)] if send.is_open else []
        work.store.commit([*changes, SaveSend(after, send.status, send.claim, send.reports), *closing])
        return replace(standing, outcome="confirmed")

    return insist(attempt, f"the request of {message_id}", "it was confirmed")


def _load(message_id: str, work: PageWork) -> _Pending | None:
    parts = split_message_id(message_id)
    if parts is None:
        return None
    enrolment, sends = work.store.enrolment(parts[0])
    send, asked = sends.get(parts[1]), asked_in(enrolment.entry) if enrolment is not None else None
    if enrolment is None or send is None or asked is None:
        return None
    own = SuppressionKey(work.hashes.of(asked.address), asked.channel)
    person, rows = who_got(send, work.store, [own, StateKey(asked.identity)])
    if person is None:
        return None
    if _is_given_up(asked, person, rows, work):
        return _Pending(asked, enrolment, send, person, (), is_confirmed=False)
    consent = (person.consents or {}).get(asked.channel) or Consent(person.state.id, asked.channel)
    topics = still_wanted(asked, enrolment.entry.at, consent, rows.suppression(own.address_hash, own.channel))
    is_confirmed = any(each.confirmed_at is not None for each in sends.values())
    return _Pending(asked, enrolment, send, person, topics, is_confirmed)


def _is_given_up(asked: Asked, person: Person, rows: Rows, work: PageWork) -> bool:
    """Whether they had the address and have another now: who reads it may be somebody else, whose yes is not theirs."""
    if rows.state(asked.identity) is None:
        return False
    owner, _ = person_in(rows, asked.identity, None, work.store)
    return owner is None or owner.state.id != person.state.id


def _standing(pending: _Pending | None, issued_at: datetime, life: timedelta, now: datetime) -> Confirmation:
    """Of several things that hold, the one that helps most to understand what to do."""
    is_old = now - issued_at > life
    if pending is None:
        return Confirmation("expired" if is_old else "unknown")
    asked = pending.asked
    known = Confirmation("open", asked.channel, pending.topics or asked.topics, asked.locale)
    if not pending.topics:
        return replace(known, outcome="void")
    if pending.is_confirmed:
        return replace(known, outcome="already")
    return replace(known, outcome="expired") if is_old else known
