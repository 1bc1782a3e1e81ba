"""How an event changes a person: cart, orders, spend, views, last seen. History counts like the present."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from anlass.domain.acting import is_act
from anlass.domain.event import ORDERED, Event, order_id_of
from anlass.domain.geography import country_in, region_in
from anlass.domain.ids import short
from anlass.domain.profile import CART_LINES, LAST_CATEGORIES, RECENT_PRODUCTS, Cart, CartLine, Orders, State
from anlass.domain.registry.events import SUNSET

# Characters: what is longer in a shop is most likely no name.
NAME, CATEGORY, LINK = 100, 100, 300
Amount = tuple[str, Decimal]
MOST, FINEST = Decimal("1e15"), Decimal("1e-9")  # of money: arithmetic has 28 digits


def apply_event(state: State, event: Event, currency: str) -> State:
    """The state after the event. `currency` is the shop's own, for orders that name none."""
    if is_act(event):
        sunset_at = state.sunset_at if state.sunset_at is None or event.at <= state.sunset_at else None
        state = replace(state, last_seen=_later(state.last_seen, event.at), sunset_at=sunset_at)
    elif event.name == SUNSET and (state.last_seen is None or state.last_seen <= event.at):
        state = replace(state, sunset_at=event.at)
    if event.kind != "track":
        return state
    change = _CHANGES.get(event.name)
    return change(state, event, currency) if change else state


def amount(value: Any) -> Decimal | None:
    """A money amount as shops send it: number or numeric text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    # Arithmetic would overflow with "1e99999999": what is compared is a copy.
    if not number.is_finite() or number.copy_abs() >= MOST:
        return None
    places = number.as_tuple().exponent
    is_plain = isinstance(places, int) and -9 <= places <= 14
    return number if is_plain else number.quantize(FINEST)


def currency_of(properties: Mapping[str, Any]) -> str | None:
    """Three letters, or None: then it is the shop's own."""
    value = properties.get("currency")
    named = isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha()
    return str(value).upper() if named else None


def order_total(properties: Mapping[str, Any]) -> Decimal:
    """Segment's `total`, else `revenue`, else the sum of the lines; 0 if the order names no money."""
    for name in ("total", "revenue", "subtotal", "value"):
        if (number := amount(properties.get(name))) is not None:
            return number
    lines = _lines(properties)
    return sum(((line.price or Decimal(0)) * line.quantity for line in lines), Decimal(0))


def order_of(event: Event) -> str:
    """What an order is told from others by: shortened, as STATE holds it."""
    return short(order_id_of(event.name, event.properties) or event.id, 8)


def amount_of(order: Event, currency: str) -> Amount:
    """What an order came to, and in which currency: the shop's own where it names none."""
    return currency_of(order.properties) or currency, order_total(order.properties)


def _is_reduced(properties: Mapping[str, Any]) -> bool:
    return bool((amount(properties.get("discount")) or 0) > 0 or properties.get("coupon"))


def _viewed(state: State, event: Event, _: str) -> State:
    product = _product_id(event.properties)
    recent = state.recent
    if product:
        recent = (product, *(p for p in recent if p != product))[:RECENT_PRODUCTS]
    return replace(state, views=state.views + 1, recent=recent)


def _added(state: State, event: Event, _: str) -> State:
    line = _line(event.properties)
    if line is None or _belongs_to_an_order(state.cart, event):
        return state
    lines = {old.product: old for old in state.cart.lines}
    before = lines.pop(line.product, None)
    quantity = line.quantity + (before.quantity if before else 0)
    return _with_cart(state, event, (*lines.values(), replace(line, quantity=quantity)))


def _removed(state: State, event: Event, _: str) -> State:
    line = _line(event.properties)
    if line is None or _belongs_to_an_order(state.cart, event):
        return state
    explicit = "quantity" in event.properties
    lines = []
    for old in state.cart.lines:
        if old.product != line.product:
            lines.append(old)
        elif explicit and old.quantity > line.quantity:
            lines.append(replace(old, quantity=old.quantity - line.quantity))
    return _with_cart(state, event, lines)


def _cart_viewed(state: State, event: Event, _: str) -> State:
    """A snapshot of the whole cart, where the shop sends one; ours may have missed something."""
    cart = state.cart
    overtaken = cart.changed_at is not None and event.at < cart.changed_at
    if not isinstance(event.properties.get("products"), list) or overtaken or _belongs_to_an_order(cart, event):
        return state
    return _with_cart(state, event, _lines(event.properties))


def _ordered(state: State, event: Event, currency: str) -> State:
    properties, orders = event.properties, state.orders
    cart = state.cart
    if cart.emptied_at is None or event.at > cart.emptied_at:
        # What went into the cart after an order that comes late, or with the shop's history, is not bought.
        is_newer = cart.changed_at is not None and cart.changed_at > event.at
        state = replace(state, cart=replace(cart, emptied_at=event.at) if is_newer else Cart(emptied_at=event.at))
    order = order_of(event)
    if order in orders.recent or event.source == "browser":
        return state  # a browser's order exits and wakes, but the server's is the one that counts
    named = (p.get("category") for p in _products(properties))
    categories = dict.fromkeys(name[:CATEGORY] for name in named if isinstance(name, str) and name)
    latest = orders.last_at is None or event.at >= orders.last_at
    spent_in, total = amount_of(event, currency)
    country, region = orders.country, orders.region
    if latest and (sent_to := country_in(properties.get("shipping_address"))) is not None:
        country, region = sent_to, region_in(properties["shipping_address"], sent_to)
    return replace(
        state,
        orders=Orders(
            count=orders.count + 1,
            first_at=min(event.at, orders.first_at or event.at),
            last_at=_later(orders.last_at, event.at),
            recent=(order, *orders.recent),
            last_categories=tuple(categories)[:LAST_CATEGORIES] if latest else orders.last_categories,
            reduced=orders.reduced + _is_reduced(properties),
            country=country,
            region=region,
        ),
        spend={
            **state.spend,
            spent_in: state.spend.get(spent_in, Decimal(0)) + total,
        },
        orders_in={**state.orders_in, spent_in: state.orders_in.get(spent_in, 0) + 1},
    )


_CHANGES = {
    "Product Viewed": _viewed,
    "Product Added": _added,
    "Product Removed": _removed,
    "Cart Viewed": _cart_viewed,
    ORDERED: _ordered,
}


def _belongs_to_an_order(cart: Cart, event: Event) -> bool:
    return cart.emptied_at is not None and event.at <= cart.emptied_at


def _with_cart(state: State, event: Event, lines: Iterable[CartLine]) -> State:
    cart_id = event.properties.get("cart_id")
    return replace(
        state,
        cart=Cart(
            id=str(cart_id)[:64] if cart_id else state.cart.id,
            lines=tuple(lines)[-CART_LINES:],
            currency=currency_of(event.properties) or state.cart.currency,
            changed_at=_later(state.cart.changed_at, event.at),
            emptied_at=state.cart.emptied_at,
        ),
    )


def _products(properties: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    products = properties.get("products")
    return [p for p in products if isinstance(p, dict)] if isinstance(products, list) else []


def _lines(properties: Mapping[str, Any]) -> tuple[CartLine, ...]:
    return tuple(line for p in _products(properties) if (line := _line(p)))[-CART_LINES:]


def _line(product: Mapping[str, Any]) -> CartLine | None:
    product_id = _product_id(product)
    if product_id is None:
        return None
    quantity = amount(product.get("quantity"))
    return CartLine(
        product=product_id,
        quantity=int(quantity) if quantity is not None and 1 <= quantity < 10_000 else 1,
        price=amount(product.get("price")),
        name=_text(product.get("name"), NAME),
        image=_text(product.get("image_url"), LINK),
        url=_text(product.get("url"), LINK),
    )


def _product_id(product: Mapping[str, Any]) -> str | None:
    value = product.get("product_id")
    if value is None:
        value = product.get("sku")
    return str(value)[:64] if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _text(value: Any, longest: int) -> str | None:
    """A link that does not fit is left out rather than cut: half a link is worse than none."""
    if not isinstance(value, str) or not value:
        return None
    if len(value) <= longest:
        return value
    return None if value.startswith("http") else value[: longest - 1] + "…"


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
