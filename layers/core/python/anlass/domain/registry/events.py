"""The registry of events: what each is called, who sends it, what it carries, and whether the person did it.

It feeds the reserved-name check of the intake, the compiler's "did you mean", the JSON Schemas and the reference page.
Names that are not in it are allowed from the shop; names of `sender="system"` are refused from every write key, and so
are all that begin with "@", which are the system's word to itself. A new event is one line here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from anlass.domain.registry.spelling import nearest

Sender = Literal["shop", "system"]
PropertyType = Literal[
    "string", "number", "integer", "boolean", "time", "date", "strings", "object", "objects", "products", "any"
]


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event. `properties` are those that conditions and templates may count on; others may come too.

    `by_person`: the person did it; it says nothing of an event that the shop or the system only reports about them.
    """

    name: str
    sender: Sender
    by_person: bool
    about: str
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
    "shipping_address": "object",
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
_PAGE = _text("name", "category", "title", "url", "path", "referrer", "search")

_Line = tuple[str, str, dict[str, PropertyType]]

# What visitors and customers do, as the shop reports it.
_DONE: tuple[_Line, ...] = (
    ("page", "Opened a page of the website: Segment's page call.", _PAGE),
    ("screen", "Opened a screen of the app: Segment's screen call.", _PAGE),
    ("Products Searched", "Searched the shop.", _text("query")),
    ("Product List Viewed", "Looked at a category or a list of products.", _LIST),
    ("Product List Filtered", "Filtered or sorted such a list.", {**_LIST, "filters": "objects", "sorts": "objects"}),
    ("Promotion Viewed", "Saw a promotion inside the shop.", _PROMOTION),
    ("Promotion Clicked", "Clicked a promotion inside the shop.", _PROMOTION),
    ("Product Clicked", "Clicked a product in a list.", _ONE_PRODUCT),
    ("Product Viewed", "Looked at a product's page.", _ONE_PRODUCT),
    ("Product Added", "Put a product into the cart.", _IN_CART),
    ("Product Removed", "Took a product out of the cart.", _IN_CART),
    ("Cart Viewed", "Looked at the cart; its `products` are the whole cart.", _CART),
    ("Checkout Started", "Went to the checkout.", _ORDER),
    ("Checkout Step Viewed", "Saw a step of the checkout.", _STEP),
    ("Checkout Step Completed", "Finished a step of the checkout.", _STEP),
    ("Payment Info Entered", "Gave a way to pay.", {**_STEP, "order_id": "string"}),
    ("Order Completed", "Bought. The shop's server reports it; it counts once for each `order_id`.", _ORDER),
    ("Coupon Entered", "Typed a coupon's code.", _COUPON_TRIED),
    ("Coupon Applied", "A coupon's code was good.", _COUPON_TRIED),
    ("Coupon Denied", "A coupon's code was refused.", _COUPON_TRIED),
    ("Coupon Removed", "Took a coupon out again.", _COUPON_TRIED),
    ("Product Added to Wishlist", "Put a product on a wishlist.", _WISH),
    ("Product Removed from Wishlist", "Took a product off a wishlist.", _WISH),
    ("Wishlist Product Added to Cart", "Put a product from a wishlist into the cart.", _WISH),
    ("Product Shared", "Shared a product with somebody.", {**_SHARE, **_ONE_PRODUCT}),
    ("Cart Shared", "Shared the cart with somebody.", {**_SHARE, **_CART}),
    (
        "Product Reviewed",
        "Wrote a review; `rating` is 1 to 5.",
        {**_text("product_id", "order_id", "review_id", "review_body"), "rating": "integer"},
    ),
    ("Account Created", "Opened an account.", {}),
    ("Content Downloaded", "Downloaded something.", _text("content_id", "name", "url")),
    ("Content Shared", "Shared an article or a video.", _text("content_id", "name", "url", "share_via")),
    ("Contest Entered", "Took part in a contest.", _text("contest_id", "name")),
)

# What the shop does with an order.
_BY_SHOP: tuple[_Line, ...] = (
    ("Order Updated", "An order was changed.", _ORDER),
    ("Order Refunded", "An order, or a part of it, was paid back.", _ORDER),
    ("Order Cancelled", "An order was cancelled.", _ORDER),
    (
        "Order Delivered",
        "The parcel has come; `products` are filled in from the order.",
        {"order_id": "string", **_PRODUCTS},
    ),
)

_MESSAGE = _text("message_id", "journey", "step", "template", "channel")
_LINKED: dict[str, PropertyType] = {**_MESSAGE, **_text("link", "url"), "machine": "boolean"}
_FAILED = {**_MESSAGE, **_text("reason")}
_CONSENT: dict[str, PropertyType] = {**_text("channel", "source", "text_version"), "topics": "strings"}
_COUPON: dict[str, PropertyType] = {
    **_text("coupon_id", "code", "campaign", "order_id"),
    "value": "number",
    "expires_at": "time",
}
_POINTS: dict[str, PropertyType] = {"points": "integer", "balance": "integer", "reason": "string"}
_REFERRAL = _text("friend_order_id", "reward")

# What people do and the system notices. Machines open and click too, and consents come from the shop too.
_NOTICED: tuple[_Line, ...] = (
    ("Email Opened", "An e-mail was opened; only with consent to tracking.", _LINKED),
    ("Email Link Clicked", "A link in an e-mail was clicked; only with consent to tracking.", _LINKED),
    ("Push Tapped", "A push message was tapped.", _MESSAGE),
    (
        "Button Pressed",
        "A button of a message was pressed; `value` is a number where the button's was.",
        {**_MESSAGE, "button": "string", "value": "any"},
    ),
    ("Subscription Confirmed", "Confirmed that messages are wanted.", _CONSENT),
    ("Unsubscribed", "Wants no messages any more.", {**_MESSAGE, **_CONSENT}),
    ("Consent Withdrawn", "Took a consent back.", _CONSENT),
    ("Preferences Changed", "Chose other topics or told of interests.", {**_CONSENT, "fields": "strings"}),
    (
        "Data Requested",
        "Asked for what is kept of them, or for its deletion: `wanted` is data or erasure. A mail with a link does it.",
        {**_MESSAGE, **_text("wanted")},
    ),
    ("Coupon Redeemed", "Bought with a coupon of ours.", _COUPON),
    ("Points Spent", "Spent points.", _POINTS),
    ("Referral Shared", "Recommended the shop to somebody.", _REFERRAL),
    ("Cart Emptied", "Took the last product out of the cart.", _text("cart_id")),
    ("Page Dwelled", "Stayed on a page.", {**_text("product_id", "url"), "seconds": "number"}),
)

# What happens to people: what we send, count or decide.
_HAPPENED: tuple[_Line, ...] = (
    (
        "Subscription Requested",
        "Somebody asked for messages to this person's address. Whether it was they, only a confirmation tells.",
        {**_CONSENT, **_text("email", "phone", "locale", "form_url", "ip"), "traits": "object"},
    ),
    ("Email Sent", "An e-mail left.", _MESSAGE),
    ("Email Delivered", "An e-mail reached the mailbox.", _MESSAGE),
    ("Email Delayed", "An e-mail waits before the mailbox; SES tries on.", _FAILED),
    ("Email Failed", "An e-mail was taken and then not sent.", _FAILED),
    ("Email Bounced", "An e-mail came back; `bounce_type` is hard or soft.", {**_MESSAGE, **_text("bounce_type")}),
    ("Email Marked as Spam", "An e-mail was called spam; nothing is sent to this address any more.", _MESSAGE),
    ("SMS Sent", "An SMS left.", _MESSAGE),
    ("SMS Delivered", "An SMS reached the phone.", _MESSAGE),
    ("SMS Failed", "An SMS could not be delivered.", _FAILED),
    ("Push Sent", "A push message left.", _MESSAGE),
    ("Push Failed", "A push message could not be delivered.", _FAILED),
    ("Message Skipped", "A message was not sent; `reason` says why.", _FAILED),
    ("Coupon Sent", "A coupon left with a message.", {**_MESSAGE, **_COUPON}),
    ("Coupon Expired", "A coupon's time is over, unused.", _COUPON),
    ("Points Awarded", "Points were given.", _POINTS),
    ("Points Expired", "Points are over.", _POINTS),
    ("Points Reached", "The balance reached a mark.", _POINTS),
    ("Tier Changed", "Rose or fell to another tier; `direction` is up or down.", _text("from", "to", "direction")),
    ("Referral Converted", "Somebody bought who was sent by this person.", _REFERRAL),
    ("Referral Rewarded", "The reward for it was given.", _REFERRAL),
    ("Segment Entered", "Began to belong to a segment.", _text("segment")),
    ("Segment Left", "Belongs to a segment no more.", _text("segment")),
    ("Journey Entered", "Entered a journey.", _text("journey", "variant")),
    ("Journey Finished", "Left a journey; `outcome` says how.", _text("journey", "outcome", "variant")),
)

PERSON = "@person"  # stands for everything that the person did
IDENTIFY = "identify"  # what an identify is called among events
UPDATE = "@update"  # a journey's `update` step comes back as this event
ENROL = "@enrol"  # a journey's `enrol` step
SUNSET = "@sunset"  # a journey's `sunset` step
RESTORED = "@restored"  # the shop took a no of its own back: what was said before it may count again
CONFIRMED = "Subscription Confirmed"
UNSUBSCRIBED, WITHDRAWN = "Unsubscribed", "Consent Withdrawn"  # by one of them every withdrawal is told of
FIRST_WORDS = frozenset(("Subscription Requested",))  # of our own events, those that may be the first of somebody
INTERNAL = frozenset((UPDATE, ENROL, SUNSET, RESTORED, "@merged", "@restarted"))  # what we tell ourselves today


def _types(sender: Sender, by_person: bool, lines: Iterable[_Line]) -> dict[str, EventType]:
    return {
        name: EventType(name, sender, by_person, about, MappingProxyType(properties))
        for name, about, properties in lines
    }


EVENTS: Mapping[str, EventType] = MappingProxyType(
    {
        **_types("shop", True, _DONE),
        **_types("shop", False, _BY_SHOP),
        **_types("system", True, _NOTICED),
        **_types("system", False, _HAPPENED),
    }
)


def known(name: str) -> bool:
    """Whether the registry holds this very name."""
    return name in EVENTS


def is_internal(name: str) -> bool:
    """The system's word to itself: "@update", "@merged" … No shop can send it, and no marketer needs to know it."""
    return name.startswith("@")


def is_system(name: str) -> bool:
    """Whether only Anlass itself may report this event."""
    event = EVENTS.get(name)
    return is_internal(name) or (event is not None and event.sender == "system")


def did_you_mean(name: str) -> str | None:
    """The known name that an unknown one most likely stands for ("product viewed", "Order Complete"), if any."""
    return None if name in EVENTS else nearest(name, EVENTS)
