"""A claimed send as a mail for one person: names, rendering, MIME."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from anlass.domain.condition import event_facts
from anlass.domain.enrolment import Enrolment
from anlass.domain.errors import BrokenDefinition
from anlass.domain.person import Person, profile_facts
from anlass.domain.send import Purpose, Send
from anlass.domain.surroundings import step_facts
from anlass.language.mail import build_mime
from anlass.language.mail_address import check_address
from anlass.language.rendering import choose_locale, render_email
from anlass.language.template_names import names_for
from anlass.ports import Definitions, Links, Ticket
from anlass.usecases.catalog import load_settings, load_template


@dataclass(frozen=True, slots=True)
class Mail:
    sender: str
    recipient: str  # as the provider gets it and reports on it
    mime: bytes


def compose_mail(
    send: Send,
    enrolment: Enrolment,
    person: Person,
    purpose: Purpose,
    now: datetime,
    definitions: Definitions,
    links: Links,
) -> Mail:
    """Raises RenderError, AddressError or BrokenDefinition."""
    settings, template = load_settings(definitions), load_template(definitions, send.template)
    if settings is None or template is None:
        missing = "settings" if settings is None else f"template {send.template}"
        raise BrokenDefinition(f"{missing} of a live journey is not published any more; publish it again")
    profile = profile_facts(person.state, person.attributes, settings.currency, now)
    wanted = str(profile.get("locale") or settings.locale)
    locale = choose_locale(template.locales, wanted, settings.locale)
    ticket = Ticket(send.id, now)
    unsubscribe_url = links.url("unsubscribe", ticket) if purpose == "marketing" else None
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
        unsubscribe_url=unsubscribe_url,
    )
    rendered = render_email(template, locale, settings.locale, names)
    recipient = person.address("email") or ""
    mime = build_mime(
        rendered,
        sender=settings.sender,
        recipient=recipient,
        message_id=send.id,
        now=now,
        reply_to=settings.reply_to,
        unsubscribe_url=unsubscribe_url,
    )
    return Mail(settings.sender, check_address(recipient).address, mime)
