"""Double opt-in: the page behind the link of the confirmation mail, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from anlass.domain.subscribing import LINK_LIFE
from anlass.language.pages.layout import Page, heading, language_of, one_button, page, paragraph, said
from anlass.language.pages.topics import topic_names
from anlass.language.settings import Settings

Outcome = Literal["confirmed", "already", "expired", "void", "unknown"]
STATUS: dict[Outcome, int] = {"confirmed": 200, "already": 200, "expired": 410, "void": 410, "unknown": 404}

_WORDS = {
    "de": {
        "title": "Anmeldung bestätigen",
        "ask": "Möchten Sie diese Nachrichten bekommen?",
        "by_email": "Per E-Mail:",
        "by_sms": "Per SMS:",
        "withdraw": "Sie können jederzeit wieder Nein sagen, über den Link in jeder E-Mail oder mit einem Wort an uns.",
        "button": "Ja, ich möchte sie bekommen",
        "ignore": "Haben Sie sich nicht angemeldet? Dann schließen Sie diese Seite einfach, und es passiert nichts.",
    },
    "en": {
        "title": "Confirm your subscription",
        "ask": "Would you like to get these messages?",
        "by_email": "By e-mail:",
        "by_sms": "By text message:",
        "withdraw": "You can say no again at any time, by the link in every e-mail or with a word to us.",
        "button": "Yes, I would like to get them",
        "ignore": "You did not subscribe? Then just close this page, and nothing happens.",
    },
}
_OUTCOMES: dict[str, dict[Outcome, tuple[str, str]]] = {
    "de": {
        "confirmed": ("Willkommen!", "Ihre Anmeldung ist bestätigt. Schön, dass Sie dabei sind."),
        "already": ("Sie sind schon dabei.", "Ihre Anmeldung war bereits bestätigt. Es ist nichts weiter zu tun."),
        "expired": (
            "Dieser Link ist abgelaufen.",
            f"Er war {LINK_LIFE.days} Tage gültig. Melden Sie sich einfach noch einmal an; Sie bekommen dann einen "
            "neuen.",
        ),
        "void": (
            "Dieser Link gilt nicht mehr.",
            "Seit der Anmeldung haben Sie sich anders entschieden, und das gilt. Möchten Sie doch wieder von uns "
            "hören, melden Sie sich einfach noch einmal an.",
        ),
        "unknown": (
            "Diesen Link kennen wir nicht.",
            "Vielleicht wurde er beim Kopieren gekürzt. Bitte öffnen Sie ihn direkt aus der Nachricht, oder melden Sie "
            "sich noch einmal an.",
        ),
    },
    "en": {
        "confirmed": ("Welcome!", "Your subscription is confirmed. We are glad to have you."),
        "already": ("You are in already.", "Your subscription was confirmed before. There is nothing more to do."),
        "expired": (
            "This link has expired.",
            f"It was good for {LINK_LIFE.days} days. Just subscribe once more, and you will get a new one.",
        ),
        "void": (
            "This link is no longer good.",
            "You have decided otherwise since, and that counts. If you would like to hear from us after all, just "
            "subscribe once more.",
        ),
        "unknown": (
            "We do not know this link.",
            "Perhaps it was cut off when it was copied. Please open it straight from the message, or subscribe once "
            "more.",
        ),
    },
}


def ask_page(settings: Settings | None, locale: str, channel: str, topics: Sequence[str]) -> Page:
    """`topics` are ids of the settings' topics; what they do not know any more is left out."""
    words = _WORDS[language_of(locale)]
    names = topic_names(settings, locale, topics)
    body = [heading(words["ask"])]
    if names:
        body.append(paragraph(words["by_sms" if channel == "sms" else "by_email"]))
        body.append(Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(n) for n in names)))
    body += [paragraph(words["withdraw"]), one_button(words["button"]), paragraph(words["ignore"])]
    return page(settings, locale, words["title"], body)


def outcome_page(settings: Settings | None, locale: str, outcome: Outcome) -> Page:
    title, more = _OUTCOMES[language_of(locale)][outcome]
    return page(settings, locale, title, (heading(title), said(more) if STATUS[outcome] == 200 else paragraph(more)))
