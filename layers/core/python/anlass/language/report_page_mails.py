"""A template's mails as they look, written to somebody made up: what a report page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from anlass.domain.profile import Cart, CartLine
from anlass.language.locales import choose_locale
from anlass.language.rendering import RenderError, render_email
from anlass.language.settings import Settings
from anlass.language.template_document import TemplateDocument
from anlass.language.template_names import names_for

_NOWHERE = "https://example.com/"


@dataclass(frozen=True)
class SampleMail:
    """`problem` instead of `html` where it cannot be made for the made-up person."""

    locale: str
    subject: str = ""
    preheader: str = ""
    html: str = ""
    problem: str = ""


def sample_mails(document: TemplateDocument, settings: Settings, event: str, now: datetime) -> list[SampleMail]:
    """One for each language, the shop's own first. `event`: the one that enrolled."""
    own_first = sorted(document.locales, key=lambda each: (each.split("-")[0] != settings.locale.split("-")[0], each))
    return [_mail(document, settings, locale, _names(document, settings, locale, event, now)) for locale in own_first]


def _mail(document: TemplateDocument, settings: Settings, locale: str, names: Mapping[str, Any]) -> SampleMail:
    try:
        mail = render_email(document, locale, settings.locale, names)
    except RenderError as error:
        return SampleMail(locale, problem=str(error))
    return SampleMail(locale, mail.subject, mail.preheader, mail.html)


def _names(document: TemplateDocument, settings: Settings, locale: str, event: str, now: datetime) -> dict[str, Any]:
    german = locale.startswith("de")
    things = ("Hafenkaffee, 500 g", "Espresso, 1 kg") if german else ("Harbour coffee, 500 g", "Espresso, 1 kg")
    products = [_product(settings, number, name) for number, name in enumerate(things)]
    lines = tuple(
        CartLine(product["product_id"], product["quantity"], product["price"], product["name"], None, product["url"])
        for product in products
    )
    return names_for(
        settings=settings,
        locale=locale,
        now=now,
        profile=_person(settings, locale, now),
        entry={"name": event, "at": now - timedelta(hours=1), "properties": _properties(settings, products, now)},
        event={},
        steps={},
        cart=Cart(lines=lines),
        products=products,
        coupon=_coupon(now),
        preferences_url=_NOWHERE,
        button_url=lambda *_: _NOWHERE,
        unsubscribe_url=_NOWHERE if document.purpose == "marketing" else None,
        confirming=_confirming(settings, locale) if document.purpose == "confirmation" else None,
    )


def _confirming(settings: Settings, locale: str) -> dict[str, Any]:
    """All that may be asked for: a link to confirm, and one to download."""
    topics = [topic.name[choose_locale(topic.name, locale, settings.locale)] for topic in settings.topics.values()]
    links = dict.fromkeys(("confirm_url", "data_url"), _NOWHERE)
    return {**links, "confirm_code": "123456", "topics": topics, "kept_days": settings.retention.unconfirmed_days}


def _person(settings: Settings, locale: str, now: datetime) -> dict[str, Any]:
    return {
        "first_name": "Anna",
        "last_name": "Muster",
        "gender": "female",
        "email": "anna.muster@example.com",
        "city": "Kiel",
        "country": "DE",
        "locale": locale,
        "timezone": settings.timezone,
        "birthday": "1990-05-17",
        "registered_at": now - timedelta(days=400),
        "last_seen": now - timedelta(hours=2),
        "interests": ["Espresso"],
        "price_sensitivity": "low",
        "tier": "silver",
        "points": 120,
        "orders": {"count": 3, "last_at": now - timedelta(days=20), "last_categories": ["Espresso"]},
        "spend": {"total": Decimal(240), "average": Decimal(80)},
    }


def _properties(settings: Settings, products: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """What the events of a shop carry, all at once: whatever enrolled, its mails find what they name."""
    total = sum((product["price"] * product["quantity"] for product in products), Decimal(0))
    address = {"first_name": "Anna", "last_name": "Muster", "street": "Hafenweg 1", "postal_code": "24103"}
    return {
        **products[0],
        "order_id": "10042",
        "products": products,
        "subtotal": total,
        "shipping": Decimal("4.90"),
        "total": total + Decimal("4.90"),
        "currency": settings.currency,
        "shipping_address": {**address, "city": "Kiel", "country": "DE"},
        **_coupon(now),
        "from": "bronze",
        "to": "silver",
    }


def _product(settings: Settings, number: int, name: str) -> dict[str, Any]:
    return {
        "product_id": f"p{number + 1}",
        "sku": f"SKU-{number + 1}",
        "name": name,
        "category": "Espresso",
        "price": Decimal("12.90") + 6 * number,
        "quantity": 1 + number,
        "url": settings.shop.url,
    }


def _coupon(now: datetime) -> dict[str, Any]:
    expires = now + timedelta(days=14)
    return {"id": "c1", "code": "ANNA-10", "value": 10, "expires_at": expires, "minimum_spend": 30}
