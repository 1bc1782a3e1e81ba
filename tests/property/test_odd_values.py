"""Whatever the intake takes can be worked on: a value that no shop means stops nobody, least of all everybody."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from random import Random
from typing import Any, Final

import pytest
from anlass.adapters.memory.keys import MemoryKeys
from anlass.domain.enrolment import Enrolment
from anlass.domain.registry import EVENTS
from anlass.domain.send import Send
from anlass.language.intake_request import Request
from anlass.usecases.ingest_event import ingest_event

from tests.shipped import CONTENT, shipped
from tests.worlds import AUTHORIZATION, DAY, HOUR, MINUTE, MemoryWorld, identify

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BROWSER = "Basic " + base64.b64encode(b"local-browser:").decode()
NUMBERS: tuple[Any, ...] = (
    *(0, -1, 1.5, 1e308, -1e308, 5e-324, 10**15, 10**38, 10**300, True),
    *("1e99999999", "-1e99999999", "0e99999999", "1e-99999999", "0." + "1" * 99, "9" * 99, "1e14", "1_000"),
    *("NaN", "sNaN", "Infinity", "-Infinity", "\u00b2", "\u0661\u0662", "\uff11\uff12"),
)
TIMES: Final = (
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-02-30", "2026-W09-1", "24:00", "0000-00-00"),
    *("1970-01-01T00:00:00Z", "2026-03-02T09:00:00.000000000Z", "2026-03-02T25:61:00Z"),
)
TEXTS: Final = (
    *("", " ", "x" * 3000, "\u202e", "\x00", "\U0001f600", "{{ 7 * 7 }}", "u:anna", "e:abc", "P1D", "__class__"),
    *("a.b.1", "a.b.\u00b2", "a.b." + "9" * 5000, "a..1", "//[", "https://[::1", "http://a:99999999/", "mailto:a@b"),
)
SHAPES: tuple[Any, ...] = (None, [], {}, [None], [[[]]], [{}], ["\u00b2"], [{"a": 1}], {"a": {"b": {"c": 1}}})
ODD: Final[tuple[Any, ...]] = (*NUMBERS, *TIMES, *TEXTS, *SHAPES)
KNOWN = re.compile("^this is no e-mail address|is printed as a whole|where one value is expected")
SENT = {name: sorted({*event.properties, "message_id"}) for name, event in EVENTS.items() if event.sender != "system"}
LINE = ("product_id", "sku", "name", "price", "quantity", "category", "url", "image_url", "coupon")
TRAITS = ("email", "phone", "birthday", "locale", "timezone", "firstName", "country", "tags", "interests", "address")


@pytest.fixture(scope="module")
def world() -> MemoryWorld:
    return MemoryWorld(shipped(*(path.stem for path in (CONTENT / "journeys").glob("*.json"))), START)


def sends(world: MemoryWorld, key: str, *messages: dict[str, Any]) -> None:
    """Refused or taken, and worked on."""
    body = json.dumps({"batch": messages}).encode()
    request = Request(f"r{body!r:.40}", "batch", body, content_type="application/json", authorization=key)
    ingest_event(request, world.simulation.event_log, MemoryKeys(), world.simulation.clock)
    world.simulation.settle()


def at_every_place(value: object) -> Iterator[dict[str, Any]]:
    """Messages with it: all over, and by its name alone."""
    lines = [dict.fromkeys(LINE, value), {"product_id": "beans", "price": value, "quantity": value}]
    for name, properties in SENT.items():
        yield {"event": name, "properties": dict.fromkeys(properties, value)}
        if "products" in properties or "total" in properties:
            yield {"event": name, "properties": {"order_id": f"o{value!r:.9}", "total": 9, "products": lines}}


def is_well(world: MemoryWorld) -> bool:
    """Nobody is stuck, and each message was made but where its address, or what it prints, is no such thing."""
    rows = list(world.simulation.store.rows())
    sends = [row for row in rows if isinstance(row, Send)]
    faults = [row.reason for row in sends if row.status == "FAILED" and not KNOWN.search(row.reason or "")]
    stuck = {row.status for row in rows if isinstance(row, Enrolment)} - {"active", "closing", "done"}
    assert sum(row.status == "SENT" for row in sends) >= 20
    return (stuck, faults) == (set(), [])


def test_an_odd_value_at_every_place_of_every_event(world: MemoryWorld) -> None:
    for number, (key, value) in enumerate(product((BROWSER, AUTHORIZATION), ODD)):
        who, at = {"userId": f"u{number}"}, world.simulation.clock.now()
        sends(world, AUTHORIZATION, identify(f"u{number}", at, firstName="Anna"))
        said = [{"type": "track", **who, **each} for each in at_every_place(value)]
        said += [{"type": "identify", **who, "traits": dict.fromkeys(TRAITS, value)}]
        said += [
            {"type": kind, **who, "name": "x", "properties": {"url": value, "title": value}}
            for kind in ("page", "screen")
        ]
        said += [{"type": "group", **who, "groupId": "g", "traits": {"name": value}}]
        said += [{"type": "track", "event": "Order Completed", **who, "timestamp": value, "properties": {"total": 1}}]
        for start in range(0, len(said), 50):
            stamped = [
                {"timestamp": at.isoformat(), "messageId": f"{key}{number}.{start}.{n}", **each}
                for n, each in enumerate(said[start : start + 50])
            ]
            sends(world, key, *stamped)
        world.advance(at + 30 * MINUTE)
    world.advance(world.simulation.clock.now() + 3 * DAY)
    assert is_well(world)


def test_odd_values_among_good_ones(world: MemoryWorld) -> None:
    chance = Random(7)  # noqa: S311 - nothing secret
    at = world.simulation.clock.now()
    sends(world, AUTHORIZATION, *(identify(f"v{number}", at, firstName="Anna") for number in range(40)))
    for number in range(600):
        who, at = f"v{number % 40}", world.simulation.clock.now()
        name = chance.choice(tuple(SENT))
        good = {"product_id": "beans", "order_id": f"o{number}", "total": 20, "price": 10, "currency": "EUR"}
        odd = {each: chance.choice(ODD) for each in chance.sample(SENT[name], min(2, len(SENT[name])))}
        message: dict[str, Any] = {"type": "track", "event": name, "properties": {**good, **odd}}
        if chance.random() < 0.2:
            message = {"type": "identify", "traits": {each: chance.choice(ODD) for each in chance.sample(TRAITS, 3)}}
        if chance.random() < 0.1:
            message["timestamp"] = chance.choice(ODD)
        if chance.random() < 0.2:
            message["context"] = {each: chance.choice(ODD) for each in ("locale", "timezone", "ip")}
        who_else = {"anonymousId": f"d{number % 40}"} if chance.random() < 0.3 else {}
        whole = {"timestamp": at.isoformat(), "messageId": f"o{number}", "userId": who, **who_else, **message}
        sends(world, chance.choice((BROWSER, AUTHORIZATION)), whole)
        if number % 50 == 0:
            world.advance(at + chance.choice((MINUTE, 30 * MINUTE, HOUR, DAY)))
    world.advance(world.simulation.clock.now() + 3 * DAY)
    assert is_well(world)
