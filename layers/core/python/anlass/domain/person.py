"""A person: all rows of a profile together, and how conditions and templates see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anlass.domain.comparing import as_time, number
from anlass.domain.consent import ALL_TOPICS, Consent
from anlass.domain.enrolment import Heard
from anlass.domain.geography import country_code, country_in, region_code, region_in
from anlass.domain.profile import Attributes, Caps, Orders, State
from anlass.domain.segment import Segment

NO_SEGMENTS: Mapping[str, Segment] = MappingProxyType({})
History = Mapping[str, Sequence[Heard]]  # event name -> what the person did, for behaviour conditions


@dataclass(frozen=True, slots=True)
class Person:
    """The rows of one profile; None where a row was not needed or is not there."""

    state: State
    attributes: Attributes | None = None
    consents: Mapping[str, Consent] | None = None  # by channel
    caps: Caps | None = None

    def address(self, channel: str) -> str | None:
        if self.attributes is None:
            return None
        return self.attributes.email if channel == "email" else None


def person_facts(
    person: Person,
    topic: str,
    currency: str,
    now: datetime,
    history: History,
    segments: Mapping[str, Segment] = NO_SEGMENTS,
) -> dict[str, Any]:
    """All that a condition may ask of a person. `topic` decides what "reachable" means: with ALL_TOPICS, whatever topic
    it is that they agreed to.
    """
    reachable = {
        channel
        for channel, consent in (person.consents or {}).items()
        if (address := person.address(channel)) is not None
        and (consent.reaches(address) if topic == ALL_TOPICS else consent.allows(address, topic))
    }
    return {
        "now": now,
        "profile": profile_facts(person.state, person.attributes, currency, now),
        "history": history,
        "reachable": reachable,
        "segments": segments,
        **journey_facts(person.state),
    }


def profile_facts(state: State, attributes: Attributes | None, currency: str, now: datetime) -> dict[str, Any]:
    """`profile.*`. Counts and sums that are not there yet are 0; other missing fields stay missing."""
    traits = dict(attributes.traits) if attributes else {}
    country, region = _place(traits, state.orders)
    total = state.spend.get(currency, Decimal(0))
    orders = state.orders
    paid_so = orders.count - sum(number for other, number in state.orders_in.items() if other != currency)
    interval = None
    if orders.count > 1 and orders.first_at and orders.last_at:
        interval = round((orders.last_at - orders.first_at).total_seconds() / 86_400 / (orders.count - 1), 2)
    derived = {
        "id": state.id,
        "country": country,
        "region": region,
        "age": _age(traits.get("birthday"), now),
        "registered_at": registered_at(attributes),
        "price_sensitivity": _price_sensitivity(traits, orders),
        "last_seen": state.last_seen,
        "orders": {
            "count": orders.count,
            "last_at": orders.last_at,
            "interval": interval,
            "last_categories": list(orders.last_categories),
        },
        "spend": {"total": total, "average": total / paid_so if paid_so > 0 else Decimal(0)},
        "cart": {"value": state.cart.value, "items": state.cart.items},
        "views": {"count": state.views},
    }
    return {**traits, **derived}


def place_of(person: Person) -> tuple[str | None, str | None]:
    """(country, region) of somebody, as far as anybody knows."""
    return _place(person.attributes.traits if person.attributes else {}, person.state.orders)


def _place(traits: Mapping[str, Any], orders: Orders) -> tuple[str | None, str | None]:
    """(country, region): the traits, else the address, else where the last order went. A region is of its country."""
    address = traits.get("address")
    country = country_code(traits.get("country")) or country_in(address) or orders.country
    region = region_code(traits.get("region"), country) or region_in(address, country_in(address) or country)
    if region is None and orders.country == country:
        region = orders.region
    return country, region


def registered_at(attributes: Attributes | None) -> datetime | None:
    """The shop knows better than we do, who first heard of them on the day that we were switched on."""
    if attributes is None:
        return None
    said = as_time(attributes.traits.get("registered_at")) or as_time(attributes.traits.get("created_at"))
    return said or attributes.registered_at


def _price_sensitivity(traits: Mapping[str, Any], orders: Orders) -> Decimal | None:
    """The shop's number; else the share of orders with a discount or a coupon. None without an order."""
    said = number(traits.get("price_sensitivity"))
    if said is None and orders.count:
        return round(Decimal(orders.reduced) / orders.count, 2)
    return said


def zone_of(attributes: Attributes | None, default: str) -> tzinfo:
    """The recipient's time zone: the trait `timezone`, else the settings'."""
    wanted = attributes.traits.get("timezone") if attributes else None
    if isinstance(wanted, str):
        try:
            return ZoneInfo(wanted)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
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
