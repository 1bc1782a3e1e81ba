"""The preference centre: topics by channel, fewer mails, a pause, a few words about oneself, and the ways out.

What is known of the person is not shown but by hints: a mail may be forwarded, and with it the link to this page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markupsafe import Markup

from anlass.language.pages.confirm import topic_name
from anlass.language.pages.form import Form
from anlass.language.pages.layout import (
    Language,
    Page,
    button,
    heading,
    language_of,
    one_button,
    page,
    paragraph,
    said,
)
from anlass.language.phone_number import check_phone
from anlass.language.settings import Settings

Action = Literal["save", "pause", "resume", "withdraw", "data", "erasure"]
ACTIONS: tuple[Action, ...] = ("save", "pause", "resume", "withdraw", "data", "erasure")
Detail = Literal["birthday", "phone", "interests"]
DETAILS: tuple[Detail, ...] = ("birthday", "phone", "interests")
OLDEST = date(1900, 1, 1)
MOST_INTERESTS, LONGEST_INTEREST = 10, 40
PHONE_COUNTRIES = ("DE", "AT", "CH")  # where the shop sends no SMS, a number is kept all the same
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029<>]")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the page shows. `topics`: by channel that is shown, the topics that may be written about."""

    topics: Mapping[str, frozenset[str]]
    at_most_weekly: bool = False
    paused_until: datetime | None = None
    known: frozenset[Detail] = frozenset()  # what was told already
    tracking: bool | None = None  # whether somebody may look who opens and clicks; None: the shop does not
    is_present: bool = True  # the link came to the address that they have now


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody chose: topics by channel that was shown to them, and what they told of themselves."""

    topics: Mapping[str, frozenset[str]]
    at_most_weekly: bool
    details: Mapping[Detail, str | tuple[str, ...]] = field(default_factory=dict)
    tracking: bool = False


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What cannot be taken, by field, what was typed, and what was chosen beside it: the page shows all of it again."""

    fields: frozenset[Detail]
    typed: Mapping[Detail, str]
    topics: Mapping[str, frozenset[str]] = field(default_factory=dict)
    at_most_weekly: bool = False
    tracking: bool = False


def wishes_of(form: Form, shown: Collection[str], settings: Settings, locale: str, today: date) -> Wishes | Mistakes:
    """`shown`: the channels that this person may choose for. Topics that there are not are left out."""
    weekly, tracking = form.one("often") == "weekly", form.one("tracking") == "yes"
    topics = {channel: frozenset(form.all(channel)) & settings.topics.keys() for channel in shown}
    typed: dict[Detail, str] = {name: form.one(name) for name in DETAILS if form.one(name)}
    details: dict[Detail, str | tuple[str, ...]] = {}
    wrong: set[Detail] = set()
    for name, text in typed.items():
        try:
            details[name] = _read(name, text, settings, locale, today)
        except ValueError:
            wrong.add(name)
    if wrong:
        return Mistakes(frozenset(wrong), typed, topics, weekly, tracking)
    return Wishes(topics, weekly, details, tracking)


def _read(name: Detail, text: str, settings: Settings, locale: str, today: date) -> str | tuple[str, ...]:
    """Raises ValueError."""
    if name == "birthday":
        day = date.fromisoformat(text)
        if not OLDEST <= day <= today:
            raise ValueError("nobody was born then")
        return day.isoformat()
    if name == "phone":
        countries = settings.sms.countries if settings.sms else PHONE_COUNTRIES
        return check_phone(text, countries, locale)
    interests = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    if len(interests) > MOST_INTERESTS or any(
        len(each) > LONGEST_INTEREST or _UNPRINTABLE.search(each) for each in interests
    ):
        raise ValueError("too much")
    return interests


_WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "title": "Ihre Einstellungen",
        "intro": "Bestimmen Sie selbst, was Sie von uns bekommen.",
        "topics": "Was möchten Sie bekommen?",
        "none": "Nachrichten zu Ihren Bestellungen bekommen Sie in jedem Fall.",
        "email": "E-Mail",
        "sms": "SMS",
        "often": "Wie oft?",
        "any": "Wann immer es etwas gibt",
        "weekly": "Höchstens eine Nachricht pro Woche",
        "watching": "Was wir messen",
        "watching_more": "Freiwillig, und ohne Ihr Ja sehen wir es nicht.",
        "tracking": "Sie dürfen sehen, ob ich Ihre E-Mails öffne und welche Links ich anklicke.",
        "about": "Über Sie",
        "free": "Freiwillig. Wir nutzen es nur, um Passendes auszuwählen.",
        "birthday": "Geburtstag",
        "phone": "Mobilnummer",
        "interests": "Interessen",
        "interests_hint": "Mehrere trennen Sie mit Kommas: Espresso, Filterkaffee",
        "phone_hint": "SMS schicken wir Ihnen erst, wenn Sie dem eigens zustimmen.",
        "known": "Ist uns bekannt. Was Sie hier eintragen, gilt stattdessen.",
        "save": "Speichern",
        "pause": "Pause",
        "pause_more": "Möchten Sie eine Weile nichts hören? Nach 30 Tagen geht es von selbst weiter.",
        "pause_button": "30 Tage Pause",
        "paused": "Bis zum {day} schicken wir Ihnen keine Werbung.",
        "resume_button": "Pause beenden",
        "out": "Alles abbestellen",
        "out_more": "Keine Werbung mehr, auf keinem Weg.",
        "withdraw_button": "Alles abbestellen",
        "data": "Ihre Daten",
        "data_more": "Sie bekommen von uns eine E-Mail mit einem Link, der 24 Stunden gilt. So kommt nur heran, wer "
        "Ihre E-Mails liest.",
        "data_button": "Meine Daten herunterladen",
        "erasure_button": "Meine Daten löschen",
        "past": "Dieser Link kam an eine frühere E-Mail-Adresse. Abwählen können Sie hier alles; dazuwählen und "
        "ergänzen können Sie über den Link in einer neueren E-Mail.",
        "saved": "Gespeichert. Danke!",
        "unchanged": "Es bleibt alles, wie es ist.",
        "did_pause": "Gut, wir machen Pause.",
        "did_resume": "Die Pause ist beendet.",
        "did_withdraw": "Sie sind abgemeldet. Wir schicken Ihnen keine Werbung mehr.",
        "did_data": "Die E-Mail mit dem Link ist unterwegs zu Ihnen.{reach}",
        "did_erasure": "Die E-Mail, mit der Sie das Löschen bestätigen, ist unterwegs zu Ihnen.{reach}",
        "reach": " Kommt keine an, schreiben Sie uns an {address}.",
        "wrong": "Das konnten wir nicht übernehmen. Bitte prüfen Sie die markierten Felder; gespeichert ist noch "
        "nichts.",
        "wrong_birthday": "Bitte ein Datum, das es gibt und das nicht in der Zukunft liegt.",
        "wrong_phone": "Bitte eine gültige Mobilnummer, am besten mit Ländervorwahl: +49 170 1234567",
        "wrong_interests": "Bitte höchstens zehn kurze Begriffe, mit Kommas getrennt.",
    },
    "en": {
        "title": "Your settings",
        "intro": "You decide what you get from us.",
        "topics": "What would you like to get?",
        "none": "You get messages about your orders in any case.",
        "email": "E-mail",
        "sms": "Text message",
        "often": "How often?",
        "any": "Whenever there is something",
        "weekly": "At most one message a week",
        "watching": "What we measure",
        "watching_more": "Optional, and without your yes we do not see it.",
        "tracking": "You may see whether I open your e-mails and which links I click.",
        "about": "About you",
        "free": "Optional. We use it only to choose what suits you.",
        "birthday": "Birthday",
        "phone": "Mobile number",
        "interests": "Interests",
        "interests_hint": "Separate several by commas: espresso, filter coffee",
        "phone_hint": "We send text messages only if you agree to them separately.",
        "known": "We know it. What you enter here takes its place.",
        "save": "Save",
        "pause": "Take a break",
        "pause_more": "Would you like to hear nothing for a while? After 30 days we go on by ourselves.",
        "pause_button": "30 days' break",
        "paused": "We send you no advertising until {day}.",
        "resume_button": "End the break",
        "out": "Unsubscribe from everything",
        "out_more": "No more advertising, in any way.",
        "withdraw_button": "Unsubscribe from everything",
        "data": "Your data",
        "data_more": "We send you an e-mail with a link that is good for 24 hours. So nobody gets at it but who reads "
        "your e-mails.",
        "data_button": "Download my data",
        "erasure_button": "Delete my data",
        "past": "This link came to an earlier e-mail address. You can deselect everything here; to select or add "
        "anything use the link in a newer e-mail.",
        "saved": "Saved. Thank you!",
        "unchanged": "Everything stays as it is.",
        "did_pause": "Good, we take a break.",
        "did_resume": "The break is over.",
        "did_withdraw": "You are unsubscribed. We send you no more advertising.",
        "did_data": "The e-mail with the link is on its way to you.{reach}",
        "did_erasure": "The e-mail with which you confirm the deletion is on its way to you.{reach}",
        "reach": " If none arrives, write to us at {address}.",
        "wrong": "We could not take that over. Please check the marked fields; nothing has been saved yet.",
        "wrong_birthday": "Please a date that exists and does not lie in the future.",
        "wrong_phone": "Please a valid mobile number, best with its country code: +49 170 1234567",
        "wrong_interests": "Please ten short words at most, separated by commas.",
    },
}


def preferences_page(
    settings: Settings | None,
    locale: str,
    choices: Choices,
    *,
    done: Action | Literal["unchanged"] | None = None,
    mistakes: Mistakes | None = None,
) -> Page:
    """`done`: what has just been done; `mistakes`: why nothing was."""
    words = _WORDS[language_of(locale)]
    if mistakes is not None:
        topics = {channel: mistakes.topics.get(channel, are) for channel, are in choices.topics.items()}
        tracking = None if choices.tracking is None else mistakes.tracking
        choices = replace(choices, topics=topics, at_most_weekly=mistakes.at_most_weekly, tracking=tracking)
    body = [heading(words["title"])]
    if done is not None:
        told = words["saved" if done == "save" else done if done == "unchanged" else f"did_{done}"]
        reach = words["reach"].format(address=settings.imprint.email) if settings is not None else ""
        body.append(said(told.replace("{reach}", reach)))
    if mistakes is not None:
        body.append(Markup('<p class="problem" role="alert">{}</p>').format(words["wrong"]))
    body.append(paragraph(words["intro"] if choices.is_present else words["past"]))
    body.append(
        Markup('<form method="post">\n<input type="hidden" name="action" value="save">\n{}\n</form>').format(
            Markup("\n").join(
                (
                    _topics(settings, locale, words, choices),
                    _often(words, choices.at_most_weekly),
                    _watching(words, choices.tracking),
                    _about(words, choices.known, mistakes) if choices.is_present else Markup(""),
                    Markup('<p class="actions">{}</p>').format(button(words["save"])),
                )
            )
        )
    )
    body += [_pause(settings, locale, words, choices.paused_until), _out(words), _data(words)]
    title = words["title"] if done is None else f"✓ {words['title']}"
    return page(settings, locale, title, body, wide=True)


def _topics(settings: Settings | None, locale: str, words: Mapping[str, str], choices: Choices) -> Markup:
    topics = {name: topic_name(settings, locale, name) for name in settings.topics} if settings else {}
    channels = list(choices.topics)
    rows = Markup("\n").join(_topic(id_, name, channels, words, choices) for id_, name in topics.items())
    return Markup('<fieldset>\n<legend>{}</legend>\n<p class="hint">{}</p>\n{}\n</fieldset>').format(
        words["topics"], words["none"], rows
    )


def _topic(id_: str, name: str, channels: list[str], words: Mapping[str, str], choices: Choices) -> Markup:
    if len(channels) == 1:
        return _check(channels[0], id_, name, id_ in choices.topics[channels[0]])
    boxes = Markup("").join(
        _check(channel, id_, words.get(channel, channel), id_ in choices.topics[channel]) for channel in channels
    )
    return Markup('<fieldset><legend>{}</legend><div class="ways">{}</div></fieldset>').format(name, boxes)


def _check(name: str, value: str, label: str, checked: bool, kind: str = "checkbox") -> Markup:
    return Markup('<label class="check"><input type="{}" name="{}" value="{}"{}><span>{}</span></label>').format(
        kind, name, value, Markup(" checked") if checked else "", label
    )


def _often(words: Mapping[str, str], weekly: bool) -> Markup:
    return Markup("<fieldset>\n<legend>{}</legend>\n{}\n{}\n</fieldset>").format(
        words["often"],
        _check("often", "any", words["any"], not weekly, "radio"),
        _check("often", "weekly", words["weekly"], weekly, "radio"),
    )


def _watching(words: Mapping[str, str], tracking: bool | None) -> Markup:
    if tracking is None:
        return Markup("")
    return Markup('<fieldset>\n<legend>{}</legend>\n<p class="hint">{}</p>\n{}\n</fieldset>').format(
        words["watching"], words["watching_more"], _check("tracking", "yes", words["tracking"], tracking)
    )


_INPUTS: Mapping[Detail, Markup] = {
    "birthday": Markup('type="date" autocomplete="bday" min="1900-01-01"'),
    "phone": Markup('type="tel" autocomplete="tel" maxlength="40"'),
    "interests": Markup('type="text" autocomplete="off" maxlength="400"'),
}


def _about(words: Mapping[str, str], known: Collection[Detail], mistakes: Mistakes | None) -> Markup:
    fields = Markup("\n").join(_detail(name, words, name in known, mistakes) for name in DETAILS)
    return Markup('<fieldset>\n<legend>{}</legend>\n<p class="hint">{}</p>\n{}\n</fieldset>').format(
        words["about"], words["free"], fields
    )


def _detail(name: Detail, words: Mapping[str, str], known: bool, mistakes: Mistakes | None) -> Markup:
    hints = [words["known"]] if known else []
    if f"{name}_hint" in words:
        hints.append(words[f"{name}_hint"])
    wrong = mistakes is not None and name in mistakes.fields
    described = [f"{name}-hint"] if hints else []
    described += [f"{name}-wrong"] if wrong else []
    return Markup(
        '<div class="field"><label for="{name}">{label}</label>{hint}'
        '<input id="{name}" name="{name}" {kind}{value}{described}{invalid}>{wrong}</div>'
    ).format(
        name=name,
        label=words[name],
        kind=_INPUTS[name],
        hint=Markup('<p class="hint" id="{}-hint">{}</p>').format(name, " ".join(hints)) if hints else "",
        value=Markup(' value="{}"').format(mistakes.typed.get(name, "")) if mistakes else "",
        described=Markup(' aria-describedby="{}"').format(" ".join(described)) if described else "",
        invalid=Markup(' aria-invalid="true"') if wrong else "",
        wrong=Markup('<p class="wrong" id="{}-wrong">{}</p>').format(name, words[f"wrong_{name}"]) if wrong else "",
    )


def _section(title: str, *body: Markup) -> Markup:
    return Markup("<section>\n<h2>{}</h2>\n{}\n</section>").format(title, Markup("\n").join(body))


def _pause(settings: Settings | None, locale: str, words: Mapping[str, str], until: datetime | None) -> Markup:
    if until is None:
        more, deed = words["pause_more"], one_button(words["pause_button"], "pause", quiet=True)
    else:
        day = until.astimezone(ZoneInfo(settings.timezone)) if settings else until
        more = words["paused"].format(day=format_date(day, "long", locale=language_of(locale)))
        deed = one_button(words["resume_button"], "resume", quiet=True)
    return _section(words["pause"], paragraph(more), deed)


def _out(words: Mapping[str, str]) -> Markup:
    deed = one_button(words["withdraw_button"], "withdraw", quiet=True)
    return _section(words["out"], paragraph(words["out_more"]), deed)


def _data(words: Mapping[str, str]) -> Markup:
    deeds = (one_button(words[f"{wanted}_button"], wanted, quiet=True) for wanted in ("data", "erasure"))
    return _section(words["data"], paragraph(words["data_more"]), *deeds)
