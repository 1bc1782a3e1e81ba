"""The pages behind the links that let people have what is kept of them, or have it deleted."""

from __future__ import annotations

from typing import Literal

from anlass.language.pages.layout import Page, heading, language_of, one_button, page, paragraph, said
from anlass.language.settings import Settings

Wanted = Literal["data", "erasure"]

_WORDS = {
    "de": {
        "data": "Ihre Daten",
        "data_more": "Hier laden Sie alles herunter, was wir über Sie gespeichert haben: eine Datei mit einer lesbaren "
        "Zusammenfassung und dem Ganzen im Format JSON.",
        "data_button": "Meine Daten herunterladen",
        "erasure": "Möchten Sie, dass wir alles über Sie löschen?",
        "erasure_more": "Das lässt sich nicht rückgängig machen. Wir löschen, was hier über Sie gespeichert ist, und "
        "schicken Ihnen nichts mehr. Damit das so bleibt, behalten wir nur einen Fingerabdruck Ihrer Adresse, der "
        "nichts über Sie verrät.",
        "erasure_button": "Ja, alles löschen",
        "erased": "Wir löschen Ihre Daten.",
        "erased_more": "Es dauert einen Augenblick, bis überall alles gelöscht ist. Sie müssen nichts weiter tun.",
        "expired": "Dieser Link ist abgelaufen.",
        "expired_more": "Er war 24 Stunden gültig. Einen neuen bekommen Sie über die Einstellungen in jeder unserer "
        "E-Mails.",
    },
    "en": {
        "data": "Your data",
        "data_more": "Here you can download everything that we have stored about you: a file with a summary that can "
        "be read, and with the whole as JSON.",
        "data_button": "Download my data",
        "erasure": "Would you like us to delete everything about you?",
        "erasure_more": "This cannot be undone. We delete what is stored about you here, and send you nothing any "
        "more. So that it stays like this, we keep only a fingerprint of your address, which says nothing about you.",
        "erasure_button": "Yes, delete everything",
        "erased": "We are deleting your data.",
        "erased_more": "It takes a moment until everything is deleted everywhere. There is nothing more to do.",
        "expired": "This link has expired.",
        "expired_more": "It was good for 24 hours. You get a new one from the settings in every e-mail of ours.",
    },
}


def ask_page(settings: Settings | None, locale: str, wanted: Wanted) -> Page:
    words = _WORDS[language_of(locale)]
    deed = one_button(words[f"{wanted}_button"])
    return page(settings, locale, words[wanted], (heading(words[wanted]), paragraph(words[f"{wanted}_more"]), deed))


def erasing_page(settings: Settings | None, locale: str) -> Page:
    words = _WORDS[language_of(locale)]
    return page(settings, locale, words["erased"], (heading(words["erased"]), said(words["erased_more"])))


def expired_page(settings: Settings | None, locale: str) -> Page:
    words = _WORDS[language_of(locale)]
    return page(settings, locale, words["expired"], (heading(words["expired"]), paragraph(words["expired_more"])))
