"""How much of something a person does in a day, now against before: what a `change` trigger compares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from anlass.domain.counting import currency_of, order_total
from anlass.domain.enrolment import Heard
from anlass.domain.trigger import ChangeTrigger

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def passes_bound(trigger: ChangeTrigger, past: Iterable[Heard], at: datetime, currency: str) -> bool:
    """Whether the rate goes past the bound at this very moment: it did not a moment before.

    `past`: the events that the metric counts, as far back as `trigger.needs` asks.
    """
    amounts = _amounts(trigger, past, currency)
    return _is_past(trigger, amounts, at) and not _is_past(trigger, amounts, at - INSTANT)


def _is_past(trigger: ChangeTrigger, amounts: list[tuple[datetime, Decimal]], at: datetime) -> bool:
    """Windows hold their end and not their beginning. Without a habit to compare with, nothing has changed."""
    turn = at - trigger.window
    begin = turn - trigger.against
    lately = sum((amount for when, amount in amounts if turn < when <= at), Decimal(0))
    before = sum((amount for when, amount in amounts if begin < when <= turn), Decimal(0))
    if before <= 0:
        return False
    now_a_day = lately / Decimal(trigger.window / DAY)
    usual = before / Decimal(trigger.against / DAY) * Decimal(str(trigger.bound))
    return now_a_day > usual if trigger.rises else now_a_day < usual


def _amounts(trigger: ChangeTrigger, past: Iterable[Heard], currency: str) -> list[tuple[datetime, Decimal]]:
    """What each event counts: money in one currency, or one. An order counts once, and not on a browser's word."""
    wanted = trigger.metric.currency or currency
    is_money = trigger.metric.field.startswith("profile.spend.")
    is_order = is_money or trigger.metric.field.startswith("profile.orders.")
    found: list[tuple[datetime, Decimal]] = []
    orders: set[str] = set()
    for heard in sorted(past, key=lambda h: (h.at, h.id)):
        if is_order:
            order = str(heard.properties.get("order_id") or heard.id)
            if heard.by_browser or order in orders:
                continue
            orders.add(order)
        if is_money and (currency_of(heard.properties) or currency) != wanted:
            continue
        found.append((heard.at, order_total(heard.properties) if is_money else Decimal(1)))
    return found
