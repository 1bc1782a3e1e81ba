"""settings.json: defaults that hold, and mistakes that are explained."""

import json
from dataclasses import fields
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.domain.duration import parse_duration
from anlass.domain.keeping import Retention
from anlass.domain.quiet_hours import QuietHours
from anlass.language.settings import Kept, Settings, parse_settings, settings_schema
from anlass.usecases.retention import load_retention

SHIPPED = Path(__file__).parents[2] / "content" / "settings.json"
SHOP = {"name": "A", "url": "https://www.shop.de"}


def changed(**changes: Any) -> str:
    settings = {**json.loads(SHIPPED.read_text()), **changes}
    return json.dumps({key: value for key, value in settings.items() if value is not None}, indent=2)


def test_the_shipped_settings_are_sound() -> None:
    settings, findings = parse_settings(SHIPPED.read_text())
    assert findings == []
    assert settings is not None
    assert (settings.timezone, settings.locale, settings.currency) == ("Europe/Berlin", "de", "EUR")
    assert (settings.caps["email"].day, settings.caps["email"].week) == (2, 6)
    assert "email" not in settings.quiet_hours
    assert settings.quiet_hours["sms"].start == "20:00"
    assert settings.quiet_hours["sms"].end == "09:00"
    assert len(settings.imprint.lines("de").splitlines()) == 6


def test_what_is_left_out_has_the_shipped_defaults() -> None:
    text = changed(caps=None, quiet_hours=None, timezone=None, currency=None, attribution=None, test_people=None)
    assert parse_settings(text)[0] == parse_settings(SHIPPED.read_text())[0]


def test_the_shops_hosts_are_its_own_and_those_it_names() -> None:
    shop = {"name": "A", "url": "https://www.Shop.de:8443/start", "hosts": ["cdn.example.net", "bilder.käffchen.de"]}
    settings, findings = parse_settings(changed(shop=shop))
    assert settings is not None, findings
    assert settings.hosts == {"shop.de", "cdn.example.net", "bilder.xn--kffchen-5wa.de"}


def test_empty_caps_mean_none() -> None:
    settings, _ = parse_settings(changed(caps={}))
    assert settings is not None
    assert settings.caps == {}


def test_settings_survive_being_stored() -> None:
    settings, _ = parse_settings(SHIPPED.read_text())
    assert settings is not None
    assert parse_settings(settings.model_dump_json(by_alias=True, exclude_none=True))[0] == settings
    assert Settings.model_validate(settings.model_dump(by_alias=True)) == settings


def test_when_marketing_may_leave_is_what_settings_say() -> None:
    vienna = {"existing_customers": True, "quiet_hours": {"sms": {"from": "21:00", "until": "08:00", "sundays": False}}}
    settings, _ = parse_settings(
        changed(caps={"all": {"day": 2}, "email": {"week": 6}}, countries={"AT": vienna, "CH": {}})
    )
    assert settings is not None
    rules = settings.sending
    assert rules.caps == {"all": {"day": 2}, "email": {"week": 6}}
    assert rules.hours("sms", "DE") == QuietHours(time(20), time(9))
    assert rules.hours("sms", "AT") == QuietHours(time(21), time(8), sundays=False)
    assert rules.hours("web_push", "AT") == QuietHours(time(20), time(9))
    assert rules.hours("email", "AT") is None
    assert [rules.sells_to_customers(country) for country in ("DE", "AT", "CH", "FR", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("imprint", "locale", "home"),
    [
        ("Deutschland", "de", "DE"),
        ("Austria", "de", "AT"),
        ("CH", "de", "CH"),
        ("", "de-AT", "AT"),
        ("", "de", "DE"),
        ("", "en", None),
    ],
)
def test_the_shops_country_is_that_of_its_imprint_else_of_its_language(
    imprint: str, locale: str, home: str | None
) -> None:
    file = json.loads(SHIPPED.read_text())
    topics = {"news": {"name": {locale: "x"}}}
    settings, _ = parse_settings(changed(imprint={**file["imprint"], "country": imprint}, locale=locale, topics=topics))
    assert settings is not None
    assert settings.home == home


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"timezone": "Berlin"}, "timezone", "no time zone"),
        ({"locale": "deutsch"}, "locale", "no locale"),
        ({"currency": "EURO"}, "currency", "no currency"),
        ({"sender": "Kontor"}, "sender", "no e-mail address"),
        ({"attribution": {"within": "bald"}}, "attribution.within", "no duration"),
        ({"caps": {"fax": {"day": 1}}}, "caps", "not known"),
        ({"caps": {"email": {"day": 0}}}, "caps.email.day", "out of range"),
        ({"quiet_hours": {"sms": {"from": "25:00"}}}, "quiet_hours.sms.from", "no time of day"),
        ({"quiet_hours": {"sms": {"from": "09:00", "until": "09:00"}}}, "quiet_hours.sms.until", "no time at all"),
        ({"countries": {"Austria": {"existing_customers": True}}}, "countries.Austria", "no code of a country"),
        (
            {"countries": {"AT": {"quiet_hours": {"sms": {"until": "8"}}}}},
            "countries.AT.quiet_hours.sms.until",
            "no time",
        ),
        ({"shop": {"name": "A", "url": "shop.de"}}, "shop.url", "no web address"),
        ({"topics": {}}, "topics", "empty"),
        ({"test_people": "anna"}, "test_people", "A list belongs here, not a text"),
        ({"topics": {"news": {"name": {"en": "News"}}}}, "topics.news.name", 'no name in "de"'),
        ({"locale": "DE"}, "locale", 'no name in "DE"'),
        ({"attribution": {"within": "-7 days"}}, "attribution.within", "has a sign"),
        ({"imprint": None}, "imprint", "missing"),
        ({"tiemzone": "UTC"}, "tiemzone", "not known"),
    ],
)
def test_a_mistake_is_found_where_it_stands(changes: dict[str, Any], path: str, message: str) -> None:
    text = changed(**changes)
    settings, (finding, *more) = parse_settings(text)
    assert settings is None
    assert not more
    assert finding.path.startswith(path)
    assert message in finding.message
    assert finding.line is not None
    assert path in ("", "imprint", "caps") or path.split(".")[-1] in text.splitlines()[finding.line - 1]


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"timezone": "Berlin"}, 'Write for example "Europe/Berlin".'),
        ({"timezone": "Vienna"}, 'Write for example "Europe/Vienna".'),
        ({"locale": "de_AT"}, 'Write "de-AT".'),
        ({"locale": "deutsch"}, 'Write "de".'),
        ({"locale": "xx_YY"}, 'Write for example "de" or "de-AT".'),
        ({"locale": "klingonisch"}, 'Write for example "de" or "de-AT".'),
        ({"locale": "DE"}, 'Write "de".'),
        ({"countries": {"Austria": {}}}, 'Write "AT".'),
        ({"countries": {"Atlantis": {}}}, 'Write for example "AT".'),
        ({"currency": "€"}, 'Write "EUR".'),
        ({"currency": "chf"}, 'Write "CHF".'),
        ({"currency": "Taler"}, 'Write its three letters, for example "EUR".'),
        ({"shop": {"name": "A", "url": "www.shop.de"}}, 'Write for example "https://www.shop.de".'),
        ({"shop": {**SHOP, "hosts": ["https://cdn.shop.de/x"]}}, 'Write "cdn.shop.de".'),
        ({"shop": {**SHOP, "hosts": ["*.shop.de"]}}, 'Write "shop.de".'),
        ({"shop": {**SHOP, "hosts": ["https://[x"]}}, 'Write for example "cdn.example.net".'),
        ({"shop": {**SHOP, "hosts": ["cdn"]}}, 'Write for example "cdn.example.net".'),
        ({"quiet_hours": {"sms": {"from": "8pm"}}}, 'Write "20:00".'),
        ({"attribution": {"within": "7d"}}, 'Write "7 days".'),
        ({"reply_to": "moin"}, 'Write for example "moin@shop.example".'),
        ({"test_people": "anna"}, 'Write ["anna"].'),
    ],
)
def test_what_would_be_right_is_written_out(changes: dict[str, Any], remedy: str) -> None:
    _, (finding,) = parse_settings(changed(**changes))
    assert finding.remedy.startswith(remedy)


def test_all_mistakes_come_at_once_and_a_wrong_key_is_recognised() -> None:
    _, findings = parse_settings(changed(tiemzone="UTC", currency="EURO", sender="x"))
    assert len(findings) == 3
    assert any('Did you mean "timezone"?' in finding.remedy for finding in findings)


def test_broken_json_is_reported_with_its_line() -> None:
    settings, findings = parse_settings('{\n  "brand": "A",\n}')
    assert settings is None
    assert ("json.comma", 2) in [(finding.code, finding.line) for finding in findings]


def test_a_key_that_stands_twice_is_a_mistake() -> None:
    text = SHIPPED.read_text().replace('"locale": "de",', '"locale": "de",\n  "locale": "en",')
    settings, findings = parse_settings(text)
    assert settings is None
    assert [finding.code for finding in findings if finding.path == "locale"] == ["json.repeated_key"]


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000, '{"a": NaN}', "{" * 1_000])
def test_no_text_makes_the_reader_fail(text: str) -> None:
    settings, findings = parse_settings(text)
    assert settings is None
    assert findings


def test_the_schema_names_the_keys_as_they_are_written() -> None:
    properties = settings_schema()["$defs"]["QuietHours"]["properties"]
    assert {"from", "until"} <= set(properties)


def live(**changes: Any) -> MemoryDefinitions:
    """Definitions with these settings published."""
    definitions = MemoryDefinitions()
    definitions.add("settings", "1", json.loads(changed(**changes)))
    definitions.save_index(0, {"settings": "1"})
    return definitions


def test_how_long_things_are_kept_is_what_the_settings_say_and_the_defaults_are_the_same_everywhere() -> None:
    said = {name: f"{number} days" for number, name in enumerate(Kept.model_fields, 50)}
    assert said.keys() == {field.name for field in fields(Retention)}
    settings, findings = parse_settings(changed(retention=said))
    assert (settings is not None, findings) == (True, [])
    assert load_retention(live(retention=said)) == Retention(*(parse_duration(said[f.name]) for f in fields(Retention)))
    assert load_retention(live(retention=Kept().model_dump())) == load_retention(live()) == Retention()


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ({"unconfirmed": "6 days"}, 'Write at least "7 days".'),
        ({"visitors": "29 days"}, 'Write at least "30 days".'),
        ({"events": "1 week"}, 'Write at least "30 days".'),
    ],
)
def test_nothing_is_forgotten_while_it_may_be_under_way(said: dict[str, str], remedy: str) -> None:
    settings, (finding,) = parse_settings(changed(retention=said))
    assert settings is None
    assert (finding.code, finding.remedy) == ("settings.retention", remedy)


@pytest.mark.parametrize(("said", "days"), [("7 days", 7), ("2 weeks", 14), ("200 hours", 9)])
def test_a_mail_promises_no_day_too_few(said: str, days: int) -> None:
    assert Kept(unconfirmed=said).unconfirmed_days == days
