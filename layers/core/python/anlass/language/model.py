"""What the models of content files share: closed objects, and the words that occur in many of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from anlass.domain.duration import parse_duration
from anlass.domain.registry import EVENTS

# Unions are told apart by the key that is there. Pydantic puts the chosen tag into the place of an error; tags
# start with a sign that no key of the language starts with, so that they can be taken out again.
TAG = "§"


class Model(BaseModel):
    """Unknown keys are mistakes, and a number in quotes is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def tagged(tag: str) -> Tag:
    return Tag(TAG + tag)


def by_key(kind: str, keys: Mapping[str, str] | tuple[str, ...]) -> Discriminator:
    """Chooses a member of a union by the first of `keys` that an object has. `kind` names the error if none."""
    tags = keys if isinstance(keys, Mapping) else {key: key for key in keys}

    def pick(value: Any) -> str | None:
        if isinstance(value, Mapping):
            return next((TAG + tag for key, tag in tags.items() if key in value), None)
        return None

    return _told_apart(kind, pick)


def by_type(kind: str, **tags: type) -> Discriminator:
    """Chooses a member of a union by the value's JSON type: `by_type("match", one=str, each=dict)`."""

    def pick(value: Any) -> str | None:
        return next((TAG + tag for tag, type_ in tags.items() if isinstance(value, type_)), None)

    return _told_apart(kind, pick)


def _told_apart(kind: str, pick: Callable[[Any], str | None]) -> Discriminator:
    return Discriminator(pick, custom_error_type=f"union.{kind}", custom_error_message=kind)


def mistake(code: str, message: str, remedy: str) -> PydanticCustomError:
    """To be raised by a validator: already in words that its author understands."""
    return PydanticCustomError(  # braces in the words are no placeholders
        "mistake", "{message}", {"code": code, "message": message, "remedy": remedy}
    )


def _duration(words: str) -> str:
    if parse(words) <= timedelta(0):
        raise mistake("duration", f'"{words}" is no time to wait.', 'Write at least "1 minute".')
    if words.strip()[0] in "+-":
        raise mistake("duration", f'"{words}" has a sign; only an offset has one.', f'Write "{words.strip()[1:]}".')
    return words


def parse(words: str) -> timedelta:
    """A duration with or without a sign, or the mistake in it."""
    try:
        return parse_duration(words)
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        raise mistake("duration", f"{problem}.", f"{remedy[:1].upper()}{remedy[1:]}.") from None


def _offset(words: str) -> str:
    parse(words)
    return words


_UNITS = "(minute|hour|day|week)s?"
_EVENT_SCHEMA: dict[str, Any] = {"anyOf": [{"enum": sorted(EVENTS)}, {"type": "string", "minLength": 1}]}

Words = Annotated[str, Field(min_length=1, max_length=500)]
Duration = Annotated[
    str,
    AfterValidator(_duration),
    Field(
        description='A duration in words: "90 minutes", "1 hour", "7 days", "2 weeks"',
        json_schema_extra={"pattern": rf"^\+?\d{{1,5}} {_UNITS}$", "examples": ["1 hour", "24 hours", "7 days"]},
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
ClockTime = Annotated[
    str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description='The recipient\'s local time, "09:00"')
]
EventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="The event's name, as the shop sends it",
        json_schema_extra=_EVENT_SCHEMA,
    ),
]
Id = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([a-z0-9_-]{0,38}[a-z0-9])?$", description="Small letters, digits, - and _; 40 at most"),
]
