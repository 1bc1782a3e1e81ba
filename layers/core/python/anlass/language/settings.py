"""`content/settings.json`: the shop, its imprint, sender, topics, caps and quiet hours."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError, numbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from anlass.domain.duration import parse_duration
from anlass.language.diagnostics import Diagnostic, has_errors, in_order
from anlass.language.mail_address import check_address

FILE = "settings.json"
LONGEST = 100_000  # characters
Channel = Literal["email", "sms", "web_push", "app_push"]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{name}" is no time zone; write for example "Europe/Berlin"') from None
    return name


def _locale(name: str) -> str:
    try:
        Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        raise ValueError(f'"{name}" is no locale; write for example "de" or "de-AT"') from None
    return name


def _currency(code: str) -> str:
    if code not in numbers.list_currencies():
        raise ValueError(f'"{code}" is no currency; write its three letters, for example "EUR"')
    return code


def _address(address: str) -> str:
    check_address(address)
    return address


def _duration(words: str) -> str:
    parse_duration(words)
    return words


def _web(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise ValueError(f'"{url}" is no web address; it starts with https://')
    return url


Zone = Annotated[str, AfterValidator(_zone)]
LocaleName = Annotated[str, AfterValidator(_locale)]
Currency = Annotated[str, AfterValidator(_currency)]
Address = Annotated[str, AfterValidator(_address)]
Duration = Annotated[str, AfterValidator(_duration)]
WebAddress = Annotated[str, AfterValidator(_web)]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description='Local time, "20:00"')]
Words = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, strict=True)


class Shop(_Model):
    """The shop as its mails name it."""

    name: Words
    url: WebAddress
    cart_url: WebAddress = Field("", description="Where the cart is; the shop's start page if left out")
    logo: WebAddress = Field("", description="Picture, about 300 × 80 px; the name is written if left out")


class Imprint(_Model):
    """Who is behind the shop, as § 5 DDG asks; printed in every marketing mail."""

    name: Words
    street: Words
    city: Words
    country: str = ""
    represented_by: Words
    register_entry: str = Field("", alias="register", description='Court and number, "Amtsgericht Kiel, HRB 1"')
    vat_id: str = ""
    email: Address
    phone: str = ""

    def lines(self, locale: str) -> str:
        """The imprint as a few lines of text."""
        words = _IMPRINT_WORDS["de" if locale.startswith("de") else "en"]
        reach = [self.email, *([f"{words['phone']} {self.phone}"] if self.phone else [])]
        rows = [
            self.name,
            ", ".join(filter(None, (self.street, self.city, self.country))),
            f"{words['represented_by']}: {self.represented_by}",
            self.register_entry,
            f"{words['vat_id']}: {self.vat_id}" if self.vat_id else "",
            " · ".join(reach),
        ]
        return "\n".join(row for row in rows if row)


_IMPRINT_WORDS = {
    "de": {"represented_by": "Vertreten durch", "vat_id": "USt-IdNr.", "phone": "Telefon"},
    "en": {"represented_by": "Represented by", "vat_id": "VAT ID", "phone": "Phone"},
}


class Topic(_Model):
    """Something a person can subscribe to."""

    name: dict[LocaleName, Words] = Field(description='By locale: {"de": "Angebote"}')


class Cap(_Model):
    """The most marketing messages a person gets through one channel."""

    day: int | None = Field(None, ge=1)
    week: int | None = Field(None, ge=1)


class QuietHours(_Model):
    """When no marketing leaves, at the recipient's: from the evening until the morning, and whole days."""

    start: ClockTime = Field("20:00", alias="from")
    end: ClockTime = Field("09:00", alias="until")
    sundays: bool = True
    holidays: bool = True


class Attribution(_Model):
    within: Duration = "7 days"


def _default_caps() -> dict[Channel, Cap]:
    return {"email": Cap(day=2, week=6)}


def _default_quiet_hours() -> dict[Channel, QuietHours]:
    return {"sms": QuietHours(), "web_push": QuietHours(), "app_push": QuietHours()}


class Settings(_Model):
    """What all journeys and mails of the shop share."""

    schema_: str | None = Field(None, alias="$schema")
    brand: Words
    shop: Shop
    imprint: Imprint
    sender: Address = Field(description='"Kaffeekontor Nord <post@example.com>"; SES must know its domain')
    reply_to: Address | None = None
    timezone: Zone = "Europe/Berlin"
    locale: LocaleName = "de"
    currency: Currency = "EUR"
    topics: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")], Topic] = Field(min_length=1)
    caps: dict[Channel, Cap] = Field(default_factory=_default_caps)
    quiet_hours: dict[Channel, QuietHours] = Field(default_factory=_default_quiet_hours)
    attribution: Attribution = Attribution()
    test_people: tuple[str, ...] = Field((), strict=False, description="User ids for whom journeys in status test run")

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which the topics have names."""
        return frozenset(locale.split("-")[0] for topic in self.topics.values() for locale in topic.name)

    @model_validator(mode="after")
    def _topics_have_the_shops_language(self) -> Settings:
        for name, topic in self.topics.items():
            if self.locale not in topic.name:
                raise ValueError(f'topic "{name}" has no name in "{self.locale}", the locale of these settings')
        return self


def parse_settings(text: str) -> tuple[Settings | None, list[Diagnostic]]:
    """The settings, or None and every mistake in them."""
    # Only publishing needs these; they bring the whole journey language along.
    from anlass.language.explaining import explained
    from anlass.language.json_source import read_source

    source, findings = read_source(text, FILE, LONGEST)
    if source is None:
        return None, in_order(findings)
    settings, mistakes = explained(Settings, source)
    findings = in_order(findings + mistakes)
    return (None if has_errors(findings) else settings), findings


def settings_schema() -> dict[str, Any]:
    """The JSON Schema for editors."""
    return Settings.model_json_schema(by_alias=True)
