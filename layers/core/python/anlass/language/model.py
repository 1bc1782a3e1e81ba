"""What the models of content files share: closed objects, and the words that occur in many of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from anlass.domain.comparing import as_time
from anlass.domain.duration import parse_duration
from anlass.language.json_slips import hidden_sign
from anlass.language.times_meant import clock_meant, duration_meant

# Unions are told apart by the key that is there. Pydantic puts the chosen tag into the place of an error; tags
# start with a sign that no key of the language starts with, so that they can be taken out again.
TAG = "§"
_ID = r"^[a-z0-9]([a-z0-9_-]{0,38}[a-z0-9])?$"
_EARLIER = ("before", "earlier", "ahead", "prior", "ago", "vorher", "davor")
_SIDE = re.compile(rf"(.{{1,40}})\s+({'|'.join(_EARLIER)}|after|later|danach|nachher)", re.IGNORECASE)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class Model(BaseModel):
    """Unknown keys are mistakes, and a number in quotes is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def tagged(tag: str) -> Tag:
    return Tag(TAG + tag)


def by_key(what: str, keys: Sequence[str], example: str) -> Discriminator:
    """Chooses a member of a union by the first of `keys` that an object has. `what` it is, and an example of it."""

    def pick(value: Any) -> str | None:
        if isinstance(value, Mapping):
            return next((TAG + key for key in keys if key in value), None)
        return None

    return _told_apart(pick, "no_form", {"what": what, "known": ",".join(keys), "example": example})


def by_word(what: str, key: str, words: Sequence[str], example: str) -> Discriminator:
    """Chooses a member of a union by the word that an object has at `key`."""

    def pick(value: Any) -> str | None:
        word = value.get(key) if isinstance(value, Mapping) else None
        return f"{TAG}{word}" if isinstance(word, str) and word in words else None

    return _told_apart(pick, "no_form", {"what": what, "known": ",".join(words), "example": example, "key": key})


def by_type(what: str, example: str, **tags: type) -> Discriminator:
    """Chooses a member of a union by the value's JSON type: `by_type("match", "…", one=str, each=dict)`."""

    def pick(value: Any) -> str | None:
        return next((TAG + tag for tag, type_ in tags.items() if isinstance(value, type_)), None)

    return _told_apart(pick, "no_type", {"what": what, "example": example})


class _Context(dict[str, str | int | float]):
    """What an error says of its union. Unions are compared by hash, and a dict has none."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


def _told_apart(pick: Callable[[Any], str | None], error: str, context: dict[str, str | int | float]) -> Discriminator:
    return Discriminator(
        pick, custom_error_type=error, custom_error_message=str(context["what"]), custom_error_context=_Context(context)
    )


def mistake(code: str, message: str, remedy: str, at: Sequence[str | int] = ()) -> PydanticCustomError:
    """To be raised by a validator: already in words that its author understands. `at`: where in what it looks at."""
    return PydanticCustomError(  # braces in the words are no placeholders
        "mistake", "{message}", {"code": code, "message": message, "remedy": remedy, "at": tuple(at)}
    )


def plainly(name: str) -> str:
    """A name without signs that nobody can see."""
    hidden = hidden_sign(name)
    if hidden is not None:
        raise mistake("json.text", *hidden)
    return name


def positive(words: str) -> str:
    """A duration to wait, checked."""
    found = parse(words)
    if words[0] in "+-":
        raise mistake("duration", f'"{words}" has a sign; only an offset has one.', f'Write "{words[1:]}".')
    if found <= timedelta(0):
        raise mistake("duration", f'"{words}" is no time to wait.', 'Write at least "1 minute".')
    return words


def parse(words: str) -> timedelta:
    """A duration with or without a sign, or the mistake in it."""
    if words != words.strip():
        raise mistake("duration", f'"{words}" has a space too many.', f'Write "{words.strip()}".')
    plainly(words)
    try:
        return parse_duration(words)
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        raise mistake("duration", f"{problem}.", _instead(words) or f"{remedy[:1].upper()}{remedy[1:]}.") from None


def _instead(words: str) -> str | None:
    """What was meant by something that is no duration."""
    meant = duration_meant(words)
    if meant is not None:
        return f'Write "{meant}".' if _is_short(meant) else "Ten years is the most."
    if clock_meant(words) is not None and not words.strip().isdigit():
        return f'A time of day stands in "at", or in a wait as {{"until": "{clock_meant(words)}"}}.'
    if as_time(words) is not None:
        return 'For one day that is the same for everybody there is the trigger "schedule" with "date".'
    return None


def _is_short(words: str) -> bool:
    try:
        return bool(parse_duration(words))
    except ValueError:
        return False


def is_id(text: str) -> bool:
    return re.fullmatch(_ID, text) is not None


def clock_time(text: str) -> str:
    """A time of day, checked."""
    if not _CLOCK.fullmatch(text):
        meant = clock_meant(text)
        remedy = f'Write "{meant}".' if meant else 'Write hours and minutes, like "09:00".'
        raise mistake("time", f'"{text}" is no time of day.', remedy)
    return text


def _offset(words: str) -> str:
    side = _SIDE.fullmatch(words)
    meant = duration_meant(side[1]) if side is not None else None
    if side is not None and meant is not None:
        sign = "-" if side[2] in _EARLIER else "+"
        raise mistake("duration", f'"{words}" is no offset.', f'Write "{sign}{meant}".')
    parse(words)
    return words


_UNITS = "(minute|hour|day|week)s?"

Words = Annotated[str, Field(min_length=1, max_length=500)]
Duration = Annotated[
    str,
    AfterValidator(positive),
    Field(
        description='A duration in words: "90 minutes", "1 hour", "7 days", "2 weeks"',
        json_schema_extra={"pattern": rf"^\d{{1,5}} {_UNITS}$", "examples": ["1 hour", "24 hours", "7 days"]},
    ),
]
Offset = Annotated[
    str,
    AfterValidator(_offset),
    Field(
        description='A duration with a sign: "-1 day", "+7 days"',
        json_schema_extra={"pattern": rf"^[+-]?\d{{1,5}} {_UNITS}$", "examples": ["-1 day", "+7 days"]},
    ),
]
CLOCK_TIME = (AfterValidator(clock_time), Field(json_schema_extra={"pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}))
ClockTime = Annotated[str, *CLOCK_TIME, Field(description='The recipient\'s local time, "09:00"')]
EventName = Annotated[
    str,
    AfterValidator(plainly),
    Field(
        min_length=1,
        max_length=200,
        description="The event's name, as the shop sends it",
        json_schema_extra={"examples": ["Product Viewed", "Order Completed"]},  # schemas.py offers all
    ),
]
Id = Annotated[
    str,
    Field(pattern=_ID, description="Small letters, digits, - and _; 40 at most"),
]
