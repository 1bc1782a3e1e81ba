"""The pages behind the links that let people have what is kept of them, or have it deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from markupsafe import Markup

from anlass.language.pages.fields import hidden
from anlass.language.pages.layout import Page, button, heading, language_of, one_button, page, paragraph, said
from anlass.language.settings import Settings

Wanted = Literal["data", "erasure"]
GOOD_FOR = timedelta(hours=24)
HOURS = GOOD_FOR // timedelta(hours=1)

_WORDS = {
    "de": {
        "data": "Ihre Daten",
        "data_more": "Hier laden Sie alles herunter, was wir über Sie gespeichert haben: eine Datei mit einer lesbaren "
        "Zusammenfassung und dem Ganzen im Format JSON.",
        "data_button": "Meine Daten herunterladen",
        "erasure": "Möchten Sie, dass wir alles über Sie löschen?",
        "erasure_more": "Das lässt sich nicht rückgängig machen. Wir löschen, was hier über Sie gespeichert ist, und "
        "schicken Ihnen nichts mehr. Damit das so bleibt, behalten wir Fingerabdrücke Ihrer Adressen und Kennungen, "
        "die nicht verraten, wer Sie sind, dazu den Nachweis der Löschung und Zahlen ohne Namen. Was in Protokollen "
        "und Sicherungskopien steht, die niemand ändern kann, verfällt nach spätestens 90 Tagen von selbst.",
        "erasure_button": "Ja, alles löschen",
        "erased": "Wir löschen Ihre Daten.",
        "erased_more": "Es dauert einen Augenblick, bis überall alles gelöscht ist. Sie müssen nichts weiter tun.",
        "expired": "Dieser Link ist abgelaufen.",
        "expired_more": f"Er war {HOURS} Stunden gültig. Einen neuen bekommen Sie über die Einstellungen in jeder "
        "unserer E-Mails.",
        "part": "Ihre Daten, Teil {number}",
        "part_more": "Es ist zu viel für eine Datei. Laden Sie die Teile einen nach dem anderen herunter.",
        "part_button": "Teil {number} herunterladen",
        "on_button": "Weiter zu Teil {number}",
        "last": "Das ist der letzte Teil.",
    },
    "en": {
        "data": "Your data",
        "data_more": "Here you can download everything that we have stored about you: a file with a summary that can "
        "be read, and with the whole as JSON.",
        "data_button": "Download my data",
        "erasure": "Would you like us to delete everything about you?",
        "erasure_more": "This cannot be undone. We delete what is stored about you here, and send you nothing any "
        "more. So that it stays like this, we keep fingerprints of your addresses and ids, which do not tell who you "
        "are, the proof of the deletion, and numbers without names. What stands in logs and backups, which nobody can "
        "edit, expires by itself after 90 days at most.",
        "erasure_button": "Yes, delete everything",
        "erased": "We are deleting your data.",
        "erased_more": "It takes a moment until everything is deleted everywhere. There is nothing more to do.",
        "expired": "This link has expired.",
        "expired_more": f"It was good for {HOURS} hours. You get a new one from the settings in every e-mail of ours.",
        "part": "Your data, part {number}",
        "part_more": "It is too much for one file. Please download the parts one after the other.",
        "part_button": "Download part {number}",
        "on_button": "On to part {number}",
        "last": "This is the last part.",
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


def part_page(settings: Settings | None, locale: str, number: int, after: str, following: str | None) -> Page:
    """Where there is too much for one file. `after` and `following`: where this part begins, and the next one."""
    words = _WORDS[language_of(locale)]
    title = words["part"].format(number=number)
    body = [heading(title), paragraph(words["part_more"])]
    body.append(_part("get", number, after, words["part_button"].format(number=number)))
    if following is None:
        body.append(paragraph(words["last"]))
    else:
        body.append(_part("on", number + 1, following, words["on_button"].format(number=number + 1), quiet=True))
    return page(settings, locale, title, body)


def _part(go: str, number: int, after: str, label: str, *, quiet: bool = False) -> Markup:
    named = (hidden("go", go), hidden("part", str(number)), hidden("after", after))
    return Markup('<form method="post">{}{}</form>').format(Markup("").join(named), button(label, quiet=quiet))
