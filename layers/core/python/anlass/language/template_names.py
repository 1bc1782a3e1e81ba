"""The names a template may use, and what they mean for one recipient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from babel.lists import format_list

from anlass.domain.profile import Cart
from anlass.language.sandbox import field
from anlass.language.settings import Settings
from anlass.language.template_filters import babel_locale, local_date

TOKENS = (
    "Vorname",
    "Nachname",
    "Anrede",
    "Bestellnummer",
    "Interessen",
    "Letzter_Einkauf",
    "Letzte_Aktion",
    "Standort",
)
ButtonUrl = Callable[..., str]  # button_url("stay"), button_url("rating", 5)
_OPEN = ("profile", "entry", "event", "steps", "products", "coupon")
# Of these the fields are known, so that a misspelt one is found when the template is published.
FIELDS: Mapping[str, frozenset[str]] = {
    "shop": frozenset({"name", "url", "cart_url", "logo", "privacy_url", "currency", "timezone"}),
    "cart": frozenset({"items", "value", "count", "currency"}),
}
_PLAIN = (
    *("imprint", "unsubscribe_url", "preferences_url", "button_url", "basis", "now", "locale", "preheader", "subject"),
)
# What a mail holds that asks for a confirmation, and no other: the links, the code of an SMS, what was asked for, and
# after how many days that is forgotten.
CONFIRMING_NAMES = frozenset({"confirm_url", "confirm_code", "data_url", "topics", "kept_days"})
NAMES = frozenset({*_OPEN, *FIELDS, *_PLAIN, *CONFIRMING_NAMES, *TOKENS})
# A transactional mail may advertise nothing (§ 7 UWG); these names and blocks do.
ADVERTISING_NAMES = frozenset({"coupon", "products"})
ADVERTISING_BLOCKS = ("offer", "coupon", "products", "recommendation")

_SALUTATIONS = {
    "de": {"female": "Frau", "male": "Herr"},
    "en": {"female": "Ms", "male": "Mr"},
}
_GENDERS = {
    **dict.fromkeys(("f", "female", "w", "weiblich", "frau", "ms", "mrs", "miss"), "female"),
    **dict.fromkeys(("m", "male", "männlich", "herr", "mr"), "male"),
}


def names_for(
    *,
    settings: Settings,
    locale: str,
    now: datetime,
    profile: Mapping[str, Any],
    entry: Mapping[str, Any],
    preferences_url: str,
    button_url: ButtonUrl,
    basis: str = "consent",
    unsubscribe_url: str | None = None,
    cart: Cart | None = None,
    event: Mapping[str, Any] | None = None,
    steps: Mapping[str, Any] | None = None,
    products: Sequence[Mapping[str, Any]] | None = None,
    coupon: Mapping[str, Any] | None = None,
    confirming: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that templates may use for one recipient. `confirming`: those of CONFIRMING_NAMES that there are.

    `basis`: "consent" or "existing-customer", on which a mail must say something else (§ 7 (3) UWG).
    `profile` is `profile_facts(…)`; `entry` and `event` are `{"name", "at", "properties"}`. What is None is left
    out, so that a template that needs it fails with its name.
    """
    shop = settings.shop
    optional = {"unsubscribe_url": unsubscribe_url, "products": products, "coupon": coupon}
    return {
        "profile": profile,
        "entry": entry,
        "event": event or {},
        "steps": steps or {},
        "cart": _cart(cart or Cart(), settings.currency),
        "shop": {
            "name": shop.name,
            "url": shop.url,
            "cart_url": shop.cart_url or shop.url,
            "privacy_url": shop.privacy_url,
            "logo": shop.logo,
            "currency": settings.currency,
            "timezone": settings.timezone,
        },
        "imprint": settings.imprint.lines(locale),
        "preferences_url": preferences_url,
        "button_url": button_url,
        "basis": basis,
        "now": now,
        **{name: value for name, value in optional.items() if value is not None},
        **(confirming or {}),
        **_tokens(profile, entry, event or {}, locale, settings.timezone),
    }


def _cart(cart: Cart, currency: str) -> dict[str, Any]:
    items = [
        {
            "product_id": line.product,
            "name": line.name or line.product,
            "quantity": line.quantity,
            "price": line.price,
            "total": None if line.price is None else line.price * line.quantity,
            "image_url": line.image,
            "url": line.url,
        }
        for line in cart.lines
    ]
    return {"items": items, "value": cart.value, "count": cart.items, "currency": cart.currency or currency}


def _tokens(
    profile: Mapping[str, Any], entry: Mapping[str, Any], event: Mapping[str, Any], locale: str, timezone: str
) -> dict[str, Any]:
    """The German tokens; an unknown one is an empty text."""
    properties = {**_mapping(field(entry, "properties")), **_mapping(field(event, "properties"))}
    address = _mapping(field(profile, "address"))
    interests = field(profile, "interests")
    if isinstance(interests, list | tuple):
        interests = format_list([str(each) for each in interests if each], locale=babel_locale(locale))
    zone = field(profile, "timezone") or timezone
    return {
        "Vorname": field(profile, "first_name") or "",
        "Nachname": field(profile, "last_name") or "",
        "Anrede": _salutation(profile, locale),
        "Bestellnummer": field(properties, "order_id") or "",
        "Interessen": interests or "",
        "Letzter_Einkauf": local_date(_mapping(field(profile, "orders")).get("last_at"), zone, locale),
        "Letzte_Aktion": local_date(field(profile, "last_seen"), zone, locale),
        "Standort": field(profile, "city") or field(address, "city") or "",
    }


def _salutation(profile: Mapping[str, Any], locale: str) -> str:
    """`Frau` or `Herr` where the shop knows it; to be written before the last name."""
    for trait in ("salutation", "gender", "title"):
        gender = _GENDERS.get(str(field(profile, trait) or "").strip().rstrip(".").lower())
        if gender:
            return _SALUTATIONS["de" if locale.startswith("de") else "en"][gender]
    return ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
