"""A send as a message for one person: names, rendering, and the form in which its provider takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

from anlass.domain.condition import event_facts
from anlass.domain.enrolment import Enrolment
from anlass.domain.errors import BrokenDefinition
from anlass.domain.person import Person, profile_facts
from anlass.domain.send import Purpose, Question, Send
from anlass.domain.subscribing import Asked, asked_in
from anlass.domain.surroundings import step_facts
from anlass.language.locales import choose_locale
from anlass.language.mail import build_mime
from anlass.language.mail_address import check_address
from anlass.language.rendering import RenderError, render_email, render_sms
from anlass.language.settings import Settings
from anlass.language.template_document import TemplateDocument
from anlass.language.template_names import names_for
from anlass.language.untracked import spare_links
from anlass.ports import (
    UNWATCHED,
    Definitions,
    Hashes,
    Links,
    PageName,
    Ticket,
    Watch,
)
from anlass.usecases.catalog import load_settings, load_template
from anlass.usecases.confirmation_code import code_of

PROOF_ROOM = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Mail:
    """`question`: what it asks, if it asks for a confirmation."""

    sender: str
    recipient: str  # as the provider gets it and reports on it
    mime: bytes
    question: Question | None = None
    watch: Watch = UNWATCHED


@dataclass(frozen=True, slots=True)
class Sms:
    """`max_price` in US dollars."""

    sender: str
    recipient: str  # E.164
    text: str
    max_price: float
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class _Work:
    """What all parts of one message are made from. `asked`: the request that it asks to confirm, if it does."""

    send: Send
    settings: Settings
    template: TemplateDocument
    locale: str
    names: Mapping[str, Any]
    asked: Asked | None
    now: datetime
    watch: Watch
    own_pages: tuple[str, ...]  # how links to them begin
    unsubscribe_address: str | None


def compose_message(
    send: Send,
    enrolment: Enrolment,
    person: Person,
    purpose: Purpose,
    now: datetime,
    definitions: Definitions,
    links: Links,
    hashes: Hashes,
) -> Mail | Sms:
    """Raises RenderError, AddressError or BrokenDefinition."""
    settings, template = load_settings(definitions), load_template(definitions, send.template)
    if settings is None or template is None:
        missing = "settings" if settings is None else f"template {send.template}"
        raise BrokenDefinition(f"{missing} of a live journey is not published any more; publish it again")
    asked = asked_in(enrolment.entry) if purpose == "confirmation" else None
    profile = profile_facts(person.state, person.attributes, settings.currency, now)
    wanted = asked.locale if asked is not None else str(profile.get("locale") or settings.locale)
    locale = choose_locale(template.locales, wanted, settings.locale)
    ticket = Ticket(send.id, now)
    confirming = _confirming(asked, locale, ticket, settings, links, hashes) if purpose == "confirmation" else {}
    names = names_for(
        settings=settings,
        locale=locale,
        now=now,
        profile=profile,
        entry=event_facts(enrolment.entry),
        event=event_facts(enrolment.event) if enrolment.event else None,
        steps=step_facts(enrolment),
        cart=person.state.cart,
        preferences_url=links.url("preferences", ticket),
        button_url=lambda *pressed: links.url("press", Ticket(send.id, now, pressed)),
        basis=_basis(send, person),
        unsubscribe_url=links.url("unsubscribe", ticket) if purpose == "marketing" else None,
        confirming=confirming,
    )
    recipient = asked.address if asked is not None else person.address(send.channel) or ""
    watch = _watch(person, recipient, purpose, settings)
    own_pages = tuple(links.url(page, ticket).rpartition("/")[0] + "/" for page in get_args(PageName))
    by_mail = links.unsubscribe_address(send.id)
    work = _Work(send, settings, template, locale, names, asked, now, watch, own_pages, by_mail)
    return _sms(work, recipient) if send.channel == "sms" else _mail(work, recipient)


def _basis(send: Send, person: Person) -> str:
    """On what ground the person is written to: whoever bought something must be told that they may object."""
    consent = (person.consents or {}).get(send.channel)
    address = person.address(send.channel)
    return (consent and address and consent.basis(address, send.topic)) or "consent"


def _mail(work: _Work, recipient: str) -> Mail:
    settings, names = work.settings, work.names
    rendered = render_email(work.template, work.locale, settings.locale, names)
    if work.watch.clicks:
        rendered = replace(rendered, html=spare_links(rendered.html, work.own_pages))
    mime = build_mime(
        rendered,
        sender=settings.sender,
        recipient=recipient,
        message_id=work.send.id,
        now=work.now,
        reply_to=settings.reply_to,
        unsubscribe_url=names.get("unsubscribe_url"),
        unsubscribe_address=work.unsubscribe_address,
    )
    question = _question(work, rendered.subject, rendered.text)
    return Mail(settings.sender, check_address(recipient).address, mime, question, work.watch)


def _watch(person: Person, recipient: str, purpose: Purpose, settings: Settings) -> Watch:
    """What the shop wants to see, of who consented to it; of nobody while they are asked whether they want anything."""
    consent = (person.consents or {}).get("email")
    if purpose == "confirmation" or consent is None or not consent.tracks(recipient):
        return UNWATCHED
    return Watch(settings.tracking.opens, settings.tracking.clicks)


def _sms(work: _Work, recipient: str) -> Sms:
    sms, template = work.settings.sms, work.template
    if sms is None:
        problem, remedy = "the shop sends no SMS", 'add "sms" to settings.json'
        raise RenderError(template.name, work.locale, "sms", problem, remedy)
    text = render_sms(template, work.locale, work.settings.locale, work.names)
    return Sms(sms.sender, recipient, text, sms.max_price, _question(work, "", text))


def _confirming(
    asked: Asked | None, locale: str, ticket: Ticket, settings: Settings, links: Links, hashes: Hashes
) -> dict[str, Any]:
    if asked is None:
        return {"data_url": links.url("data", ticket)}
    names = {id_: topic.name for id_, topic in settings.topics.items()}
    topics = [names[id_][choose_locale(names[id_], locale, settings.locale)] for id_ in asked.topics if id_ in names]
    said = {"topics": topics, "kept_days": settings.retention.unconfirmed_days, "confirm_url": "", "confirm_code": ""}
    if asked.channel == "sms":
        return {**said, "confirm_code": code_of(ticket.message_id, hashes)}
    return {**said, "confirm_url": links.url("confirm", ticket)}


def _question(work: _Work, subject: str, text: str) -> Question | None:
    """What was asked, for the proof. Who reads that must not be able to answer."""
    if work.asked is None:
        return None
    link, code = work.names["confirm_url"], work.names["confirm_code"]
    for secret, stand_in in ((link, link.rpartition("/")[0] + "/…"), (code, "•" * len(code))):
        text = text.replace(secret, stand_in) if secret else text
    return Question(work.now, subject, text[:PROOF_ROOM])
