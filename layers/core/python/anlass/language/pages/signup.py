"""The hosted sign-up page, for shops that have no form of their own, and the page after it.

No box is ticked beforehand. The page after it says the same whether an address was known or not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from anlass.language.pages.confirm import topic_name
from anlass.language.pages.form import Form
from anlass.language.pages.layout import Language, Page, button, heading, language_of, page, paragraph, privacy_link
from anlass.language.settings import Settings

TRAP = "website"  # no person sees this field; who fills it in is a machine
CODE = "code"
_WORDING = "signup-1"  # raise the number when the words of `_agreement` change

_WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "title": "Nachrichten von {brand}",
        "topics": "Was möchten Sie bekommen?",
        "reach": "Wohin dürfen wir schreiben?",
        "email": "E-Mail-Adresse",
        "phone": "Mobilnummer",
        "either": "Eines von beiden genügt.",
        "about": "Über Sie",
        "free": "Freiwillig. Wir nutzen es nur, um Passendes auszuwählen.",
        "first_name": "Vorname",
        "birthday": "Geburtstag",
        "interests": "Interessen",
        "interests_hint": "Mehrere trennen Sie mit Kommas: Espresso, Filterkaffee",
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
        "no_topics": "Bitte wählen Sie mindestens eines aus.",
        "no_email": "Bitte eine gültige E-Mail-Adresse, zum Beispiel anna@example.com",
        "no_phone": "Bitte eine gültige Mobilnummer, am besten mit Ländervorwahl: +49 170 1234567",
        "no_first_name": "Bitte nur den Vornamen.",
        "no_birthday": "Bitte ein Datum, das es gibt.",
        "no_interests": "Bitte höchstens zwanzig kurze Begriffe, mit Kommas getrennt.",
        "sent": "Fast geschafft",
        "sent_email": "Wir haben Ihnen eine E-Mail geschickt. Bitte öffnen Sie den Link darin, um die Anmeldung zu "
        "bestätigen. Keine gefunden? Schauen Sie auch im Spam-Ordner nach.",
        "sent_sms": "Wir haben Ihnen eine SMS mit einem Code geschickt. Bitte geben Sie ihn hier ein.",
        "code": "Code aus der SMS",
        "code_button": "Bestätigen",
        "code_wrong": "Dieser Code stimmt nicht oder gilt nicht mehr. Bitte prüfen Sie ihn.",
    },
    "en": {
        "title": "Messages from {brand}",
        "topics": "What would you like to get?",
        "reach": "Where may we write to?",
        "email": "E-mail address",
        "phone": "Mobile number",
        "either": "One of the two is enough.",
        "about": "About you",
        "free": "Optional. We use it only to choose what suits you.",
        "first_name": "First name",
        "birthday": "Birthday",
        "interests": "Interests",
        "interests_hint": "Separate several by commas: espresso, filter coffee",
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
        "no_topics": "Please choose at least one.",
        "no_email": "Please a valid e-mail address, for example anna@example.com",
        "no_phone": "Please a valid mobile number, best with its country code: +49 170 1234567",
        "no_first_name": "Please the first name alone.",
        "no_birthday": "Please a date that exists.",
        "no_interests": "Please twenty short words at most, separated by commas.",
        "sent": "Almost done",
        "sent_email": "We have sent you an e-mail. Please open the link in it to confirm your subscription. Not there? "
        "Have a look at the spam folder too.",
        "sent_sms": "We have sent you a text message with a code. Please enter it here.",
        "code": "Code from the text message",
        "code_button": "Confirm",
        "code_wrong": "This code is not right, or no longer good. Please check it.",
    },
}
_INPUTS: Mapping[str, Markup] = {
    "email": Markup('type="email" autocomplete="email" maxlength="254"'),
    "phone": Markup('type="tel" autocomplete="tel" maxlength="40"'),
    "first_name": Markup('type="text" autocomplete="given-name" maxlength="80"'),
    "birthday": Markup('type="date" autocomplete="bday" min="1900-01-01"'),
    "interests": Markup('type="text" autocomplete="off" maxlength="400"'),
    CODE: Markup('type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required'),
}

_TRAP = Markup(
    '<div class="trap" aria-hidden="true"><label>{}<input name="{}" tabindex="-1" autocomplete="off"></label></div>'
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that came back: what was typed, and which fields cannot be taken."""

    form: Form
    wrong: Collection[str] = frozenset()
    changed: bool = False  # the text that was agreed to is not the one shown now


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
        problem = words["changed" if filled.changed else "problem"]
        body.append(Markup('<p class="problem" role="alert">{}</p>').format(problem))
    reach = ("email", "phone") if settings.sms else ("email",)
    fields = (
        _topics(settings, locale, words, form, "topics" in wrong),
        _fieldset(words["reach"], words["either"] if settings.sms else "", _fields(reach, words, form, wrong)),
        _fieldset(words["about"], words["free"], _fields(("first_name", "birthday", "interests"), words, form, wrong)),
        _TRAP.format(words["trap"], TRAP),
        Markup('<input type="hidden" name="text_version" value="{}">').format(version),
        Markup('<p class="actions">{}</p>').format(text),
        _privacy(settings, words),
        Markup("<p>{}</p>").format(button(words["button"])),
        Markup('<p class="hint">{}</p>').format(words["then"]),
    )
    body.append(Markup('<form method="post" novalidate>\n{}\n</form>').format(Markup("\n").join(fields)))
    return page(settings, locale, title, body)


def sent_page(settings: Settings, locale: str, *, email: bool, phone: str = "", code_was_wrong: bool = False) -> Page:
    """The same for everybody. `phone`: where a code went to; it comes back with the code."""
    words = _WORDS[language_of(locale)]
    body = [heading(words["sent"])]
    if email:
        body.append(paragraph(words["sent_email"]))
    if phone:
        body.append(paragraph(words["sent_sms"]))
        field = _field(CODE, words, "", words["code_wrong"] if code_was_wrong else "")
        body.append(
            Markup(
                '<form method="post"><input type="hidden" name="phone" value="{}">{}<p class="actions">{}</p></form>'
            ).format(phone, field, button(words["code_button"]))
        )
    return page(settings, locale, words["sent"], body)


def _privacy(settings: Settings, words: Mapping[str, str]) -> Markup:
    """What Art. 13 GDPR wants said where data is asked for: beside the words that are agreed to, not among them."""
    link = privacy_link(settings, words["privacy_link"])
    return Markup('<p class="hint">{}</p>').format(Markup(words["privacy"]).format(link=link)) if link else Markup("")  # noqa: S704 - written here


def _topics(settings: Settings, locale: str, words: Mapping[str, str], form: Form, missing: bool) -> Markup:
    chosen = form.all("topics")
    boxes = Markup("\n").join(
        Markup('<label class="check"><input type="checkbox" name="topics" value="{}"{}><span>{}</span></label>').format(
            id_, Markup(" checked") if id_ in chosen else "", topic_name(settings, locale, id_)
        )
        for id_ in settings.topics
    )
    problem = Markup('<p class="wrong">{}</p>').format(words["no_topics"]) if missing else Markup("")
    return _fieldset(words["topics"], "", boxes + problem)


def _fieldset(title: str, hint: str, inside: Markup) -> Markup:
    told = Markup('<p class="hint">{}</p>\n').format(hint) if hint else Markup("")
    return Markup("<fieldset>\n<legend>{}</legend>\n{}{}\n</fieldset>").format(title, told, inside)


def _fields(names: Collection[str], words: Mapping[str, str], form: Form, wrong: Collection[str]) -> Markup:
    return Markup("\n").join(
        _field(name, words, form.one(name), words[f"no_{name}"] if name in wrong else "") for name in names
    )


def _field(name: str, words: Mapping[str, str], typed: str, problem: str) -> Markup:
    hint = words.get(f"{name}_hint", "")
    described = " ".join(f"{name}-{what}" for what, there in (("hint", hint), ("wrong", problem)) if there)
    return Markup(
        '<div class="field"><label for="{name}">{label}</label>{hint}'
        '<input id="{name}" name="{name}" {kind} value="{typed}"{described}{invalid}>{problem}</div>'
    ).format(
        name=name,
        label=words[name],
        kind=_INPUTS[name],
        hint=Markup('<p class="hint" id="{}-hint">{}</p>').format(name, hint) if hint else "",
        typed=typed,
        described=Markup(' aria-describedby="{}"').format(described) if described else "",
        invalid=Markup(' aria-invalid="true"') if problem else "",
        problem=Markup('<p class="wrong" id="{}-wrong">{}</p>').format(name, problem) if problem else "",
    )
