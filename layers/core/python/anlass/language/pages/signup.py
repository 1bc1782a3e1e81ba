"""The hosted sign-up page, for shops that have no form of their own, and the page after it.

No box is ticked beforehand. The page after it says the same whether an address was known or not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from anlass.language.pages import fields
from anlass.language.pages.fields import CODE, check, field, fieldset, hidden
from anlass.language.pages.form import Form
from anlass.language.pages.layout import (
    Language,
    Page,
    button,
    heading,
    language_of,
    page,
    paragraph,
    privacy_link,
    said,
)
from anlass.language.pages.topics import topic_name
from anlass.language.settings import Settings

TRAP = "website"  # no person sees this field; who fills it in is a machine
_WORDING = "signup-1"  # raise the number when the words of `_agreement` change

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "de": {
        **fields.WORDS["de"],
        "title": "Nachrichten von {brand}",
        "topics": "Was möchten Sie bekommen?",
        "reach": "Wohin dürfen wir schreiben?",
        "email": "E-Mail-Adresse",
        "either": "Eines von beiden genügt.",
        "first_name": "Vorname",
        "button": "Anmelden",
        "agree": "Mit dem Klick auf „Anmelden“ willige ich ein, dass {company} mir die oben gewählten Nachrichten "
        "{ways} schickt. Dafür werden meine Angaben gespeichert. Ich kann jederzeit Nein sagen, über den Link in "
        "jeder E-Mail oder an {contact}.",
        "by_email": "per E-Mail",
        "by_either": "per E-Mail oder SMS, je nachdem, was ich angebe,",
        "then": "Danach bekommen Sie eine Nachricht, in der Sie die Anmeldung bestätigen. Erst dann sind Sie dabei.",
        "privacy": "Wie wir mit Ihren Daten umgehen, steht in unserer {link}.",
        "privacy_link": "Datenschutzerklärung",
        "trap": "Bitte leer lassen",
        "problem": "Bitte prüfen Sie die markierten Felder; abgeschickt ist noch nichts.",
        "changed": "Der Text hat sich gerade geändert. Bitte lesen Sie ihn noch einmal und melden Sie sich dann an.",
        "elsewhere": "Fast geschafft: Bitte lesen Sie noch, worin Sie einwilligen, und schicken Sie die Anmeldung dann "
        "ab.",
        "wrong_topics": "Bitte wählen Sie mindestens eines aus.",
        "wrong_email": "Bitte eine gültige E-Mail-Adresse, zum Beispiel anna@example.com",
        "sent": "Fast geschafft",
        "sent_email": "Wir haben Ihnen eine E-Mail geschickt. Bitte öffnen Sie den Link darin, um die Anmeldung zu "
        "bestätigen. Keine gefunden? Schauen Sie auch im Spam-Ordner nach.",
        "sent_sms": "Wir haben Ihnen eine SMS mit einem Code geschickt. Bitte geben Sie ihn hier ein.",
        "code": "Code aus der SMS",
        "code_button": "Bestätigen",
        "code_wrong": "Dieser Code stimmt nicht oder gilt nicht mehr. Bitte prüfen Sie ihn.",
    },
    "en": {
        **fields.WORDS["en"],
        "title": "Messages from {brand}",
        "topics": "What would you like to get?",
        "reach": "Where may we write to?",
        "email": "E-mail address",
        "either": "One of the two is enough.",
        "first_name": "First name",
        "button": "Subscribe",
        "agree": "By clicking on “Subscribe” I agree that {company} sends me the messages chosen above {ways}. My "
        "details are stored for this. I can say no at any time, by the link in every e-mail or to {contact}.",
        "by_email": "by e-mail",
        "by_either": "by e-mail or text message, depending on what I enter",
        "then": "You will then get a message in which you confirm your subscription. Only then are you in.",
        "privacy": "How we treat your data is told in our {link}.",
        "privacy_link": "privacy notice",
        "trap": "Please leave empty",
        "problem": "Please check the marked fields; nothing has been sent yet.",
        "changed": "The text has just changed. Please read it once more, and then subscribe.",
        "elsewhere": "Almost there: please read what you agree to, and then send your subscription.",
        "wrong_topics": "Please choose at least one.",
        "wrong_email": "Please a valid e-mail address, for example anna@example.com",
        "sent": "Almost done",
        "sent_email": "We have sent you an e-mail. Please open the link in it to confirm your subscription. Not there? "
        "Have a look at the spam folder too.",
        "sent_sms": "We have sent you a text message with a code. Please enter it here.",
        "code": "Code from the text message",
        "code_button": "Confirm",
        "code_wrong": "This code is not right, or no longer good. Please check it.",
    },
}

_TRAP = Markup(
    '<div class="trap" aria-hidden="true"><label>{}<input name="{}" tabindex="-1" autocomplete="off"></label></div>'
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that came back: what was typed, and which fields cannot be taken.

    `asks`: why it has to be sent once more though nothing is wrong. The text that was agreed to is not the one shown
    now; or it comes from a form of the shop's own, whose words are not these.
    """

    form: Form
    wrong: Collection[str] = frozenset()
    asks: Literal["changed", "elsewhere"] | None = None


def words_shown(settings: Settings, locale: str, topics: Iterable[str]) -> str:
    """What somebody read who ticked these topics: the proof keeps it, word for word."""
    chosen = (topic_name(settings, locale, id_) for id_ in topics if id_ in settings.topics)
    return "\n".join((*(f"☑ {name}" for name in chosen), agreement(settings, locale)[0]))


def agreement(settings: Settings, locale: str) -> tuple[str, str]:
    """What is agreed to, and the name of exactly these words: the same words have the same name."""
    language = language_of(locale)
    words, imprint = _WORDS[language], settings.imprint
    ways = words["by_either" if settings.sms else "by_email"]
    text = words["agree"].format(company=imprint.name, ways=ways, contact=imprint.email)
    shown = "\n".join((text, *(f"{id_}: {topic_name(settings, locale, id_)}" for id_ in settings.topics)))
    return text, f"{_WORDING}-{language}-{hashlib.sha256(shown.encode()).hexdigest()[:10]}"


def signup_page(settings: Settings, locale: str, filled: Filled | None = None) -> Page:
    words = _WORDS[language_of(locale)]
    form, wrong = (filled.form, filled.wrong) if filled else (Form(), frozenset())
    text, version = agreement(settings, locale)
    title = words["title"].format(brand=settings.brand)
    body = [heading(title)]
    if filled is not None:
        problem = Markup('<p class="problem" role="alert">{}</p>').format(words[filled.asks or "problem"])
        body.append(said(words["elsewhere"]) if filled.asks == "elsewhere" else problem)
    reach = ("email", "phone") if settings.sms else ("email",)
    parts = (
        _topics(settings, locale, words, form, "topics" in wrong),
        fieldset(words["reach"], words["either"] if settings.sms else "", *_fields(reach, words, form, wrong)),
        fieldset(words["about"], words["free"], *_fields(("first_name", "birthday", "interests"), words, form, wrong)),
        _TRAP.format(words["trap"], TRAP),
        hidden("text_version", version),
        Markup('<p class="actions">{}</p>').format(text),
        _privacy(settings, words),
        Markup("<p>{}</p>").format(button(words["button"])),
        Markup('<p class="hint">{}</p>').format(words["then"]),
    )
    body.append(Markup('<form method="post" novalidate>\n{}\n</form>').format(Markup("\n").join(parts)))
    return page(settings, locale, title, body)


def sent_page(settings: Settings, locale: str, *, email: bool, phone: str = "", code_was_wrong: bool = False) -> Page:
    """The same for everybody. `phone`: where a code went to; it comes back with the code."""
    words = _WORDS[language_of(locale)]
    body = [heading(words["sent"])]
    if email:
        body.append(paragraph(words["sent_email"]))
    if phone:
        body.append(paragraph(words["sent_sms"]))
        typed = field(CODE, words["code"], problem=words["code_wrong"] if code_was_wrong else "")
        sent = Markup('<form method="post">{}{}<p class="actions">{}</p></form>')
        body.append(sent.format(hidden("phone", phone), typed, button(words["code_button"])))
    return page(settings, locale, words["sent"], body)


def _privacy(settings: Settings, words: Mapping[str, str]) -> Markup:
    """What Art. 13 GDPR wants said where data is asked for: beside the words that are agreed to, not among them."""
    link = privacy_link(settings, words["privacy_link"])
    return Markup('<p class="hint">{}</p>').format(Markup(words["privacy"]).format(link=link)) if link else Markup("")  # noqa: S704 - written here


def _topics(settings: Settings, locale: str, words: Mapping[str, str], form: Form, missing: bool) -> Markup:
    chosen = form.all("topics")
    boxes = [check("topics", id_, topic_name(settings, locale, id_), id_ in chosen) for id_ in settings.topics]
    problem = [Markup('<p class="wrong">{}</p>').format(words["wrong_topics"])] if missing else []
    return fieldset(words["topics"], "", *boxes, *problem)


def _fields(names: Collection[str], words: Mapping[str, str], form: Form, wrong: Collection[str]) -> Iterable[Markup]:
    for name in names:
        problem = words[f"wrong_{name}"] if name in wrong else ""
        yield field(name, words[name], form.one(name), hint=words.get(f"{name}_hint", ""), problem=problem)
