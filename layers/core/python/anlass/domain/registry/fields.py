"""The registry of fields: what is known of a person under `profile.…`, and what changes it.

Other names are traits as the shop sends them. A new field is one line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from anlass.domain.registry.events import IDENTIFY, PERSON, UPDATE, PropertyType
from anlass.domain.registry.spelling import trait_name

BIRTHDAY, REGISTERED_AT = "profile.birthday", "profile.registered_at"  # dates that come again every year


@dataclass(frozen=True, slots=True)
class FieldType:
    """One field of a person.

    `changed_by`: the events after which it may be another; None: whatever changes traits, which is an identify or a
    journey's `update`; PERSON in it: everything that the person does. `ages`: time alone changes it. `is_kept`: the
    system counts or derives it; else it is a trait that shops usually send.
    """

    name: str
    type: PropertyType
    about: str
    unit: str = ""
    changed_by: frozenset[str] | None = None
    ages: bool = False
    is_kept: bool = True
    is_available: bool = True  # else a later version fills it


_ORDER = frozenset(("Order Completed",))
_TRAIT_OR_ORDER = frozenset((IDENTIFY, UPDATE)) | _ORDER
_CART = frozenset(("Product Added", "Product Removed", "Cart Viewed")) | _ORDER
_POINTS = frozenset(("Points Awarded", "Points Spent", "Points Expired"))


def _trait(name: str, about: str, type_: PropertyType = "string", unit: str = "") -> FieldType:
    return FieldType(name, type_, about, unit, is_kept=False)


def _later(field: FieldType) -> FieldType:
    return replace(field, is_available=False)


_FIELDS = (
    FieldType("id", "string", "The person's id: `u:` and the shop's userId", changed_by=frozenset()),
    FieldType("email", "string", "The e-mail address"),
    FieldType("phone", "string", "The phone number", "E.164: +49…"),
    _trait("first_name", "The first name"),
    _trait("last_name", "The last name"),
    _trait("salutation", "How to address them", unit="Frau, Herr, Ms, Mr"),
    _trait("gender", "The gender", unit="female, male, …"),
    _trait("company", "The company"),
    _trait("address.street", "Street and number"),
    _trait("address.postal_code", "The postal code"),
    _trait("address.city", "The city"),
    FieldType(
        "country",
        "string",
        "The trait `country`, else the address's, else that of the last order's shipping address",
        "ISO 3166-1: DE",
        _TRAIT_OR_ORDER,
    ),
    FieldType(
        "region",
        "string",
        "The trait `region`, else the address's `region` or `state`, else that of the last order's shipping address",
        "ISO 3166-2: DE-BY",
        _TRAIT_OR_ORDER,
    ),
    FieldType("locale", "string", "Language and country", "BCP 47: de-AT"),
    FieldType("timezone", "string", "The time zone that every `at` means", "IANA: Europe/Vienna"),
    FieldType("birthday", "date", "The birthday", "1990-03-02"),
    FieldType("age", "integer", "The age, from the birthday", "years", ages=True),
    FieldType("registered_at", "time", "When the shop first told who they are, or the trait `created_at`"),
    FieldType("interests", "strings", "What they are interested in: categories, as the shop or they themselves say"),
    FieldType("tags", "strings", "Words that the shop or an `update` step has put on them"),
    FieldType(
        "price_sensitivity",
        "number",
        "The trait, if it is a number, else the share of orders with a discount or a coupon",
        "0 to 1",
        _TRAIT_OR_ORDER,
    ),
    FieldType("last_seen", "time", "When they last did something", changed_by=frozenset((PERSON,))),
    FieldType("orders.count", "integer", "How many orders; 0 without any", "orders", _ORDER),
    FieldType("orders.last_at", "time", "When they last ordered", changed_by=_ORDER),
    FieldType("orders.interval", "number", "The usual time between two orders; from the second on", "days", _ORDER),
    FieldType("orders.last_categories", "strings", "The categories of the last order, 20 at most", changed_by=_ORDER),
    FieldType("spend.total", "number", "All that they spent; 0 without an order", "the shop's currency", _ORDER),
    FieldType("spend.average", "number", "The average order; 0 without one", "the shop's currency", _ORDER),
    FieldType("cart.value", "number", "What lies in the cart; 0 if it is empty", "the cart's currency", _CART),
    FieldType("cart.items", "integer", "How many pieces lie in the cart; 0 if it is empty", "pieces", _CART),
    FieldType(
        "views.count", "integer", "How many products they looked at", "views", changed_by=frozenset(("Product Viewed",))
    ),
    _later(FieldType("points", "integer", "The balance of points", "points", _POINTS)),
    _later(FieldType("tier", "string", "The tier", changed_by=frozenset(("Tier Changed",)))),
    *(
        _later(FieldType(name, "number", about, "0 to 100", frozenset((PERSON,)), ages=True))
        for name, about in (
            ("score.total", "How close to buying: both scores together"),
            ("score.qualification", "How well they fit, from what is known of them"),
            ("score.interest", "How interested they are, from what they do"),
        )
    ),
)

FIELDS: Mapping[str, FieldType] = MappingProxyType({field.name: field for field in _FIELDS})


def _groups() -> dict[str, tuple[str, ...]]:
    """`orders` → what is kept below it. The shop cannot send traits of these names."""
    groups: dict[str, tuple[str, ...]] = {}
    for field in _FIELDS:
        group, dot, part = field.name.partition(".")
        if dot and field.is_kept:
            groups[group] = (*groups.get(group, ()), part)
    return groups


GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(_groups())


def field_of(path: str) -> FieldType | None:
    """The field behind `profile.orders.count` or `orders.count`, however it is spelt; None: a trait of the shop's."""
    return FIELDS.get(".".join(trait_name(part) for part in path.removeprefix("profile.").split(".")))


def events_changing(path: str) -> frozenset[str] | None:
    """The events after which `profile.…` may be another: None: those that change traits. See `FieldType`."""
    field = field_of(path)
    return field.changed_by if field else None
