"""Unsubscribing: one question with one button, and what follows from it."""

from __future__ import annotations

from anlass.language.pages.layout import Page, heading, language_of, one_button, page, paragraph, said
from anlass.language.settings import Settings

_WORDS = {
    "de": {
        "title": "Abmelden",
        "ask": "Möchten Sie keine Werbung mehr per {way} bekommen?",
        "more": "Nachrichten zu Ihren Bestellungen bekommen Sie weiterhin.",
        "button": "Ja, abmelden",
        "done": "Sie sind abgemeldet.",
        "after": "Ab jetzt schicken wir Ihnen keine Werbung mehr per {way}. Nachrichten zu Ihren Bestellungen bekommen "
        "Sie weiterhin. Was schon unterwegs ist, kann Sie in den nächsten Minuten noch erreichen.",
        "email": "E-Mail",
        "sms": "SMS",
    },
    "en": {
        "title": "Unsubscribe",
        "ask": "Would you like to stop getting advertising by {way}?",
        "more": "You will still get messages about your orders.",
        "button": "Yes, unsubscribe",
        "done": "You are unsubscribed.",
        "after": "From now on we send you no advertising by {way}. You will still get messages about your orders. "
        "What has already left may still reach you within the next few minutes.",
        "email": "e-mail",
        "sms": "text message",
    },
}


def ask_page(settings: Settings | None, locale: str, channel: str) -> Page:
    """Mail scanners follow links, so opening it changes nothing."""
    words = _WORDS[language_of(locale)]
    way = words.get(channel, words["email"])
    body = (heading(words["ask"].format(way=way)), paragraph(words["more"]), one_button(words["button"]))
    return page(settings, locale, words["title"], body)


def done_page(settings: Settings | None, locale: str, channel: str) -> Page:
    words = _WORDS[language_of(locale)]
    way = words.get(channel, words["email"])
    return page(settings, locale, words["done"], (heading(words["done"]), said(words["after"].format(way=way))))
