"""Double opt-in: what a confirmation changes, and what it no longer can."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from anlass.domain.changes import (
    AddEvent,
    AddProof,
    AddStatement,
    Change,
    LiftObjection,
    RequireConsent,
    RequireProfile,
    SaveConsent,
)
from anlass.domain.consent import ALL_TOPICS, Consent, Grant
from anlass.domain.enrolment import Enrolment
from anlass.domain.identifying import own_event
from anlass.domain.ids import event_id
from anlass.domain.ledger import Proof, stated
from anlass.domain.person import Person
from anlass.domain.registry.events import CONFIRMED, UPDATE
from anlass.domain.send import Question, Send
from anlass.domain.subscribing import ADDRESS_OF, SOURCE, Asked
from anlass.domain.suppression import BY_SHOP, Suppression

A_MOMENT = timedelta(milliseconds=1)


def still_wanted(
    asked: Asked, asked_at: datetime, consent: Consent, suppression: Suppression | None
) -> tuple[str, ...]:
    """The topics that nobody has said no to since they were asked for: neither the person at whatever address, nor the
    shop about this one, under this profile or another.
    """
    address = asked.address.strip().lower()
    refused = {
        grant.topic
        for grant in consent.grants
        if grant.status == "withdrawn" and (grant.by == "person" or grant.address == address) and grant.at >= asked_at
    }
    refused |= {topic for topic, at in (suppression.objections if suppression else {}).items() if at >= asked_at}
    return () if refused & {ALL_TOPICS, BY_SHOP} else tuple(topic for topic in asked.topics if topic not in refused)


def confirmed(
    asked: Asked, enrolment: Enrolment, send: Send, person: Person, ip: str | None, now: datetime, address_hash: str
) -> list[Change]:
    """All that a confirmation changes beside the message's own row, in one commit: consent, ledger and proof, the
    address's own word, what else was told, and the event that journeys wait for.
    """
    profile, address = person.state.id, asked.address.strip().lower()
    question = send.asked or Question(send.created_at, "", "")
    proof = Proof(
        id=event_id("proof", enrolment.id),
        profile=profile,
        channel=asked.channel,
        address=address,
        text_version=asked.text_version,
        form_url=asked.form_url,
        requested_at=enrolment.entry.at,
        requested_ip=asked.ip,
        confirmed_at=now,
        confirmed_ip=ip,
        message_id=send.id,
        sent_at=question.sent_at,
        subject=question.subject,
        text=question.text,
        words=asked.words,
    )
    said = {"act": "confirmed", "text_version": asked.text_version, "form_url": asked.form_url}
    before = (person.consents or {}).get(asked.channel) or Consent(profile, asked.channel)
    after, statements = before, []
    for topic in asked.topics:
        grant = Grant(address, topic, "granted", now, by="person", source=SOURCE)
        after = after.states(grant)
        statements.append(stated(grant, profile, asked.channel, enrolment.id, **said, ip=ip, proof=proof.id))
    consent = RequireConsent(profile, asked.channel, before.version) if after is before else SaveConsent(after)
    told = _told(asked, person)
    properties = {
        "topics": list(asked.topics),
        "channel": asked.channel,
        "source": SOURCE,
        "text_version": asked.text_version,
    }
    return [
        RequireProfile(profile),
        consent,
        *map(AddStatement, statements),
        AddProof(proof),
        LiftObjection(address_hash, asked.channel, asked.topics, now),
        # First what was told, so that who is welcomed is greeted by name.
        *([AddEvent(own_event(profile, UPDATE, (enrolment.id,), now, now, {"set": told}))] if told else ()),
        AddEvent(own_event(profile, CONFIRMED, (enrolment.id,), now + A_MOMENT, now, properties)),
    ]


def _told(asked: Asked, person: Person) -> dict[str, Any]:
    """Traits of the form that are not known of the person. What is known it does not change: anybody may have typed it,
    and the mail that was answered does not show it.
    """
    known = person.attributes.traits if person.attributes is not None else {}
    offered = {ADDRESS_OF[asked.channel]: asked.address, "locale": asked.locale, **asked.traits}
    return {name: value for name, value in offered.items() if value and known.get(name) is None}
