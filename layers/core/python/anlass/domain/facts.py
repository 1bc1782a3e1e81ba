"""A profile as conditions and templates see it: traits, and what the system keeps or derives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anlass.domain.comparing import as_time
from anlass.domain.profile import NOTHING, Attributes, State


def profile_facts(state: State, attributes: Attributes | None, currency: str, now: datetime) -> dict[str, Any]:
    """`profile.*`. Counts and sums that are not there yet are 0; other missing fields stay missing."""
    traits = dict(attributes.traits) if attributes else {}
    address = traits.get("address")
    total = state.spend.get(currency, Decimal(0))
    orders = state.orders
    interval = None
    if orders.count > 1 and orders.first_at and orders.last_at:
        interval = round((orders.last_at - orders.first_at).total_seconds() / 86_400 / (orders.count - 1), 2)
    derived = {
        "id": state.id,
        "country": traits.get("country") or (address.get("country") if isinstance(address, Mapping) else None),
        "age": _age(traits.get("birthday"), now),
        "registered_at": (attributes.registered_at if attributes else None) or traits.get("created_at"),
        "last_seen": state.last_seen,
        "orders": {
            "count": orders.count,
            "last_at": orders.last_at,
            "interval": interval,
            "last_categories": list(orders.last_categories),
        },
        "spend": {"total": total, "average": total / orders.count if orders.count else Decimal(0)},
        "cart": {"value": state.cart.value, "items": state.cart.items},
        "views": {"count": state.views},
    }
    return {**traits, **derived}


def zone_of(attributes: Attributes | None, default: str) -> tzinfo:
    """The recipient's time zone: the trait `timezone`, else the settings'."""
    wanted = (attributes.traits if attributes else NOTHING).get("timezone")
    if isinstance(wanted, str):
        try:
            return ZoneInfo(wanted)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(default)  # a zone the shop made up is no reason to write to nobody
    return ZoneInfo(default)


def journey_facts(state: State) -> dict[str, set[str]]:
    """`{"journey": …, "is": …}`: where the person is, and where they have been and are no more."""
    active = {live.journey for live in state.live.values()}
    return {"active": active, "finished": set(state.entered) - active}


def _age(birthday: Any, now: datetime) -> int | None:
    born = as_time(birthday)
    if born is None or born > now:
        return None
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))
