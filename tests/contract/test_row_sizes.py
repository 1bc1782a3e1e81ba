"""What rows cost: a write is paid by the kilobyte."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from anlass.adapters.aws.dynamodb import codec
from anlass.domain.enrolment import Heard, StepMemory
from anlass.domain.event import EventKey
from anlass.domain.profile import REFUSED, Cart, CartLine, Entered, Live, Orders, Position, State, TimerState
from anlass.domain.send import LOOKS, Look

from tests.builders import (
    DAY,
    MINUTE,
    NOON,
    a_call,
    a_consent,
    a_send,
    a_timer,
    an_enrolment,
    an_event,
    some_attributes,
    some_caps,
)


def size(item: dict[str, Any]) -> int:
    """Bytes as DynamoDB counts them: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "N":
        return len(content) // 2 + 2
    if kind == "SS":
        return sum(len(text.encode()) for text in content)
    if kind == "L":
        return 3 + sum(1 + _value_size(part) for part in content)
    return 1 if kind == "BOOL" else len(content) if kind == "B" else len(content.encode())


def uid(number: int) -> str:
    return str(UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128))


def moment(identity: str, number: int) -> EventKey:
    return EventKey(identity, f"2026-03-02T12:00:00.123Z#{uid(number)}")


def a_life(devices: int, lines: int, orders: int, timers: int, live: int) -> State:
    """A profile with real names, links and ids."""
    at = NOON + timedelta(microseconds=123456)
    web = [f"a:{uid(number)}" for number in range(devices)]
    return State(
        "u:cust-183726",
        version=41,
        identities=("u:cust-183726", *web),
        positions={
            identity: Position("2026-02-01T10:11:12.123", f"{300_000_000 + n}0000000012345678901", at)
            for n, identity in enumerate(web)
        },
        orders=Orders(orders, at, at, tuple(uid(50 + n)[:8] for n in range(orders)), ("Kaffee", "Mühlen")),
        spend={"EUR": Decimal("1893.40")},
        views=137,
        last_seen=at,
        cart=Cart(
            uid(99)[:8],
            tuple(
                CartLine(
                    f"SKU-{48213 + n * 37}",
                    1,
                    Decimal("149.90"),
                    f"Espressomühle Modell {n} mattschwarz",
                    f"https://cdn.kaffeekontor.example/img/48/{48213 + n * 37}/{uid(n)[:8]}-800x800.jpg",
                    f"https://www.kaffeekontor.example/de/muehlen/espressomuehle-modell-{n}-{48213 + n * 37}",
                )
                for n in range(lines)
            ),
            at,
            at,
        ),
        recent=tuple(f"SKU-{n * 7919 % 99999}" for n in range(5)),
        live={uid(200 + n): Live(f"journey-{n % 4}", uid(n)[:12], uid(300 + n), at) for n in range(live)},
        entered={f"journey-{n}": Entered(at) for n in range(live + 2)},
        timers={f"journey-{n}/0": TimerState(uid(400 + n), at, moment(web[0], 500 + n), at) for n in range(timers)},
    )


SIZES = [
    (a_life(devices=1, lines=0, orders=0, timers=1, live=0), 1024),
    (a_life(devices=2, lines=2, orders=2, timers=2, live=2), 1024),
    (a_life(devices=4, lines=20, orders=10, timers=4, live=6), 2048),
]


JOURNEYS = [
    "after-sale",
    "anniversary",
    "birthday",
    "browse-abandonment",
    "coupon-reminder",
    "cross-sell",
    "habit-change",
    "loyalty",
    "offer",
    "referral",
    "replenishment",
    "review",
    "second-purchase",
    "upsell",
    "vip-threshold",
    "welcome",
    "win-back",
    "wishlist",
]


@pytest.mark.parametrize(("state", "budget"), SIZES, ids=["new", "typical", "busy"])
def test_the_row_that_is_written_with_every_event_keeps_its_budget(state: State, budget: int) -> None:
    assert size(codec.encode_state(state)) <= budget


@pytest.mark.parametrize(("state", "budget"), SIZES, ids=["new", "typical", "busy"])
def test_who_was_turned_away_everywhere_lifts_no_row_over_its_budget(state: State, budget: int) -> None:
    at = NOON
    for number, journey in enumerate(JOURNEYS):
        at += timedelta(minutes=7, seconds=number, microseconds=number * 3217)
        state = state.turned_away(journey, ("who", "again", "while_active", "max_age")[number % 4], uid(number), at)
    assert len(state.refused) == REFUSED
    assert list(state.refused) == JOURNEYS[-REFUSED:]
    assert size(codec.encode_state(state)) <= budget


def test_a_message_with_its_looks_costs_one_write_unit() -> None:
    statement = {"said": "granted", "said_topic": "*", "said_at": "2026-03-02T12:00:00Z", "by": "person"}
    caps = {"caps": [["channel day", 1, 2], ["channel week", 1, 6], ["person day", 1, 2]]}
    ground = {"basis": "consent", "topic": "offers", **statement, "source": "double opt-in", **caps}
    full = {"of": "channel", "window": "day", "most": 2, "left": 2, "last": "2026-03-02T11:00:00Z"}
    looks = [Look(NOON + n * MINUTE, "deferred", "cap", NOON + DAY, full) for n in range(LOOKS - 1)]
    for kept in ((), looks[:1], looks):
        row = a_send(uid(2), claim=uid(3), claim_until=NOON, until=NOON, closed_at=NOON, delivered_at=NOON)
        row = replace(row, provider_id="0107019a8c1b2f3d-5c1a7c0e-1f2a-4f0e-9d3b-3c2a1b0e9f8d-000000")
        assert size(codec.encode_send(replace(row, looks=(*kept, Look(NOON, "allowed", facts=ground))))) <= 1024


def test_rows_of_journeys_and_events_cost_one_write_unit() -> None:
    product = {"product_id": "SKU-48213", "name": "Espressomühle", "price": 149.9, "url": "https://" + "x" * 60}
    entry = Heard(uid(1), "Product Added", NOON, product)
    awaits = frozenset(("Order Completed", "Cart Emptied", "@merged", "@restarted"))
    enrolment = an_enrolment(uid(2), entry=entry, due=NOON + DAY, awaits=awaits)
    steps = {f"step-{n}": StepMemory(NOON + n * MINUTE, n) for n in range(3)}
    waiting = replace(enrolment, inbox=(entry,), steps=steps)
    items = [
        codec.encode_enrolment(enrolment, NOON),
        codec.encode_enrolment(waiting, NOON),
        codec.encode_send(a_send(uid(2), claim=uid(3), claim_until=NOON, until=NOON)),
        codec.encode_timer(a_timer(uid(4))),
        codec.encode_call(a_call(uid(2), attempts=9, reason="it answered 503", until=NOON)),
        codec.encode_event(an_event(identity=f"a:{uid(5)}", id=uid(6), properties=product)),
        codec.encode_attributes(some_attributes()),
        codec.encode_consent(a_consent()),
        codec.encode_caps(some_caps()),
    ]
    assert max(map(size, items)) <= 1024
