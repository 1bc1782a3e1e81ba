"""The mails that ship are sound in both languages, for somebody known and for a stranger."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from anlass.domain.profile import Cart, CartLine
from anlass.language.rendering import RenderedEmail, render_email, render_sms
from anlass.language.settings import parse_settings
from anlass.language.template import compile_template
from anlass.language.template_document import TemplateDocument
from anlass.language.template_names import names_for

FOLDER = Path(__file__).parents[2] / "content" / "templates"
BLOCKS = {f"_blocks/{path.name}": path.read_text() for path in (FOLDER / "_blocks").iterdir()}
SHIPPED = sorted(path.name for path in FOLDER.iterdir() if path.name != "_blocks")
ANNA = {"first_name": "Anna", "last_name": "Muster", "gender": "female"}
CART = Cart(
    lines=(
        CartLine(
            "p1", 2, Decimal("12.90"), "Espresso <dunkel>", "https://img.example.com/1.png", "https://x.example.com/1"
        ),
        CartLine("p2", 1),
    )
)
ASKING = {
    "confirm_url": "https://c.example.com/x",
    "confirm_code": "",
    "data_url": "https://d.example.com/x",
    "topics": ["Neues"],
    "kept_days": 30,
}
VIEWED = {
    "name": "Espresso",
    "price": 12.9,
    "url": "https://x.example.com/1",
    "image_url": "https://x.example.com/1.png",
}
ORDER = {
    "order_id": "KN-1001",
    "total": 42.2,
    "subtotal": 38.3,
    "shipping": 3.9,
    "tax": 3.4,
    "discount": 2,
    "shipping_address": {"first_name": "Anna", "last_name": "Muster", "street": "Weg 5", "postal_code": "24105"},
    "products": [
        {"product_id": "p1", "name": "Espresso", "category": "Espresso", "price": 12.9, "quantity": 2},
        {"product_id": "p2", "name": "French Press", "category": "Zubereitung", "price": "12,50", "variant": "1 l"},
        {"product_id": "p3"},
    ],
}


@cache
def published(name: str) -> TemplateDocument:
    folder = FOLDER / name
    files = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    document, findings = compile_template(name, files, BLOCKS, "de")
    assert findings == []
    assert document is not None
    return document


def sent(
    name: str, locale: str, profile: dict[str, Any], properties: dict[str, Any], cart: Cart, basis: str = "consent"
) -> RenderedEmail:
    settings, _ = parse_settings((FOLDER.parent / "settings.json").read_text())
    assert settings is not None
    template = published(name)
    names = names_for(
        settings=settings,
        locale=locale,
        now=datetime(2026, 5, 4, tzinfo=UTC),
        profile=profile,
        entry={"name": "Order Completed", "at": datetime(2026, 5, 3, tzinfo=UTC), "properties": properties},
        cart=cart,
        preferences_url="https://p.example.com/x",
        button_url=lambda *pressed: "https://b.example.com/" + "/".join(map(str, pressed)),
        unsubscribe_url="https://u.example.com/x" if template.purpose == "marketing" else None,
        confirming=ASKING if template.purpose == "confirmation" else None,
        basis=basis,
    )
    return render_email(template, locale, "de", names)


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("name", SHIPPED)
def test_a_mail_that_ships_reads_well(name: str, locale: str) -> None:
    is_marketing = published(name).purpose == "marketing"
    for profile, properties, cart in ((ANNA, VIEWED, CART), (ANNA, ORDER, Cart()), ({}, {}, Cart())):
        mail = sent(name, locale, profile, properties, cart)
        assert mail.locale == locale
        for part in (mail.subject, mail.preheader, mail.html, mail.text):
            assert part
            assert "{{" not in part
            assert "None" not in part
            assert " ," not in part
        assert ("https://u.example.com/x" in mail.html) is is_marketing
        assert ("https://u.example.com/x" in mail.text) is is_marketing
        assert "Amtsgericht Kiel" in mail.html
        assert len(mail.subject) < 80
        assert mail.html.count("<img") == mail.html.count('alt="')
        assert len(mail.html.encode()) < 60_000


@pytest.mark.parametrize(
    ("locale", "bought", "cost", "agreed"),
    [
        (
            "de",
            "weil Sie bei uns eingekauft haben.",
            "andere als die Übermittlungskosten",
            "weil Sie (zugestimmt|sich)",
        ),
        ("en", "because you bought from us.", "no other cost than that of transmission", "because you (agreed|signed)"),
    ],
)
@pytest.mark.parametrize("name", SHIPPED)
def test_whatever_advertises_says_why_it_comes_and_tells_customers_at_what_cost_they_may_object(
    name: str, locale: str, bought: str, cost: str, agreed: str
) -> None:
    is_marketing = published(name).purpose == "marketing"
    for basis in ("existing-customer", "consent"):
        mail = sent(name, locale, ANNA, VIEWED, CART, basis)
        is_sale = is_marketing and basis == "existing-customer"
        for form in (mail.html, mail.text):
            said = " ".join(form.split())
            assert (bought in said, cost in said) == (is_sale, is_sale)
            assert (re.search(agreed, said) is not None) is (is_marketing and not is_sale)


def test_an_order_is_confirmed_with_what_was_bought_and_what_it_costs() -> None:
    text = sent("order-confirmation", "de", ANNA, ORDER, Cart()).text
    for line in ("2 × 12,90 €   25,80 €", "Versand: 3,90 €", "Rabatt: −2,00 €", "Gesamtbetrag: 42,20 €", "Weg 5"):
        assert line in text
    assert "vom 3. Mai 2026" in text
    assert "Gesamtbetrag" not in sent("order-confirmation", "de", {}, {}, Cart()).text


def test_tips_and_recommendations_fit_what_was_bought() -> None:
    tips = sent("after-sale", "de", ANNA, ORDER, Cart())
    assert tips.subject == "So wird Ihr Espresso richtig gut"
    assert "French Press" in tips.text
    assert "Kapseln" not in tips.text
    assert "Handmühle „Deern“" in sent("cross-sell", "de", ANNA, ORDER, Cart()).text


def test_the_greeting_fits_what_is_known() -> None:
    assert "Guten Tag Frau Muster," in sent("welcome-1", "de", ANNA, {}, CART).text
    assert "Hallo Anna," in sent("welcome-1", "de", {"first_name": "Anna"}, {}, CART).text
    assert "Guten Tag,\n" in sent("welcome-1", "de", {}, {}, CART).text
    assert "Hello Anna," in sent("welcome-1", "en", ANNA, {}, CART).text


def test_the_cart_is_listed_with_quantities_and_prices() -> None:
    mail = sent("cart-reminder", "de", ANNA, {}, CART)
    assert mail.preheader == "3 Artikel liegen für Sie bereit."
    assert "2 × 12,90\u00a0€" in mail.html
    assert "Espresso &lt;dunkel&gt;" in mail.html
    assert "25,80 €" in mail.text
    assert "https://www.example.com/warenkorb" in mail.text


@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_sms_that_asks_fits_into_one(locale: str) -> None:
    settings, _ = parse_settings((FOLDER.parent / "settings.json").read_text())
    assert settings is not None
    names = names_for(
        settings=settings,
        locale=locale,
        now=datetime(2026, 5, 4, tzinfo=UTC),
        profile={},
        entry={},
        preferences_url="",
        button_url=lambda *_: "",
        confirming={**ASKING, "confirm_code": "123456"},
    )
    text = render_sms(published("confirm-subscription"), locale, "de", names)
    assert text.startswith("Kaffeekontor Nord: ")
    assert "123456" in text
    assert len(text) <= 160
    assert text.isascii(), "a letter beyond the alphabet of SMS would halve what fits"


def test_who_is_asked_reads_what_for_and_what_happens_without_an_answer() -> None:
    text = sent("confirm-subscription", "de", ANNA, {}, Cart()).text
    for line in ("– Neues", "https://c.example.com/x", "höchstens noch einmal", "löschen diese Anfrage nach 30 Tagen"):
        assert line in text
    assert "Anna" not in text
