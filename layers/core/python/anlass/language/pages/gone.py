"""What is said where a page cannot be shown or a form cannot be read. Always what to do about it, too."""

from __future__ import annotations

from typing import Literal

from anlass.language.pages.layout import Page, heading, language_of, page, paragraph
from anlass.language.settings import Settings

Problem = Literal["unknown", "unreadable", "too_large", "not_allowed", "later"]
STATUS: dict[Problem, int] = {"unknown": 404, "unreadable": 400, "too_large": 413, "not_allowed": 405, "later": 503}

_WORDS: dict[str, dict[Problem, tuple[str, str]]] = {
    "de": {
        "unknown": (
            "Diesen Link kennen wir nicht.",
            "Vielleicht wurde er beim Kopieren gekürzt, oder die Nachricht ist sehr alt. Bitte öffnen Sie ihn direkt "
            "aus der E-Mail, oder antworten Sie einfach auf sie.",
        ),
        "unreadable": (
            "Das konnten wir nicht lesen.",
            "Bitte gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
        ),
        "too_large": ("Das ist zu viel auf einmal.", "Bitte gehen Sie zurück und fassen Sie sich kürzer."),
        "not_allowed": ("Das geht auf dieser Seite nicht.", "Bitte öffnen Sie den Link direkt aus der E-Mail."),
        "later": (
            "Das hat gerade nicht geklappt.",
            "Es ist nichts verloren. Bitte versuchen Sie es in einer Minute noch einmal.",
        ),
    },
    "en": {
        "unknown": (
            "We do not know this link.",
            "Perhaps it was cut off when it was copied, or the message is very old. Please open it straight from the "
            "e-mail, or just answer that e-mail.",
        ),
        "unreadable": ("We could not read that.", "Please go back, load the page again and try once more."),
        "too_large": ("That is too much at once.", "Please go back and make it shorter."),
        "not_allowed": ("This page cannot do that.", "Please open the link straight from the e-mail."),
        "later": ("That did not work just now.", "Nothing is lost. Please try again in a minute."),
    },
}


def problem_page(settings: Settings | None, locale: str, problem: Problem) -> Page:
    title, remedy = _WORDS[language_of(locale)][problem]
    return page(settings, locale, title, (heading(title), paragraph(remedy)))


_PAST: dict[str, tuple[str, str, str]] = {
    "de": (
        "Dieser Link kam an eine frühere E-Mail-Adresse.",
        "Er gilt nicht mehr, denn jemand anderes könnte sie inzwischen lesen. Bitte nehmen Sie einen Link aus einer "
        "neueren unserer E-Mails{reach}.",
        ", oder schreiben Sie uns an {address}",
    ),
    "en": (
        "This link came to an earlier e-mail address.",
        "It is no longer good, for somebody else might read that address by now. Please take a link from a newer "
        "e-mail of ours{reach}.",
        ", or write to us at {address}",
    ),
}


def past_page(settings: Settings | None, locale: str) -> Page:
    """Somebody else may read the address that the link came to."""
    title, more, reach = _PAST[language_of(locale)]
    reach = reach.format(address=settings.imprint.email) if settings is not None else ""
    return page(settings, locale, title, (heading(title), paragraph(more.format(reach=reach))))
