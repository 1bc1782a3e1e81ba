"""What can be looked at in a local runtime: the messages that left, and one person with everything about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_journey_row
from anlass.bootstrap import Application
from anlass.domain import instants
from anlass.domain.enrolment import Enrolment
from anlass.domain.owning import moment_of
from anlass.domain.person import Person
from anlass.domain.send import ProviderName, Send, split_message_id
from anlass.keys import (
    JourneyRow,
    ProviderKey,
    SendKey,
)
from anlass.language.naming_people import identities_of
from anlass.language.timeline.lines import Timeline
from anlass.usecases.explain_person import explain_person
from anlass.usecases.people import owner_of, read_with_person

from cli.runtime.mail import SentMail, SentText
from cli.runtime.world import LocalRuntime


def messages(runtime: LocalRuntime, app: Application) -> list[dict[str, Any]]:
    """What left the house, oldest first."""
    mails, texts = runtime.sent_mails(), runtime.sent_texts()
    keys = [SendKey(m.tags["enrolment"], f"S#{m.tags['step']}#{m.tags['visit']}") for m in mails]
    rows = app.store.read(dict.fromkeys(keys))
    told = [_message(mail, rows.send(key.enrolment, key.row)) for mail, key in zip(mails, keys, strict=True)]
    names = app.store.read(dict.fromkeys(ProviderKey(text.id) for text in texts))
    return sorted([*told, *(_text(text, names.named(text.id), app) for text in texts)], key=lambda each: each["at"])


def _message(mail: SentMail, send: Send | None) -> dict[str, Any]:
    tags, said = mail.tags, _said(mail.raw)
    return {
        "id": f"{tags['enrolment']}.{tags['step']}.{tags['visit']}",
        "channel": "email",
        "to": mail.to[0] if mail.to else "",
        **said,
        "journey": send.journey if send else None,
        "step": tags["step"],
        "template": send.template if send else None,
        "at": iso(mail.at),
        "status": send.status.lower() if send else "sent",
    }


def _text(text: SentText, name: ProviderName | None, app: Application) -> dict[str, Any]:
    send = None if name is None else app.store.read([SendKey(name.enrolment, name.row)]).send(name.enrolment, name.row)
    return {
        "id": send.id if send else text.id,
        "channel": "sms",
        "to": text.to,
        "subject": "",
        "text": text.text,
        "html": "",
        "headers": {},
        "journey": send.journey if send else None,
        "step": send.step if send else None,
        "template": send.template if send else None,
        "at": iso(text.at),
        "status": send.status.lower() if send else "sent",
    }


@lru_cache(maxsize=10_000)
def _said(raw: bytes) -> Mapping[str, Any]:
    """Read once: what left does not change, and is listed again and again."""
    mime = message_from_bytes(raw, policy=policy.default)
    if not isinstance(mime, EmailMessage):
        raise TypeError("the default policy makes EmailMessage")
    text, html = mime.get_body(("plain",)), mime.get_body(("html",))
    return {
        "subject": str(mime["Subject"]),
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "headers": {name: str(value) for name, value in mime.items()},
    }


def profile(runtime: LocalRuntime, app: Application, user: str) -> dict[str, Any] | None:
    """One person: by userId, or by a whole identity like "a:<anonymousId>"."""
    for identity in (f"u:{user}", user, f"a:{user}"):
        person, _ = read_with_person(app.store, identity)
        if person is not None:
            return _profile(user, person, list(journey_rows(runtime)))
    return None


def explained(
    runtime: LocalRuntime,  # noqa: ARG001 - everything here is looked at with it
    app: Application,
    user: str,
    message: str | None,
    journey: str | None,
) -> Timeline | None:
    """Why one person got what they got: named as in the API or by anonymousId, or by a message to them."""
    parts = split_message_id(message) if message else None
    send = app.store.read([SendKey(*parts)]).send(*parts) if parts else None
    meant = owner_of(send.profile, app.store, moment_of(send))[0] if send is not None else None
    names = [meant] if meant is not None else [*identities_of(user), f"a:{user}"] if user else []
    for identity in names:
        found = explain_person(identity, journey, app.people)
        if found is not None:
            return found
    return None


def _profile(user: str, person: Person, rows: list[JourneyRow]) -> dict[str, Any]:
    state = person.state
    mine = {state.id, *state.identities}
    enrolments = [r for r in rows if isinstance(r, Enrolment) and r.profile in mine]
    sends = [r for r in rows if isinstance(r, Send) and r.profile in mine]
    return {
        "id": user,
        "profile": state.id,
        "identities": list(state.identities),
        "traits": dict(person.attributes.traits) if person.attributes else {},
        "orders": {"count": state.orders.count, "last_at": iso(state.orders.last_at)},
        "spend": {currency: money(amount) for currency, amount in state.spend.items()},
        "views": {"count": state.views},
        "cart": {
            "value": money(state.cart.value),
            "items": state.cart.items,
            "lines": [{"product_id": line.product, "quantity": line.quantity} for line in state.cart.lines],
        },
        "last_seen": iso(state.last_seen),
        "consents": [
            {
                "channel": channel,
                "address": grant.address,
                "topic": grant.topic,
                "status": grant.status,
                "at": iso(grant.at),
                "by": grant.by,
                "source": grant.source,
            }
            for channel, consent in (person.consents or {}).items()
            for grant in consent.grants
        ],
        "enrolments": [
            {
                "id": e.id,
                "journey": e.journey,
                "version": e.version,
                "status": e.status,
                "step": e.step,
                "due": iso(e.due),
                "outcome": e.outcome,
                "entered_at": iso(e.entered_at),
            }
            for e in sorted(enrolments, key=lambda e: (e.entered_at, e.id))
        ],
        "decisions": [
            {
                "message": s.id,
                "journey": s.journey,
                "step": s.step,
                "template": s.template,
                "status": s.status.lower(),
                "reason": s.reason,
                "at": iso(s.closed_at or s.created_at),
                "until": iso(s.until),
            }
            for s in sorted(sends, key=lambda s: (s.created_at, s.id))
        ],
    }


def journey_rows(runtime: LocalRuntime) -> Iterator[JourneyRow]:
    """A scan: no index leads from a person to what has ended, and this is one machine."""
    pages = runtime.client("dynamodb").get_paginator("scan").paginate(TableName=runtime.names.physical("journeys"))
    for page in pages:
        for item in page["Items"]:
            yield decode_journey_row(item)


def money(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01")))


def iso(moment: datetime | None) -> str | None:
    return instants.iso(moment, "milliseconds") if moment else None
