"""Clicks become the Segment messages that this shop would send. Pure: the same rows give the same messages.

Two sources, as a shop has them. The browser reports what a visitor does, with the `anonymousId` of the device and,
once somebody is signed in, the `userId`. The shop's backend reports what it vouches for: orders, and at a
customer's first appearance who they are and what they agreed to. Customers whom the shop knew before are handed
over as history (`context.import`): their consent counts, but nobody is welcomed for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from cli.demo import people
from cli.demo.catalogue import BY_ID, CATEGORIES, CURRENCY, PRODUCTS, PROMOTIONS, SEARCHES, SHOP, Product
from cli.demo.chance import choose, percent, token
from cli.demo.data import Click

Source = Literal["browser", "server"]
SIGNS_IN = frozenset(("account_page", "shipping_details", "payment_details", "purchase"))
SAME_AGAIN = 30  # % of views that go back to the first product of the session
FREE_SHIPPING_FROM, SHIPPING = Decimal("49"), Decimal("3.90")


@dataclass(frozen=True, slots=True)
class Message:
    """One message and who sends it: `sender` is a visitor's browser or the backend."""

    at: datetime
    source: Source
    sender: str
    body: dict[str, Any]


@dataclass
class _Session:
    anonymous_id: str
    known: bool
    viewed: Product | None = None
    first: Product | None = None
    views: int = 0
    checkout: str | None = None


@dataclass
class _Shop:
    sessions: dict[str, _Session] = field(default_factory=dict)
    carts: dict[str, dict[str, int]] = field(default_factory=dict)  # whose → product id → quantity
    customers: set[str] = field(default_factory=set)  # whom the backend has reported


def to_messages(clicks: Iterable[Click]) -> list[Message]:
    """The messages of these clicks, which are in the order of their times."""
    shop = _Shop()
    return [message for click in clicks for message in _messages(shop, click)]


def _messages(shop: _Shop, click: Click) -> Iterable[Message]:
    session = shop.sessions.get(click.session)
    if session is None:
        known = percent("signed in", click.session) < people.SIGNED_IN
        device = token("device", click.user, click.platform) if known else token("session", click.session)
        session = shop.sessions[click.session] = _Session(device, known)
    if session.known:
        yield from _introduction(shop, click)
    elif click.event in SIGNS_IN:
        yield from _introduction(shop, click)
        session.known = True
        cart = shop.carts.setdefault(click.user, {})
        for product, quantity in shop.carts.pop(session.anonymous_id, {}).items():
            cart[product] = max(quantity, cart.get(product, 0))
        yield _browser(click, session, "identify", {"traits": {}}, part="sign-in")
    yield _what_was_done(shop, click, session)


def _introduction(shop: _Shop, click: Click) -> Iterable[Message]:
    """At a customer's first appearance the backend says who they are."""
    if click.user in shop.customers:
        return
    shop.customers.add(click.user)
    context: dict[str, Any] = {"messaging_subscriptions": people.subscriptions(click.user)}
    if click.lifecycle != "new":
        context["import"] = True
    yield _server(click, "identify", {"traits": people.traits(click.user), "context": context}, part="customer")


def _what_was_done(shop: _Shop, click: Click, session: _Session) -> Message:
    cart = shop.carts.setdefault(click.user if session.known else session.anonymous_id, {})
    match click.event:
        case "product_view":
            return _track(click, session, "Product Viewed", _view(click, session).properties())
        case "add_to_cart":
            product = session.viewed or _view(click, session)
            cart[product.id] = cart.get(product.id, 0) + 1
            added = {**product.properties(1), "currency": CURRENCY, "cart_id": _cart_id(click, session)}
            return _track(click, session, "Product Added", added)
        case "cart":
            return _track(click, session, "Cart Viewed", {"cart_id": _cart_id(click, session), **_lines(cart)})
        case "shipping_details" if session.checkout is None:
            session.checkout = token("checkout", click.row)
            started = {"checkout_id": session.checkout, "value": float(_value(cart)), **_lines(cart)}
            return _track(click, session, "Checkout Started", started)
        case "shipping_details":
            return _track(click, session, "Checkout Step Viewed", {"checkout_id": session.checkout, "step": 1})
        case "payment_details":
            session.checkout = session.checkout or token("checkout", click.row)
            paid = {"checkout_id": session.checkout, "payment_method": choose(("paypal", "card", "invoice"), click.row)}
            return _track(click, session, "Payment Info Entered", paid)
        case "purchase":
            order = _order(click, session, cart)
            cart.clear()
            session.checkout = None
            return _server(click, "track", {"event": "Order Completed", "properties": order})
        case "wishlist_add":
            product = session.viewed or _view(click, session)
            return _track(click, session, "Product Added to Wishlist", product.properties())
        case "catalog":
            category = choose(CATEGORIES, "list", click.row)
            return _track(click, session, "Product List Viewed", {"list_id": category, "category": category})
        case "search":
            return _track(click, session, "Products Searched", {"query": choose(SEARCHES, "query", click.row)})
        case "filter_results":
            category = choose(CATEGORIES, "filter", click.row)
            filters = {"list_id": category, "category": category, "filters": [{"type": "price", "value": "under-25"}]}
            return _track(click, session, "Product List Filtered", filters)
        case "promo_page":
            promotion, name = choose(PROMOTIONS, "promotion", click.row)
            return _track(click, session, "Promotion Viewed", {"promotion_id": promotion, "name": name})
        case event if event in _OTHERS:
            return _track(click, session, _OTHERS[event], {"channel": click.channel})
        case event:
            name, path = _PAGES.get(event, (event, event))
            return _browser(click, session, "page", {"name": name, "properties": {"url": f"{SHOP}/{path}"}})


_OTHERS = {
    "compare": "Products Compared",
    "support_chat": "Support Chat Opened",
    "payment_error": "Payment Failed",
    "checkout_bug": "Checkout Failed",
}
_PAGES = {
    "home": ("Startseite", ""),
    "account_page": ("Mein Konto", "konto"),
    "review_page": ("Bewertungen", "bewertungen"),
    "error_page": ("Seite nicht gefunden", "404"),
}


def _view(click: Click, session: _Session) -> Product:
    """The product on the page. A session returns to its first one now and then, as people do."""
    session.views += 1
    product = choose(PRODUCTS, "view", click.session, session.views)
    if session.first is not None and percent("again", click.session, session.views) < SAME_AGAIN:
        product = session.first
    session.first = session.first or product
    session.viewed = product
    return product


def _order(click: Click, session: _Session, cart: dict[str, int]) -> dict[str, Any]:
    """What lies in the cart; if the clicks show none (an add from before these two weeks), what was looked at last."""
    bought = dict(cart) or {(session.viewed or _view(click, session)).id: 1}
    subtotal = _value(bought)
    shipping = Decimal(0) if subtotal >= FREE_SHIPPING_FROM else SHIPPING
    return {
        "order_id": f"KN-{token('order', click.row)[:8].upper()}",
        "subtotal": float(subtotal),
        "shipping": float(shipping),
        "total": float(subtotal + shipping),
        **_lines(bought),
    }


def _lines(cart: dict[str, int]) -> dict[str, Any]:
    return {"currency": CURRENCY, "products": [BY_ID[id_].properties(quantity) for id_, quantity in cart.items()]}


def _value(cart: dict[str, int]) -> Decimal:
    return sum((BY_ID[id_].price * quantity for id_, quantity in cart.items()), Decimal(0))


def _cart_id(click: Click, session: _Session) -> str:
    return f"cart-{token('cart', click.user if session.known else session.anonymous_id)[:8]}"


def _track(click: Click, session: _Session, event: str, properties: dict[str, Any]) -> Message:
    return _browser(click, session, "track", {"event": event, "properties": properties})


def _browser(click: Click, session: _Session, kind: str, what: dict[str, Any], part: str = "click") -> Message:
    who = {"anonymousId": session.anonymous_id, **({"userId": click.user} if session.known else {})}
    return Message(click.at, "browser", session.anonymous_id, _body(click, kind, part, who, what))


def _server(click: Click, kind: str, what: dict[str, Any], part: str = "click") -> Message:
    return Message(click.at, "server", "backend", _body(click, kind, part, {"userId": click.user}, what))


def _body(click: Click, kind: str, part: str, who: dict[str, Any], what: dict[str, Any]) -> dict[str, Any]:
    stamp = click.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"type": kind, "messageId": f"demo-{click.row:05d}-{part}", "timestamp": stamp, **who, **what}
