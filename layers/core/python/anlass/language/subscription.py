"""What a sign-up form sends: read, checked, and answered so that whoever built the form can mend it.

Nothing here looks at who the address belongs to, so no answer can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from anlass.domain.registry import nearest, trait_name
from anlass.domain.subscribing import Asked
from anlass.language import details
from anlass.language.diagnostics import did_you_mean
from anlass.language.intake_values import fault_in
from anlass.language.mail_address import AddressError, check_address
from anlass.language.phone_number import PhoneError, check_phone
from anlass.language.settings import Settings

_WEB = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` as the form sends it; `message` says what is wrong and what would be right."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the form: a write key's right or our own page, and the address of the person's machine."""

    source: Literal["browser", "server", "hosted page"]
    ip: str | None
    words: str = ""  # what our own page showed; what a shop's form says only the shop knows, by its version


def _url(text: str) -> str:
    if not _WEB.fullmatch(text):
        raise ValueError('is no web address; send where the form is, "https://www.shop.example/newsletter"')
    return text


def _locale(text: str) -> str:
    if not _LOCALE.fullmatch(text):
        raise ValueError('is no locale; send for example "de" or "de-AT"')
    return text.replace("_", "-")


def _mail(text: str) -> str:
    try:
        check_address(text)
    except AddressError as error:
        raise ValueError(f"{error}; ask for it again") from None
    if "<" in text:
        raise ValueError("send the address alone, without a name")
    return text


@dataclass(frozen=True, slots=True)
class _Around:
    settings: Settings
    sender: Sender
    today: date | None = None


def _around(info: ValidationInfo) -> _Around:
    if not isinstance(info.context, _Around):
        raise TypeError("a form is read with its surroundings")
    return info.context


def _ip(text: str, info: ValidationInfo) -> str:
    if _around(info).sender.source != "server":
        raise ValueError("only a server key may say which machine the form came from; leave it out")
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError('is no IP address; send the one that your form was sent from, "203.0.113.7"') from None


def _first_name(value: object, info: ValidationInfo) -> object:
    """Nobody's sign-up fails for an odd one: who fills a form in is not who can mend what it sends."""
    if not isinstance(value, str):
        return value
    try:
        return details.first_name(value)
    except ValueError:
        if _around(info).sender.source == "server":
            raise
        return None


def _birthday(text: str, info: ValidationInfo) -> str:
    return details.birthday(text, _around(info).today)


def _topic(name: str, info: ValidationInfo) -> str:
    known = sorted(_around(info).settings.topics)
    if name not in known:
        raise ValueError(f'there is no topic "{name[:60]}". {did_you_mean(name, known)}Topics are {", ".join(known)}')
    return name


_Line = Annotated[str, Field(max_length=200), AfterValidator(details.plain)]
_Name = Annotated[str, Field(max_length=details.LONGEST_NAME), AfterValidator(details.name)]


class Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    email: Annotated[str, Field(max_length=254), AfterValidator(details.plain), AfterValidator(_mail)] | None = None
    phone: Annotated[str, Field(max_length=40), AfterValidator(details.plain)] | None = None
    topics: list[Annotated[str, AfterValidator(_topic)]] = Field(min_length=1, max_length=50)
    locale: Annotated[str, AfterValidator(_locale)] | None = None
    text_version: _Line
    form_url: Annotated[str, Field(max_length=2000), AfterValidator(_url)]
    ip: Annotated[str, AfterValidator(_ip)] | None = None
    first_name: Annotated[str | None, BeforeValidator(_first_name)] = None
    birthday: Annotated[str, AfterValidator(_birthday)] | None = None
    interests: list[_Name] | None = Field(None, max_length=details.MOST_INTERESTS)


_TRAITS: Final = ("first_name", "birthday", "interests")
_WANTED: Final[Mapping[str, str]] = {
    "email": 'a text, "anna@shop.example"',
    "phone": 'a text, "+49 170 1234567"',
    "topics": 'a list of what was asked for, ["news"]',
    "locale": 'a text, "de"',
    "text_version": 'the name of the words that were agreed to, a text like "2026-11 newsletter"',
    "form_url": 'the address of the page with the form, "https://www.shop.example/newsletter"',
    "ip": 'a text, "203.0.113.7"',
    "first_name": "a text",
    "birthday": 'a text, "1990-02-28"',
    "interests": "a list of texts",
}


def read_subscription(
    value: object, settings: Settings, sender: Sender, today: date | None = None
) -> Asked | tuple[Problem, ...]:
    """What is asked for, or all that is wrong with it. `value`: the body's JSON; fields in camelCase are the same.
    `today`: nobody is born later.
    """
    if not isinstance(value, dict):
        return (Problem("body", "must be a JSON object"),)
    if (fault := fault_in(value)) is not None:
        return (Problem("body", fault.message),)
    fields: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, each in value.items():
        name = trait_name(key)
        if name in _WANTED:
            fields[name] = None if each == "" else each
        elif (meant := nearest(key, _WANTED)) is not None:
            problems.append(Problem(key[:60], f'is not known here; did you mean "{meant}"?'))
    try:
        form = Form.model_validate(
            {name: each for name, each in fields.items() if each is not None},
            context=_Around(settings, sender, today),
        )
    except ValidationError as error:
        return (*problems, *_said(error))
    reached = _reached(form, settings)
    if isinstance(reached, Problem):
        problems.append(reached)
    if problems or isinstance(reached, Problem):
        return tuple(problems)
    channel, address = reached
    told = form.model_dump(include=set(_TRAITS), exclude_none=True)
    return Asked(
        channel=channel,
        address=address,
        topics=tuple(dict.fromkeys(form.topics)),
        locale=form.locale or settings.locale,
        text_version=form.text_version,
        form_url=form.form_url,
        source=sender.source,
        ip=form.ip if sender.source == "server" else sender.ip,
        traits=told,
        words=sender.words,
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """The code of an SMS, and the machine that it was typed at, where that is known."""

    phone: str
    code: str
    ip: str | None


def read_code(value: object, sender: Sender) -> Typed | Problem:
    """What confirms a phone. A server is not the person's machine, and may say which one that was."""
    said = value if isinstance(value, dict) and fault_in(value) is None else {}
    phone, code, ip = (said.get(name) for name in ("phone", "code", "ip"))
    if not isinstance(phone, str) or not isinstance(code, str) or len(phone) > 40 or len(code) > 40:
        return Problem("code", 'Send {"phone": "+49 170 1234567", "code": "123456"}.')
    if sender.source != "server":
        return Problem("ip", "Only a server key may say the ip; leave it out.") if ip else Typed(phone, code, sender.ip)
    try:
        return Typed(phone, code, str(ip_address(ip)) if ip else None)
    except ValueError:
        return Problem("ip", 'The ip is no IP address; send the one that the code was typed at, "203.0.113.7".')


def _reached(form: Form, settings: Settings) -> tuple[Literal["email", "sms"], str] | Problem:
    if form.email is not None and form.phone is not None:
        return Problem("phone", "is asked for beside an e-mail address; each is confirmed by itself: send two requests")
    if form.email is not None:
        return "email", form.email
    if form.phone is None:
        return Problem("email", 'is missing; send "email" or "phone"')
    if settings.sms is None:
        return Problem(
            "phone", 'cannot be used: the shop sends no SMS. Write "sms" into settings.json, or ask for e-mail'
        )
    try:
        return "sms", check_phone(form.phone, settings.sms.countries, form.locale or settings.locale)
    except PhoneError as error:
        return Problem("phone", str(error))


def _said(error: ValidationError) -> tuple[Problem, ...]:
    found = []
    for each in error.errors(include_url=False, include_input=False):
        name, *inner = each["loc"]
        place = f"{name}{''.join(f'[{part}]' for part in inner if isinstance(part, int))}"
        found.append(Problem(place, _MESSAGES.get(each["type"], _otherwise)(str(name), each)))
    return tuple(dict.fromkeys(found))


def _otherwise(name: str, _: Mapping[str, Any]) -> str:
    return f"must be {_WANTED[name]}"


_MESSAGES: Final[Mapping[str, Callable[[str, Mapping[str, Any]], str]]] = {
    "value_error": lambda _, error: str(error["ctx"]["error"]),
    "missing": lambda name, _: f"is missing; send {_WANTED[name]}",
    "string_too_long": lambda _, error: f"is longer than {error['ctx']['max_length']} characters",
    "too_long": lambda _, error: f"holds more than {error['ctx']['max_length']}",
    "too_short": lambda name, _: f"is empty; send {_WANTED[name]}",
}
