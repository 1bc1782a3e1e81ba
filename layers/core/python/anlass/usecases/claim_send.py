"""The claim of a message: from here on it is ours to hand over, and nothing that the last look saw has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from anlass.domain.changes import (
    Change,
    IssueCode,
    RequireConsent,
    RequireNoSuppression,
    RequireProfile,
    SaveCaps,
    SaveSend,
)
from anlass.domain.errors import Conflict
from anlass.domain.instants import iso
from anlass.domain.profile import Caps, Departure
from anlass.domain.send import SHORT, Send
from anlass.domain.send_caps import WINDOWS
from anlass.domain.send_policy import Skipped, occasion_of
from anlass.keys import SuppressionKey
from anlass.usecases.compose_message import Mail, Sms
from anlass.usecases.delivery import Delivery
from anlass.usecases.last_look import Seen


def claim_send(look: Seen, mail: Mail | Sms, attempt: str, work: Delivery) -> Send | None:
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


def stopped(look: Seen, recipient: str, work: Delivery) -> Skipped:
    """Why the address takes no message like this one: the claim only knows that it does not."""
    key = SuppressionKey(work.hashes.of(recipient), look.send.channel)
    found = work.store.read([key]).suppression(key.address_hash, key.channel)
    if found is None:
        return Skipped("suppressed")
    at = found.at or max(found.objections.values(), default=None)
    why = found.stops(look.send.topic if look.purpose == "marketing" else None)
    return Skipped("suppressed", {"why": why, **({"since": iso(at)} if at is not None else {})})


def _counted(look: Seen, caps: Caps | None, profile: str) -> Caps:
    """Ids, not counts: a claim that is released and made again counts once."""
    caps, send = caps or Caps(profile), look.send
    recent = {id_: kept for id_, kept in caps.sends.items() if look.now - kept.at < WINDOWS["week"]}
    occasion = occasion_of(look.enrolment) if look.enrolment is not None else ""
    left = Departure(send.channel, look.now, send.journey, send.template, occasion, look.purpose)
    return replace(caps, sends={**recent, send.id: left})
