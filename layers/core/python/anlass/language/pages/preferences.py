"""The preference centre: topics by channel, fewer mails, a pause, a few words about oneself, and the ways out.

What is known of the person is not shown but by hints: a mail may be forwarded, and with it the link to this page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markupsafe import Markup

from anlass.language.pages.fields import check, field, fieldset, hidden
from anlass.language.pages.layout import (
    Page,
    button,
    heading,
    language_of,
    one_button,
    page,
    paragraph,
    said,
)
from anlass.language.pages.preferences_words import WORDS
from anlass.language.pages.topics import topic_name
from anlass.language.settings import Settings
from anlass.language.wishes import DETAILS, Action, Choices, Detail, Mistakes, Wishes

_WORDING = "preferences-2"  # raise the number when what is hashed into the name of the words changes


def agreement(settings: Settings, locale: str) -> tuple[str, str]:
    """What is agreed to by saving, and the name of all words that one can agree to here."""
    language = language_of(locale)
    words, imprint = WORDS[language], settings.imprint
    text = words["agree"].format(company=imprint.name, contact=imprint.email)
    topics = (f"{id_}: {topic_name(settings, locale, id_)}" for id_ in settings.topics)
    shown = "\n".join((text, words["tracking"], *topics))
    return text, f"{_WORDING}-{language}-{hashlib.sha256(shown.encode()).hexdigest()[:10]}"


def words_shown(settings: Settings, locale: str, wishes: Wishes) -> dict[str, str]:
    """What somebody read who ticked this, by channel: the proof keeps it, word for word."""
    words, several = WORDS[language_of(locale)], len(wishes.topics) > 1
    shown = {}
    for channel, topics in wishes.topics.items():
        names = [topic_name(settings, locale, id_) for id_ in settings.topics if id_ in topics]
        ticked = [f"{name}: {words[channel]}" if several else name for name in names]
        if channel == "email" and wishes.tracking:
            ticked.append(words["tracking"])
        shown[channel] = "\n".join((*(f"☑ {each}" for each in ticked), agreement(settings, locale)[0]))
    return shown


def preferences_page(
    settings: Settings | None,
    locale: str,
    choices: Choices,
    *,
    done: Action | Literal["unchanged"] | None = None,
    mistakes: Mistakes | None = None,
) -> Page:
    """`done`: what has just been done; `mistakes`: why nothing was."""
    words = WORDS[language_of(locale)]
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
        problem = words["outdated" if mistakes.is_outdated else "wrong"]
        body.append(Markup('<p class="problem" role="alert">{}</p>').format(problem))
    body.append(paragraph(words["intro"] if choices.is_present else words["past"]))
    parts = (
        hidden("action", "save"),
        _topics(settings, locale, words, choices),
        _often(words, choices.at_most_weekly),
        _watching(words, choices.tracking),
        _about(words, choices.known, mistakes) if choices.is_present else Markup(""),
        _agreement(settings, locale) if choices.is_present else Markup(""),
        Markup('<p class="actions">{}</p>').format(button(words["save"])),
    )
    body.append(Markup('<form method="post">\n{}\n</form>').format(Markup("\n").join(parts)))
    body += [_pause(settings, locale, words, choices), _out(words)]
    if choices.is_present:
        body.append(_data(words))
    title = words["title"] if done is None else f"✓ {words['title']}"
    return page(settings, locale, title, body, wide=True)


def _topics(settings: Settings | None, locale: str, words: Mapping[str, str], choices: Choices) -> Markup:
    topics = {name: topic_name(settings, locale, name) for name in settings.topics} if settings else {}
    channels = list(choices.topics)
    rows = (_topic(id_, name, channels, words, choices) for id_, name in topics.items())
    return fieldset(words["topics"], words["none"], *rows)


def _topic(id_: str, name: str, channels: list[str], words: Mapping[str, str], choices: Choices) -> Markup:
    if len(channels) == 1:
        return check(channels[0], id_, name, id_ in choices.topics[channels[0]])
    boxes = Markup("").join(
        check(channel, id_, words.get(channel, channel), id_ in choices.topics[channel]) for channel in channels
    )
    return Markup('<fieldset><legend>{}</legend><div class="ways">{}</div></fieldset>').format(name, boxes)


def _often(words: Mapping[str, str], weekly: bool) -> Markup:
    always = check("often", "any", words["any"], not weekly, "radio")
    return fieldset(words["often"], "", always, check("often", "weekly", words["weekly"], weekly, "radio"))


def _watching(words: Mapping[str, str], tracking: bool | None) -> Markup:
    if tracking is None:
        return Markup("")
    return fieldset(words["watching"], words["watching_more"], check("tracking", "yes", words["tracking"], tracking))


def _about(words: Mapping[str, str], known: Collection[Detail], mistakes: Mistakes | None) -> Markup:
    typed: Mapping[Detail, str] = mistakes.typed if mistakes is not None else {}
    wrong = mistakes.fields if mistakes is not None else ()
    fields = []
    for name in DETAILS:
        hints = [words["known"]] if name in known else []
        hints += [words[f"{name}_hint"]] if f"{name}_hint" in words else []
        problem = words[f"wrong_{name}"] if name in wrong else ""
        fields.append(field(name, words[name], typed.get(name, ""), hint=" ".join(hints), problem=problem))
    return fieldset(words["about"], words["free"], *fields)


def _agreement(settings: Settings | None, locale: str) -> Markup:
    if settings is None:
        return Markup("")
    text, version = agreement(settings, locale)
    return hidden("text_version", version) + Markup('<p class="actions">{}</p>').format(text)


def _section(title: str, *body: Markup) -> Markup:
    return Markup("<section>\n<h2>{}</h2>\n{}\n</section>").format(title, Markup("\n").join(body))


def _pause(settings: Settings | None, locale: str, words: Mapping[str, str], choices: Choices) -> Markup:
    until = choices.paused_until
    if until is None:
        deed = one_button(words["pause_button"], "pause", quiet=True)
        return _section(words["pause"], paragraph(words["pause_more"]), deed)
    told = paragraph(words["paused"].format(day=_day(settings, locale, until)))
    if not choices.is_present:
        return _section(words["pause"], told)
    return _section(words["pause"], told, one_button(words["resume_button"], "resume", quiet=True))


def _day(settings: Settings | None, locale: str, at: datetime) -> str:
    day = at.astimezone(ZoneInfo(settings.timezone)) if settings else at
    return str(format_date(day, "long", locale=language_of(locale)))


def _out(words: Mapping[str, str]) -> Markup:
    deed = one_button(words["withdraw_button"], "withdraw", quiet=True)
    return _section(words["out"], paragraph(words["out_more"]), deed)


def _data(words: Mapping[str, str]) -> Markup:
    deeds = (one_button(words[f"{wanted}_button"], wanted, quiet=True) for wanted in ("data", "erasure"))
    return _section(words["data"], paragraph(words["data_more"]), *deeds)
