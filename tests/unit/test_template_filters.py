"""Money, dates and words as the recipient's language writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from anlass.language.sandbox import Budget, compiled
from jinja2.exceptions import TemplateError

EVENING = datetime(2026, 12, 24, 23, 30, tzinfo=UTC)


def render(source: str, locale: str = "de", **names: object) -> str:
    variables = {
        "_budget": Budget(),
        "locale": locale,
        "shop": {"currency": "EUR", "timezone": "Europe/Berlin"},
        "profile": {},
        **names,
    }
    return compiled(source, html=False).render(variables).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("de", "1.234,50 €"),
        ("de-AT", "€ 1.234,50"),
        ("en", "€1,234.50"),
        ("de-CH", "EUR 1’234.50"),
        ("xx", "€1,234.50"),
    ],
)
def test_money_is_written_as_the_locale_writes_it(locale: str, expected: str) -> None:
    assert render("{{ v | money }}", locale, v=Decimal("1234.5")) == expected


def test_money_takes_numbers_and_numeric_texts_in_any_currency() -> None:
    assert render("{{ 5 | money('CHF') }} {{ '5.5' | money('CHF') }} {{ 0.1 | money }}") == "5,00 CHF 5,50 CHF 0,10 €"


def test_money_of_nothing_is_nothing() -> None:
    assert render("{{ profile.x | money }}{{ none | money }}", none=None) == ""


@pytest.mark.parametrize("value", ["viel", [1], True, float("nan"), float("inf"), "1e99"])
def test_money_of_something_else_is_an_error(value: object) -> None:
    with pytest.raises(TemplateError):
        render("{{ v | money }}", v=value)


def test_dates_are_the_recipients_and_written_out() -> None:
    assert render("{{ v | date }}, {{ v | time }}", v=EVENING) == "25. Dezember 2026, 00:30"
    assert render("{{ v | date('short') }}", v="2026-12-24T23:30:00Z", profile={"timezone": "UTC"}) == "24.12.26"
    assert render("{{ v | date }}", "en", v=date(2026, 12, 24)) == "December 24, 2026"
    assert render("{{ '2026-12-24' | date('full') }}") == "Donnerstag, 24. Dezember 2026"


def test_a_made_up_time_zone_gives_way_to_the_shops() -> None:
    assert render("{{ v | time }}", v=EVENING, profile={"timezone": "Mars/Olympus"}) == "00:30"


def test_what_is_no_date_prints_nothing() -> None:
    assert render("{{ 'bald' | date }}{{ profile.x | date }}{{ 7 | date }}") == ""


def test_words() -> None:
    assert render("{{ 'Hallo schöne neue Welt' | truncate(15) }}") == "Hallo schöne…"
    assert render("{{ tags | join(' und ') }} {{ tags }} {{ tags | length }}", tags=["a", "b"]) == "a und b a, b 2"
    assert render("{{ tags | first }}{{ tags | last }}", tags=["a", "b"]) == "ab"
    assert render("{{ 'a b&ü' | urlencode }}") == "a%20b%26%C3%BC"
    assert render("{{ 2.5 | round }} {{ 1.005 | round(2) }} {{ 1234.5 | number }}") == "3 1.01 1.234,5"


def test_numbers_of_any_kind_can_be_reckoned_with() -> None:
    assert render("{{ a + b }} {{ a * 2 }} {{ a > 1 }}", a=Decimal("1.10"), b=0.2) == "1.30 2.20 True"
