"""The registry of events and trait names: what an event is called, who may send it, what it carries.

It feeds the reserved-name check of the intake, the compiler's "did you mean", the JSON Schema and the docs.
Names that are not in it are allowed from the shop; names of `sender="system"` are refused from every write key.
A new event is one line here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal

Sender = Literal["shop", "system"]
PropertyType = Literal["string", "number", "integer", "boolean", "strings", "products", "any"]


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event. `properties` are those that conditions and templates may count on; others may come too."""

    name: str
    sender: Sender
    properties: Mapping[str, PropertyType]


def _text(*names: str) -> dict[str, PropertyType]:
    return dict.fromkeys(names, "string")


# One line of an order, a cart or a list, as Segment's V2 e-commerce spec names it.
PRODUCT: Mapping[str, PropertyType] = MappingProxyType(
    {
        **_text("product_id", "sku", "name", "category", "brand", "variant", "coupon", "url", "image_url"),
        "price": "number",
        "quantity": "integer",
        "position": "integer",
    }
)

_ONE_PRODUCT: dict[str, PropertyType] = {**PRODUCT, "currency": "string", "value": "number"}
_PRODUCTS: dict[str, PropertyType] = {"products": "products"}
_CART: dict[str, PropertyType] = {"cart_id": "string", **_PRODUCTS}
_IN_CART: dict[str, PropertyType] = {"cart_id": "string", **_ONE_PRODUCT}
_ORDER: dict[str, PropertyType] = {
    **_text("order_id", "checkout_id", "affiliation", "currency", "coupon"),
    **dict.fromkeys(("total", "subtotal", "revenue", "shipping", "tax", "discount", "value"), "number"),
    **_PRODUCTS,
}
_LIST: dict[str, PropertyType] = {**_text("list_id", "category"), **_PRODUCTS}
_PROMOTION = _text("promotion_id", "creative", "name", "position")
_STEP: dict[str, PropertyType] = {**_text("checkout_id", "shipping_method", "payment_method"), "step": "integer"}
_COUPON_TRIED: dict[str, PropertyType] = {
    **_text("order_id", "cart_id", "coupon_id", "coupon_name", "reason"),
    "discount": "number",
}
_WISH: dict[str, PropertyType] = {**_text("wishlist_id", "wishlist_name"), **_IN_CART}
_SHARE = _text("share_via", "share_message", "recipient")

_SHOP: dict[str, dict[str, PropertyType]] = {
    "Products Searched": _text("query"),
    "Product List Viewed": _LIST,
    "Product List Filtered": {**_LIST, "filters": "any", "sorts": "any"},
    "Promotion Viewed": _PROMOTION,
    "Promotion Clicked": _PROMOTION,
    "Product Clicked": _ONE_PRODUCT,
    "Product Viewed": _ONE_PRODUCT,
    "Product Added": _IN_CART,
    "Product Removed": _IN_CART,
    "Cart Viewed": _CART,
    "Checkout Started": _ORDER,
    "Checkout Step Viewed": _STEP,
    "Checkout Step Completed": _STEP,
    "Payment Info Entered": {**_STEP, "order_id": "string"},
    "Order Updated": _ORDER,
    "Order Completed": _ORDER,
    "Order Refunded": _ORDER,
    "Order Cancelled": _ORDER,
    "Coupon Entered": _COUPON_TRIED,
    "Coupon Applied": _COUPON_TRIED,
    "Coupon Denied": _COUPON_TRIED,
    "Coupon Removed": _COUPON_TRIED,
    "Product Added to Wishlist": _WISH,
    "Product Removed from Wishlist": _WISH,
    "Wishlist Product Added to Cart": _WISH,
    "Product Shared": {**_SHARE, **_ONE_PRODUCT},
    "Cart Shared": {**_SHARE, **_CART},
    "Product Reviewed": {**_text("product_id", "order_id", "review_id", "review_body"), "rating": "integer"},
    "Account Created": {},
    "Order Delivered": {"order_id": "string", **_PRODUCTS},
    "Content Downloaded": _text("content_id", "name", "url"),
    "Content Shared": _text("content_id", "name", "url", "share_via"),
    "Contest Entered": _text("contest_id", "name"),
}

_MESSAGE = _text("message_id", "journey", "step", "template", "channel")
_LINKED: dict[str, PropertyType] = {**_MESSAGE, **_text("link", "url"), "machine": "boolean"}
_FAILED = {**_MESSAGE, **_text("reason")}
_CONSENT: dict[str, PropertyType] = {**_text("channel", "source", "text_version"), "topics": "strings"}
_COUPON: dict[str, PropertyType] = {
    **_text("coupon_id", "code", "campaign", "expires_at", "order_id"),
    "value": "number",
}
_POINTS: dict[str, PropertyType] = {"points": "integer", "balance": "integer", "reason": "string"}
_REFERRAL = _text("friend_order_id", "reward")

_SYSTEM: dict[str, dict[str, PropertyType]] = {
    "Email Sent": _MESSAGE,
    "Email Delivered": _MESSAGE,
    "Email Bounced": {**_MESSAGE, **_text("bounce_type")},
    "Email Marked as Spam": _MESSAGE,
    "Email Opened": _LINKED,
    "Email Link Clicked": _LINKED,
    "SMS Sent": _MESSAGE,
    "SMS Delivered": _MESSAGE,
    "SMS Failed": _FAILED,
    "Push Sent": _MESSAGE,
    "Push Tapped": _MESSAGE,
    "Push Failed": _FAILED,
    "Message Skipped": _FAILED,
    "Button Pressed": {**_MESSAGE, "button": "string", "value": "any"},
    "Subscription Requested": _CONSENT,
    "Subscription Confirmed": _CONSENT,
    "Unsubscribed": {**_MESSAGE, **_CONSENT},
    "Consent Withdrawn": _CONSENT,
    "Preferences Changed": {**_CONSENT, "fields": "strings"},
    "Coupon Sent": {**_MESSAGE, **_COUPON},
    "Coupon Redeemed": _COUPON,
    "Coupon Expired": _COUPON,
    "Points Awarded": _POINTS,
    "Points Spent": _POINTS,
    "Points Expired": _POINTS,
    "Points Reached": _POINTS,
    "Tier Changed": _text("from", "to", "direction"),
    "Referral Shared": _REFERRAL,
    "Referral Converted": _REFERRAL,
    "Referral Rewarded": _REFERRAL,
    "Segment Entered": _text("segment"),
    "Segment Left": _text("segment"),
    "Journey Entered": _text("journey", "variant"),
    "Journey Finished": _text("journey", "outcome", "variant"),
    "Cart Emptied": _text("cart_id"),
    "Page Dwelled": {**_text("product_id", "url"), "seconds": "number"},
}


def _types(sender: Sender, table: dict[str, dict[str, PropertyType]]) -> dict[str, EventType]:
    return {name: EventType(name, sender, MappingProxyType(properties)) for name, properties in table.items()}


EVENTS: Mapping[str, EventType] = MappingProxyType({**_types("shop", _SHOP), **_types("system", _SYSTEM)})


def known(name: str) -> bool:
    """Whether the registry holds this very name."""
    return name in EVENTS


def is_system(name: str) -> bool:
    """Whether only Anlass itself may report this event."""
    event = EVENTS.get(name)
    return event is not None and event.sender == "system"


def did_you_mean(name: str) -> str | None:
    """The known name that an unknown one most likely stands for ("product viewed", "Order Complete"), if any."""
    if name in EVENTS:
        return None
    by_folded = {_folded(each): each for each in EVENTS}
    close = get_close_matches(_folded(name), by_folded, n=1, cutoff=0.8)
    return by_folded[close[0]] if close else None


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[_\-\s]+", " ", name).casefold().split())


_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def trait_name(name: str) -> str:
    """The one spelling of a trait: `firstName`, `FirstName` and `first_name` are `first_name`.

    A name that is no identifier ("Schuhgröße EU") stays as it is. Applying it twice changes nothing.
    """
    return _HUMP.sub("_", name).lower() if _IDENTIFIER.fullmatch(name) else name
