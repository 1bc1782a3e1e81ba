"""The names that a template may use, as one recipient fills them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from anlass.domain.profile import Cart, CartLine
from anlass.language.settings import Settings
from anlass.language.template_names import NAMES, names_for

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
SETTINGS = Settings.model_validate(
    {
        "brand": "Kontor",
        "shop": {"name": "Kontor", "url": "https://shop.example.com"},
        "imprint": {
            "name": "Kontor GmbH",
            "street": "Kai 1",
            "city": "24103 Kiel",
            "represented_by": "die Geschäftsführung",
            "vat_id": "DE1",
            "email": "moin@example.com",
        },
        "sender": "Kontor <post@example.com>",
        "topics": {"news": {"name": {"de": "Neues"}}},
    }
)


def names(profile: dict[str, Any] | None = None, locale: str = "de", **more: Any) -> dict[str, Any]:
    return names_for(
        settings=SETTINGS,
        locale=locale,
        now=NOW,
        profile=profile or {},
        entry=more.pop("entry", {}),
        preferences_url="https://p.example.com",
        button_url=lambda *pressed: "https://b.example.com/" + "/".join(map(str, pressed)),
        **more,
    )


def test_every_name_that_is_filled_is_known_to_the_publisher() -> None:
    asking = {
        "confirm_url": "https://c.example.com",
        "confirm_code": "123456",
        "data_url": "",
        "topics": ["Neues"],
        "kept_days": 30,
    }
    filled = names(unsubscribe_url="https://u.example.com", products=[], coupon={}, confirming=asking)
    assert set(filled) <= NAMES
    assert NAMES - set(filled) == {"locale", "preheader", "subject"}  # rendering adds these


def test_what_a_send_does_not_have_is_left_out() -> None:
    assert not {"coupon", "products", "unsubscribe_url"} & set(names())


@pytest.mark.parametrize("spelling", ["first_name", "firstName"])
def test_the_first_name_is_found_under_either_spelling(spelling: str) -> None:
    assert names({spelling: "Anna"})["Vorname"] == "Anna"


@pytest.mark.parametrize(
    ("profile", "locale", "expected"),
    [
        ({"gender": "female"}, "de", "Frau"),
        ({"gender": "M"}, "de-AT", "Herr"),
        ({"salutation": "Herr"}, "en", "Mr"),
        ({"title": "Mrs."}, "de", "Frau"),
        ({"title": "Dr."}, "de", ""),
        ({"gender": "divers"}, "de", ""),
        ({"gender": 3}, "de", ""),
        ({}, "de", ""),
    ],
)
def test_the_salutation_is_only_what_the_shop_knows(profile: dict[str, Any], locale: str, expected: str) -> None:
    assert names(profile, locale)["Anrede"] == expected


def test_tokens_are_sentences_parts_in_the_recipients_language() -> None:
    profile = {
        "interests": ["Espresso", "Filter", "Zubehör"],
        "orders": {"count": 1, "last_at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC)},
        "last_seen": NOW,
        "address": {"city": "Kiel"},
    }
    german = names(profile, entry={"properties": {"order_id": "4711"}})
    assert german["Interessen"] == "Espresso, Filter und Zubehör"
    assert german["Letzter_Einkauf"] == "2. März 2026"
    assert german["Letzte_Aktion"] == "4. Mai 2026"
    assert german["Standort"] == "Kiel"
    assert german["Bestellnummer"] == "4711"
    assert names(profile, "en")["Interessen"] == "Espresso, Filter, and Zubehör"


def test_the_order_of_the_event_that_opened_the_path_is_the_order_meant() -> None:
    filled = names(entry={"properties": {"order_id": "1"}}, event={"properties": {"order_id": "2"}})
    assert filled["Bestellnummer"] == "2"


def test_tokens_of_somebody_unknown_are_empty() -> None:
    filled = names({"interests": None, "orders": {"count": 0, "last_at": None}, "address": "Kai 1"})
    assert [filled[token] for token in ("Vorname", "Nachname", "Interessen", "Letzter_Einkauf", "Standort")] == [""] * 5


def test_the_cart_has_lines_with_totals() -> None:
    cart = Cart(lines=(CartLine("p1", 2, Decimal("3.50"), "Espresso"), CartLine("p2")))
    filled = names(cart=cart)["cart"]
    assert (filled["value"], filled["count"], filled["currency"]) == (Decimal("7.00"), 3, "EUR")
    assert filled["items"][0]["total"] == Decimal("7.00")
    assert filled["items"][1] == {
        "product_id": "p2",
        "name": "p2",
        "quantity": 1,
        "price": None,
        "total": None,
        "image_url": None,
        "url": None,
    }


def test_the_imprint_speaks_the_recipients_language() -> None:
    assert names()["imprint"].splitlines() == [
        "Kontor GmbH",
        "Kai 1, 24103 Kiel",
        "Vertreten durch: die Geschäftsführung",
        "USt-IdNr.: DE1",
        "moin@example.com",
    ]
    assert "VAT ID: DE1" in names(locale="en")["imprint"]


def test_the_cart_link_falls_back_to_the_shop() -> None:
    assert names()["shop"]["cart_url"] == "https://shop.example.com"
