"""`content/settings.json`: the shop, its imprint, sender, topics, caps and quiet hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time, timedelta
from math import ceil
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale, UnknownLocaleError, numbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from anlass.domain import quiet_hours
from anlass.domain.duration import parse_duration
from anlass.domain.sending_rules import CountryRules, SendingRules
from anlass.domain.shop_links import host_name
from anlass.domain.subscribing import LINK_LIFE
from anlass.language.countries import country_of
from anlass.language.diagnostics import Diagnostic, has_errors, in_order
from anlass.language.mail_address import AddressError, check_address
from anlass.language.model import CLOCK_TIME, Duration, mistake

FILE = "settings.json"
LONGEST = 100_000  # characters
SHORTEST_KEPT = timedelta(days=30)
Channel = Literal["email", "sms", "web_push", "app_push"]
CapScope = Literal["all", "email", "sms", "web_push", "app_push"]


_HOMES = {"de": "DE"}  # where neither imprint nor locale names a country
_LANGUAGES = {"deutsch": "de", "german": "de", "englisch": "en", "english": "en", "französisch": "fr", "french": "fr"}
_CURRENCIES = {"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "USD", "£": "GBP", "FRANKEN": "CHF", "FR.": "CHF"}


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        cities = {zone.rpartition("/")[2].casefold(): zone for zone in available_timezones() if "/" in zone}
        meant = cities.get(name.rpartition("/")[2].casefold().replace(" ", "_"), "Europe/Berlin")
        raise ValueError(f'"{name}" is no time zone; write for example "{meant}"') from None
    return name


def _locale(name: str) -> str:
    if not _is_locale(name):
        meant = _LANGUAGES.get(name.casefold()) or name.replace("_", "-")
        remedy = f'write "{meant}"' if _is_locale(meant) else 'write for example "de" or "de-AT"'
        raise ValueError(f'"{name}" is no locale; {remedy}')
    return name


def _is_locale(name: str) -> bool:
    try:
        Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _currency(code: str) -> str:
    if code not in numbers.list_currencies():
        meant = _CURRENCIES.get(code.upper(), code.upper())
        if meant in numbers.list_currencies():
            raise ValueError(f'"{code}" is no currency; write "{meant}"')
        raise ValueError(f'"{code}" is no currency; write its three letters, for example "EUR"')
    return code


def _country(code: str) -> str:
    if not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
        meant = country_of(code)
        remedy = f'write "{meant}"' if meant else 'write for example "AT"'
        raise ValueError(f'"{code}" is no code of a country; {remedy}')
    return code


def _address(address: str) -> str:
    try:
        check_address(address)
    except AddressError as error:
        raise ValueError(f'{error}; write for example "moin@shop.example"') from None
    return address


def _web(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        example = f"https://{url}" if "." in url and "/" not in url.split(".")[0] else "https://www.shop.example"
        raise ValueError(f'"{url}" is no web address; write for example "{example}"')
    return url


def _colour(code: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", code):
        meant = "#" + "".join(2 * digit for digit in code[1:]) if re.fullmatch(r"#[0-9a-fA-F]{3}", code) else ""
        bare = f"#{code}" if re.fullmatch(r"[0-9a-fA-F]{6}", code) else ""
        raise ValueError(f'"{code}" is no colour; write for example "{meant or bare or "#8a3b12"}"')
    return code.lower()


def _host(name: str) -> str:
    try:
        meant = (urlsplit(name if "//" in name else f"//{name}").hostname or "").removeprefix("*.")
    except ValueError:
        meant = ""
    is_host = re.fullmatch(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]+", meant)
    if not is_host or meant != name.lower():
        remedy = f'write "{meant}"' if is_host else 'write for example "cdn.example.net"'
        raise ValueError(f'"{name}" is no host; {remedy}')
    return meant


Zone = Annotated[str, AfterValidator(_zone)]
HostName = Annotated[str, AfterValidator(_host)]
LocaleName = Annotated[str, AfterValidator(_locale)]
Currency = Annotated[str, AfterValidator(_currency)]
Address = Annotated[str, AfterValidator(_address)]
WebAddress = Annotated[str, AfterValidator(_web)]
Colour = Annotated[str, AfterValidator(_colour)]
CountryCode = Annotated[
    str,
    AfterValidator(_country),
    Field(description="Two capitals, as in ISO 3166: DE", json_schema_extra={"pattern": "^[A-Z]{2}$"}),
]
ClockTime = Annotated[str, *CLOCK_TIME, Field(description='Local time, "20:00"')]
Words = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, strict=True)


class Shop(_Model):
    """The shop as its mails name it."""

    name: Words
    url: WebAddress
    hosts: tuple[HostName, ...] = Field(
        (),
        strict=False,
        description='Where else its pages and pictures are: ["cdn.example.net"]; links that browsers tell of are taken '
        "on these hosts and the shop's own, and below them",
    )
    cart_url: WebAddress = Field("", description="Where the cart is; the shop's start page if left out")
    logo: WebAddress = Field("", description="Picture, about 300 × 80 px; the name is written if left out")
    privacy_url: WebAddress = Field(
        "", description="The privacy notice (Art. 13 GDPR); the sign-up page leads to it, and every other page"
    )


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
    """The most marketing messages a person gets through one channel, or through all together."""

    day: int | None = Field(None, ge=1)
    week: int | None = Field(None, ge=1)


class QuietHours(_Model):
    """When no marketing leaves, at the recipient's: from the evening until the morning, and whole days."""

    start: ClockTime = Field("20:00", alias="from")
    end: ClockTime = Field("09:00", alias="until")
    sundays: bool = True
    holidays: bool = Field(True, description="Public holidays of the recipient's state; of any, where none is known")

    @model_validator(mode="after")
    def _end_another_time(self) -> QuietHours:
        if self.start == self.end:
            message = f'From "{self.start}" until "{self.end}" is no time at all, or all day.'
            raise mistake("settings.quiet_hours", message, 'Write for example "until": "09:00".', ["until"])
        return self

    def compiled(self) -> quiet_hours.QuietHours:
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        return quiet_hours.QuietHours(start, end, self.sundays, self.holidays)


class Country(_Model):
    """What the law makes different for people in one country."""

    existing_customers: bool | None = Field(
        None,
        description="Whether a purchase is ground enough for advertising similar goods (§ 7 (3) UWG and what is like "
        "it): true for DE, false elsewhere, if left out",
    )
    quiet_hours: dict[Channel, QuietHours] = Field({}, description="Instead of those above")

    def compiled(self) -> CountryRules:
        return CountryRules(self.existing_customers, _compiled(self.quiet_hours))


class Sms(_Model):
    """Text messages, where the shop sends any: who they come from, where they may go, and what one may cost."""

    sender: Annotated[str, Field(pattern=r"^[0-9]*[A-Za-z][A-Za-z0-9]*$", max_length=11)] = Field(
        description='What phones show: 1 to 11 letters and digits, "Kaffeenord"; Austria wants it registered'
    )
    countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = Field(
        ("DE", "AT", "CH"), min_length=1, strict=False, description='Where SMS go, "DE"; to no other country'
    )
    max_price: float = Field(0.2, gt=0, le=5, strict=False, description="US dollars that one SMS may cost at most")


class Tracking(_Model):
    """Whether it is watched who opens mails and clicks their links: only of people who consented to that as well."""

    opens: bool = Field(False, description="By a picture of one pixel in the mail (§ 25 TDDDG)")
    clicks: bool = Field(False, description="By links that lead through SES")


class Kept(_Model):
    """How long is kept what comes and goes, before it expires by itself. Known people stay until they are erased."""

    events: Duration = Field("400 days", description="What people did, from its receipt")
    journeys: Duration = Field("400 days", description="Ways through journeys and their messages, from their end")
    unconfirmed: Duration = Field(
        "30 days",
        description="Subscriptions that nobody confirms, from the request; mails say it as `{{ kept_days }}`",
    )
    visitors: Duration = Field(
        "400 days", description="Visitors without user id, address and consent, from their last visit"
    )
    proofs: Duration = Field("1095 days", description="What consents rested on, from the withdrawal")

    @property
    def unconfirmed_days(self) -> int:
        """As mails promise it: no day too few."""
        return ceil(parse_duration(self.unconfirmed) / timedelta(days=1))

    @model_validator(mode="after")
    def _long_enough(self) -> Kept:
        under_way = "what may still be under way"
        shortest = dict.fromkeys(("events", "journeys", "visitors", "proofs"), (SHORTEST_KEPT, under_way))
        shortest["unconfirmed"] = (LINK_LIFE, "a link that confirms is good")
        for name, (least, what) in shortest.items():
            if parse_duration(getattr(self, name)) < least:
                message = f'"{getattr(self, name)}" is shorter than {what}.'
                raise mistake("settings.retention", message, f'Write at least "{least.days} days".', [name])
        return self


class Attribution(_Model):
    within: Duration = "7 days"


def _default_caps() -> dict[CapScope, Cap]:
    return {"email": Cap(day=2, week=6)}


def _compiled(hours: Mapping[Channel, QuietHours]) -> dict[str, quiet_hours.QuietHours]:
    return {channel: each.compiled() for channel, each in hours.items()}


def _default_quiet_hours() -> dict[Channel, QuietHours]:
    return {"sms": QuietHours(), "web_push": QuietHours(), "app_push": QuietHours()}


class Settings(_Model):
    """What all journeys and mails of the shop share."""

    schema_: str | None = Field(None, alias="$schema")
    brand: Words
    brand_colour: Colour = Field("#33302c", description='Of the pages that people see, their buttons first: "#8a3b12"')
    shop: Shop
    imprint: Imprint
    sender: Address = Field(description='"Kaffeekontor Nord <post@example.com>"; SES must know its domain')
    reply_to: Address | None = None
    timezone: Zone = "Europe/Berlin"
    locale: LocaleName = "de"
    currency: Currency = "EUR"
    topics: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")], Topic] = Field(min_length=1)
    caps: dict[CapScope, Cap] = Field(
        default_factory=_default_caps,
        description='By channel, and "all" for the channels together: {"all": {"day": 2}, "email": {"week": 6}}',
    )
    quiet_hours: dict[Channel, QuietHours] = Field(default_factory=_default_quiet_hours)
    countries: dict[CountryCode, Country] = Field(
        {}, description='What is different for people in a country: {"AT": {"existing_customers": false}}'
    )
    sms: Sms | None = Field(None, description="Left out: the shop sends no SMS")
    tracking: Tracking = Tracking()
    attribution: Attribution = Attribution()
    retention: Kept = Kept()
    test_people: tuple[str, ...] = Field((), strict=False, description="User ids for whom journeys in status test run")

    @property
    def hosts(self) -> frozenset[str]:
        """Where the shop's links may lead that a browser tells of."""
        return frozenset(host_name(each) for each in (urlsplit(self.shop.url).hostname or "", *self.shop.hosts) if each)

    @property
    def sending(self) -> SendingRules:
        """When marketing may leave."""
        return SendingRules(
            {scope: cap.model_dump(exclude_none=True) for scope, cap in self.caps.items()},
            _compiled(self.quiet_hours),
            {code: country.compiled() for code, country in self.countries.items()},
        )

    @property
    def home(self) -> str | None:
        """The shop's country: what its imprint says, else its locale. Taken for people of whom none is known."""
        language = Locale.parse(self.locale, sep="-")
        return country_of(self.imprint.country) or language.territory or _HOMES.get(language.language)

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which the topics have names."""
        return frozenset(locale.split("-")[0] for topic in self.topics.values() for locale in topic.name)

    @model_validator(mode="after")
    def _topics_have_the_shops_language(self) -> Settings:
        for name, topic in self.topics.items():
            if self.locale in topic.name:
                continue
            message = f'Topic "{name}" has no name in "{self.locale}", the locale of these settings.'
            remedy = f'Add "{self.locale}": "…".'
            if self.locale.lower() in topic.name:
                raise mistake("settings.locale", message, f'Write "{self.locale.lower()}".', ["locale"])
            raise mistake("settings.locale", message, remedy, ["topics", name, "name"])
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
    if settings is not None and not settings.shop.privacy_url:
        message = "The sign-up page asks for personal data and leads to no privacy notice (Art. 13 GDPR)."
        remedy = f'Add "privacy_url": "{settings.shop.url.rstrip("/")}/…" to "shop".'
        findings.append(source.key(["shop"]).finding("settings.privacy", FILE, "shop", message, remedy, "warning"))
    findings = in_order(findings + mistakes)
    return (None if has_errors(findings) else settings), findings


def settings_schema() -> dict[str, Any]:
    """The JSON Schema for editors."""
    return Settings.model_json_schema(by_alias=True)
