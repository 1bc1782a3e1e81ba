"""Two profiles turn out to be one person: nothing is lost, nothing is sent double."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

from anlass.domain.changes import Append, CatchUp, Change
from anlass.domain.consent import Consent, join_consents
from anlass.domain.counting import Amount
from anlass.domain.enrolment import MERGED, SWEEP_AFTER, Heard
from anlass.domain.identifying import ADDRESSES
from anlass.domain.ids import event_id, is_address
from anlass.domain.person import Person
from anlass.domain.profile import (
    CART_LINES,
    IDENTITIES,
    RECENT_PRODUCTS,
    REFUSED,
    Attributes,
    Caps,
    Cart,
    CartLine,
    Entered,
    Orders,
    State,
    TimerState,
    TurnedAway,
    new_state,
)

# By a login anybody can bring a visitor of their own to somebody known: where mails go, and when, stays as it is.
OF_WHOM_WE_KNOW = ("locale", "timezone", "birthday")
NOT_SPENT = Decimal(0)
NO_ORDERS: Mapping[str, Amount] = MappingProxyType({})
NEVER = datetime.min.replace(tzinfo=UTC)


def may_merge(anonymous: State, known: State) -> bool:
    """An anonymous id merges once, and only into somebody else."""
    return anonymous.pointer is None and anonymous.id != known.id and not anonymous.id.startswith("u:")


def merge(
    anonymous: Person, known: Person, now: datetime, shared: Mapping[str, Amount] = NO_ORDERS
) -> tuple[Person, Person, tuple[Change, ...]]:
    """(the person, the pointer left behind, what the enrolments of both sides must know). `shared`: what orders came to
    that both were told of.

    A journey that is live on both sides goes on for the known one; the anonymous one exits `merged`. All others
    catch up from the events table: the other side may have bought what this side is being reminded of.
    """
    one, other = anonymous.state, known.state
    running = {(live.journey, live.per) for live in other.live.values()}
    stopped = [e for e, live in one.live.items() if (live.journey, live.per) in running]
    state = replace(
        other,
        identities=tuple(dict.fromkeys((other.id, *_past(one), *other.identities)))[:IDENTITIES],
        positions={**one.positions, **other.positions},
        orders=_join_orders(one.orders, other.orders),
        spend=_join_spend(one, other, shared),
        orders_in=_join_orders_in(one, other, shared),
        views=one.views + other.views,
        last_seen=_latest(one.last_seen, other.last_seen),
        cart=_join_carts(one.cart, other.cart),
        recent=tuple(dict.fromkeys((*one.recent, *other.recent)))[:RECENT_PRODUCTS],
        live={**one.live, **other.live},
        entered=_join_entered(one.entered, other.entered),
        timers=_join_timers(one.timers, other.timers),
        segments={**one.segments, **other.segments},
        remembered=tuple(dict.fromkeys((*one.remembered, *other.remembered))),
        erased={**one.erased, **other.erased},
        refused=_join_refused(one.refused, other.refused),
    )
    soon = now + SWEEP_AFTER
    unknown = one == new_state(one.id)  # a device never seen before has done nothing that anybody missed
    notes = tuple(
        Append(e, (Heard(event_id(e, MERGED), MERGED, now),), soon) if e in stopped else CatchUp(e, MERGED, soon)
        for e in state.live
        if not unknown
    )
    person = Person(
        state,
        _join_attributes(anonymous.attributes, known.attributes, other.id),
        _join_consents(anonymous.consents, known.consents, other.id),
        _join_caps(anonymous.caps, known.caps, other.id),
    )
    since = now if is_address(other.id) else None
    pointer = State(one.id, version=one.version, pointer=other.id, identities=(one.id,), former=one.former, since=since)
    return person, Person(pointer), notes


def _past(one: State) -> tuple[str, ...]:
    """Under which names somebody's past is looked for: not under an address that was another's before."""
    return tuple(name for name in one.identities if name != one.id) if one.former else one.identities


def _join_orders(one: Orders, other: Orders) -> Orders:
    both = set(one.recent) & set(other.recent)
    last = max((one, other), key=lambda o: o.last_at or NEVER)
    sent = last if last.country else max((one, other), key=lambda o: o.country is not None)
    count = one.count + other.count - len(both)
    return Orders(
        count=count,
        first_at=_earliest(one.first_at, other.first_at),
        last_at=_latest(one.last_at, other.last_at),
        recent=tuple(dict.fromkeys((*other.recent, *one.recent))),
        last_categories=last.last_categories,
        reduced=min(one.reduced + other.reduced, count),
        country=sent.country,
        region=sent.region,
    )


def _join_spend(one: State, other: State, shared: Mapping[str, Amount]) -> dict[str, Decimal]:
    spend = {c: one.spend.get(c, NOT_SPENT) + other.spend.get(c, NOT_SPENT) for c in (*one.spend, *other.spend)}
    for currency, total in _told_to_both(one, other, shared):
        spend[currency] = spend.get(currency, NOT_SPENT) - total
    return spend


def _join_orders_in(one: State, other: State, shared: Mapping[str, Amount]) -> dict[str, int]:
    orders = {c: one.orders_in.get(c, 0) + other.orders_in.get(c, 0) for c in (*one.orders_in, *other.orders_in)}
    for currency, _ in _told_to_both(one, other, shared):
        orders[currency] = max(0, orders.get(currency, 0) - 1)
    return orders


def _told_to_both(one: State, other: State, shared: Mapping[str, Amount]) -> list[Amount]:
    return [shared[order] for order in {*one.orders.recent} & {*other.orders.recent} & shared.keys()]


def _join_carts(one: Cart, other: Cart) -> Cart:
    """Both carts' lines, the known one's first; a product in both keeps the larger quantity.

    An order on either side settles what the other side put in before it; lines carry no times, so a cart whose
    last change is older than the other side's order is dropped.
    """
    emptied = _latest(one.emptied_at, other.emptied_at)
    lines: dict[str, CartLine] = {}
    for cart in (one, other):
        if emptied and cart.emptied_at != emptied and (cart.changed_at is None or cart.changed_at <= emptied):
            continue
        for line in cart.lines:
            before = lines.get(line.product)
            lines[line.product] = line if before is None or line.quantity >= before.quantity else before
    return Cart(
        id=other.id or one.id,
        lines=tuple(lines.values())[-CART_LINES:],
        currency=other.currency or one.currency,
        changed_at=_latest(one.changed_at, other.changed_at),
        emptied_at=emptied,
    )


def _join_entered(one: Mapping[str, Entered], other: Mapping[str, Entered]) -> dict[str, Entered]:
    joined = dict(other)
    for journey, entered in one.items():
        mine = other.get(journey)
        if mine is None:
            joined[journey] = entered
        else:
            per = {value: max(at, mine.per.get(value, at)) for value, at in entered.per.items()}
            joined[journey] = Entered(max(entered.at, mine.at), {**mine.per, **per})
    return joined


def _join_refused(one: Mapping[str, TurnedAway], other: Mapping[str, TurnedAway]) -> dict[str, TurnedAway]:
    """Per journey the last time, of all the newest."""
    by_time = sorted((*one.items(), *other.items()), key=lambda item: item[1].at)
    last = dict(by_time)
    return dict(sorted(last.items(), key=lambda item: item[1].at)[-REFUSED:])


def _join_timers(one: Mapping[str, TimerState], other: Mapping[str, TimerState]) -> dict[str, TimerState]:
    """The later time counts; one timer row goes on, the other one finds at its ring that it is not the armed one."""
    joined = dict(other)
    for key, timer in one.items():
        mine = other.get(key)
        if mine is None:
            joined[key] = timer
            continue
        newer = max((timer, mine), key=lambda t: t.last_at or NEVER)
        joined[key] = TimerState(
            armed=mine.armed or timer.armed,
            last_at=newer.last_at,
            last=newer.last,
            unless_at=_latest(timer.unless_at, mine.unless_at),
        )
    return joined


def _join_attributes(one: Attributes | None, other: Attributes | None, profile: str) -> Attributes | None:
    if one is None or not one.traits:
        return other
    mine = other or Attributes(profile)
    theirs, own = dict(one.traits), dict(mine.traits)
    if mine.is_vouched and not one.is_vouched:
        theirs = {name: value for name, value in theirs.items() if name not in (*ADDRESSES, *OF_WHOM_WE_KNOW)}
    elif one.is_vouched and not mine.is_vouched:
        own = {name: value for name, value in own.items() if name not in ADDRESSES}
    return replace(
        mine,
        traits={**theirs, **own},
        registered_at=_earliest(one.registered_at, mine.registered_at),
        vouched=one.vouched or mine.vouched,
    )


def _join_consents(
    one: Mapping[str, Consent] | None, other: Mapping[str, Consent] | None, profile: str
) -> dict[str, Consent]:
    joined = dict(other or {})
    for channel, consent in (one or {}).items():
        joined[channel] = join_consents(joined.get(channel, Consent(profile, channel)), consent)
    return joined


def _join_caps(one: Caps | None, other: Caps | None, profile: str) -> Caps | None:
    if one is None or not one.sends:
        return other
    mine = other or Caps(profile)
    return replace(mine, sends={**one.sends, **mine.sends})


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((t for t in (one, other) if t is not None), default=None)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((t for t in (one, other) if t is not None), default=None)
