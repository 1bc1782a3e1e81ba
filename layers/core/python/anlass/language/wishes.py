"""What somebody may choose in the preference centre, and what the form that comes back says of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from anlass.language import details
from anlass.language.pages.form import Form
from anlass.language.phone_number import check_phone
from anlass.language.settings import Settings

Action = Literal["save", "pause", "resume", "withdraw", "data", "erasure"]
ACTIONS: tuple[Action, ...] = get_args(Action)
Detail = Literal["birthday", "phone", "interests"]
DETAILS: tuple[Detail, ...] = get_args(Detail)
PAUSE = timedelta(days=30)
PHONE_COUNTRIES = ("DE", "AT", "CH")  # where the shop sends no SMS, a number is kept all the same


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

    def only_less(self, before: Choices) -> Wishes:
        """What of it is no more than what holds already."""
        topics = {channel: self.topics.get(channel, are) & are for channel, are in before.topics.items()}
        weekly = self.at_most_weekly or before.at_most_weekly
        return Wishes(topics, weekly, tracking=self.tracking and bool(before.tracking))


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What cannot be taken, by field, what was typed, and what was chosen beside it: the page shows all of it again."""

    fields: frozenset[Detail]
    typed: Mapping[Detail, str]
    topics: Mapping[str, frozenset[str]] = field(default_factory=dict)
    at_most_weekly: bool = False
    tracking: bool = False
    is_outdated: bool = False  # what was agreed to is not what the page says now


def wishes_of(form: Form, shown: Collection[str], settings: Settings, locale: str, today: date) -> Wishes | Mistakes:
    """`shown`: the channels that this person may choose for. Topics that there are not are left out."""
    weekly, tracking = form.one("often") == "weekly", form.one("tracking") == "yes"
    topics = {channel: frozenset(form.all(channel)) & settings.topics.keys() for channel in shown}
    typed: dict[Detail, str] = {name: form.one(name) for name in DETAILS if form.one(name)}
    told: dict[Detail, str | tuple[str, ...]] = {}
    wrong: set[Detail] = set()
    for name, text in typed.items():
        try:
            told[name] = _read(name, text, settings, locale, today)
        except ValueError:
            wrong.add(name)
    if wrong:
        return Mistakes(frozenset(wrong), typed, topics, weekly, tracking)
    return Wishes(topics, weekly, told, tracking)


def _read(name: Detail, text: str, settings: Settings, locale: str, today: date) -> str | tuple[str, ...]:
    """Raises ValueError."""
    match name:
        case "birthday":
            return details.birthday(text, today)
        case "phone":
            return check_phone(text, settings.sms.countries if settings.sms else PHONE_COUNTRIES, locale)
        case "interests":
            return details.interests(text)
