"""What the shop reports as a no (she phoned, she wrote) counts, whatever was said here before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from unittest.mock import ANY

import pytest
from anlass.domain.ledger import Statement
from anlass.keys import ConsentKey
from anlass.usecases.export_person import Asked, export_person

from tests.builders import DAY, HOUR, MINUTE
from tests.remains import people_of
from tests.shipped import shipped
from tests.shop import journey, mails, template
from tests.subscriber import asks, code, link, may_get, presses, types
from tests.worlds import MemoryWorld, identify, track

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
NELE = "nele@example.com"
LETTER = journey("letter", topic="news", trigger={"type": "event", "event": "Content Shared"}, steps=[mails("letter")])


@pytest.fixture
def shop() -> MemoryWorld:
    return MemoryWorld(shipped("double-opt-in") | template("letter") | LETTER, START)


def reports(shop: MemoryWorld, status: str, at: datetime, user: str = "nele", **said: Any) -> None:
    """The shop's word on her address. `said`: what else it tells beside it."""
    call = identify(user, at, email=NELE, status=status)
    call["context"]["messaging_subscriptions"][0] |= said
    shop.batch(call)


def subscribes(shop: MemoryWorld) -> None:
    asks(shop, email=NELE, topics=["news"])
    assert presses(shop, link(shop)) == 200


def letters_after(shop: MemoryWorld, user: str, at: datetime) -> int:
    before = len(shop.told())
    shop.batch(track("Content Shared", at, user))
    shop.advance(at + HOUR)
    return len(shop.told()) - before


def ledger(shop: MemoryWorld) -> list[Statement]:
    rows = (row for row in shop.simulation.store.rows() if isinstance(row, Statement))
    return sorted(rows, key=lambda statement: statement.at)


def heard(shop: MemoryWorld, name: str) -> int:
    log = shop.simulation.event_log
    return len(log.of_person(["u:nele"], START - DAY, datetime.max.replace(tzinfo=UTC), [name]))


def test_she_unsubscribes_signs_up_again_and_then_phones(shop: MemoryWorld) -> None:
    reports(shop, "SUBSCRIBED", START)
    assert letters_after(shop, "nele", START) == 1
    presses(shop, link(shop, "unsubscribe"), "unsubscribe")
    shop.advance(START + DAY)
    subscribes(shop)
    shop.advance(START + 2 * DAY)
    assert may_get(shop, NELE, "news")
    lines = len(ledger(shop))
    reports(shop, "UNSUBSCRIBED", START + 2 * DAY)
    assert not may_get(shop, NELE, "news")
    assert letters_after(shop, "nele", START + 3 * DAY) == 0
    assert [(s.act, s.by) for s in ledger(shop)[lines:]] == [("withdrawn", "shop")]


def test_a_link_from_before_the_no_does_not_lift_it(shop: MemoryWorld) -> None:
    asks(shop, email=NELE, topics=["news"])
    shop.advance(START + HOUR)
    reports(shop, "UNSUBSCRIBED", START + HOUR)
    presses(shop, link(shop))
    assert not may_get(shop, NELE, "news")
    shop.advance(START + DAY)
    subscribes(shop)
    assert may_get(shop, NELE, "news"), "but she may ask again"


def test_a_yes_with_a_clock_that_runs_ahead_does_not_outlast_the_no(shop: MemoryWorld) -> None:
    reports(shop, "SUBSCRIBED", START + HOUR)
    shop.advance(START + 10 * MINUTE)
    reports(shop, "UNSUBSCRIBED", START + 10 * MINUTE)
    assert not may_get(shop, NELE, "news")


def test_each_no_that_ends_something_is_told_to_journeys(shop: MemoryWorld) -> None:
    reports(shop, "UNSUBSCRIBED", START)
    shop.advance(START + HOUR)
    reports(shop, "UNSUBSCRIBED", START + HOUR)
    assert heard(shop, "Unsubscribed") == 1, "the list of every night is no news"
    shop.advance(START + 2 * HOUR)
    subscribes(shop)
    shop.advance(START + DAY)
    reports(shop, "UNSUBSCRIBED", START + DAY)
    assert heard(shop, "Unsubscribed") == 2


def test_a_yes_for_one_profile_leaves_the_no_for_another_at_the_same_address(shop: MemoryWorld) -> None:
    for user in ("nele", "ben"):
        reports(shop, "SUBSCRIBED", START, user)
    for number, user in enumerate(("nele", "ben"), 1):
        shop.advance(START + number * HOUR)
        reports(shop, "UNSUBSCRIBED", START + number * HOUR, user)
    shop.advance(START + 3 * HOUR)
    reports(shop, "SUBSCRIBED", START + 3 * HOUR, "nele")
    assert letters_after(shop, "nele", START + 3 * HOUR) == 0
    shop.advance(START + DAY)
    reports(shop, "SUBSCRIBED", START + DAY, "ben")
    assert letters_after(shop, "nele", START + DAY) == 1


def test_a_no_of_the_address_alone_is_taken_back_for_the_customer_who_has_it(shop: MemoryWorld) -> None:
    alone = identify("nobody", START, email=NELE, status="UNSUBSCRIBED")
    del alone["userId"]
    shop.batch({**alone, "anonymousId": "phone-1"})
    shop.advance(START + HOUR)
    call = identify("nele", START + HOUR, anonymous="phone-1", email=NELE)
    shop.batch(call)
    assert may_get(shop, NELE, "news")


def test_in_one_batch_one_no_is_said_and_another_taken_back(shop: MemoryWorld) -> None:
    for user in ("nele", "ben"):
        reports(shop, "SUBSCRIBED", START, user)
    shop.advance(START + HOUR)
    reports(shop, "UNSUBSCRIBED", START + HOUR, "ben")
    at = START + 2 * HOUR
    shop.advance(at)
    shop.batch(identify("nele", at, email=NELE, status="UNSUBSCRIBED"), identify("ben", at, email=NELE))
    assert not may_get(shop, NELE, "news")
    shop.advance(START + 3 * HOUR)
    reports(shop, "SUBSCRIBED", START + 3 * HOUR, "nele")
    assert may_get(shop, NELE, "news")


def test_a_no_that_is_told_late_does_not_make_a_newer_one_older(shop: MemoryWorld) -> None:
    """Ben's no is of ten o'clock, between the two she said yes for herself; Cleo's of eight is told at eleven."""
    for user in ("nele", "ben", "cleo"):
        reports(shop, "SUBSCRIBED", START - HOUR, user)
    shop.advance(START + HOUR)
    subscribes(shop)
    shop.advance(START + 2 * HOUR)
    reports(shop, "UNSUBSCRIBED", START + 2 * HOUR, "ben")
    shop.advance(START + 3 * HOUR)
    reports(shop, "UNSUBSCRIBED", START, "cleo")
    assert not may_get(shop, NELE, "news")


def test_what_the_shops_own_sign_up_rests_on_stands_in_the_ledger(shop: MemoryWorld) -> None:
    own: Mapping[str, str] = {
        "text_version": "2024-05 checkout",
        "form_url": "https://shop.example/checkout",
        "ip": "198.51.100.4",
        "confirmed_at": "2024-05-02T10:00:00Z",
    }
    reports(shop, "SUBSCRIBED", START, **own)
    [said] = ledger(shop)
    assert (said.text_version, said.form_url, said.ip) == tuple(own.values())[:3]
    assert said.facts == {"confirmed_at": own["confirmed_at"]}


def test_of_whom_else_of_the_address_the_shop_said_no_is_told_to_nobody(shop: MemoryWorld) -> None:
    for user in ("nele", "ben"):
        reports(shop, "SUBSCRIBED", START, user)
    shop.advance(START + HOUR)
    reports(shop, "UNSUBSCRIBED", START + HOUR, "ben")
    found = export_person(Asked("u:nele"), people_of(shop))
    assert found is not None
    (row,) = found["suppressions"]
    assert row == {"channel": "email", "address": NELE, "address_hash": row["address_hash"], "objections": ANY}


def test_her_own_no_counts_though_the_shop_had_said_no_for_her(shop: MemoryWorld) -> None:
    """She unsubscribed, signed up again, phoned, and pressed the link: of these the list lifts the phone call alone."""
    reports(shop, "SUBSCRIBED", START)
    assert letters_after(shop, "nele", START) == 1
    leave = link(shop, "unsubscribe")
    presses(shop, leave, "unsubscribe")
    shop.advance(START + DAY)
    subscribes(shop)
    shop.advance(START + 2 * DAY)
    reports(shop, "UNSUBSCRIBED", START + 2 * DAY)
    lines, told = len(ledger(shop)), heard(shop, "Unsubscribed")
    shop.advance(START + 3 * DAY)
    for _ in range(2):
        presses(shop, leave, "unsubscribe")
    assert [(s.act, s.by, s.source) for s in ledger(shop)[lines:]] == [("withdrawn", "person", "unsubscribe link")]
    assert heard(shop, "Unsubscribed") == told + 1
    shop.advance(START + 4 * DAY)
    reports(shop, "SUBSCRIBED", START + 4 * DAY)
    key = ConsentKey("u:nele", "email")
    consent = shop.simulation.store.read([key]).consent("u:nele", "email")
    assert consent is not None
    assert not consent.allows(NELE, "news"), "by her own row, whatever becomes of the address"


@pytest.mark.parametrize("written", [f"Nele <{NELE}>", f" {NELE.upper()} "])
def test_a_no_counts_however_the_address_is_written(shop: MemoryWorld, written: str) -> None:
    reports(shop, "SUBSCRIBED", START)
    shop.advance(START + HOUR)
    reports(shop, "UNSUBSCRIBED", START + HOUR, key=written)
    assert not may_get(shop, NELE, "news")
    assert letters_after(shop, "nele", START + 2 * HOUR) == 0


def test_a_no_counts_however_the_number_is_written() -> None:
    files = shipped("double-opt-in")
    settings = json.loads(files["settings.json"]) | {"sms": {"sender": "Kaffee", "countries": ["DE"], "max_price": 0.2}}
    shop, number = MemoryWorld(files | {"settings.json": json.dumps(settings)}, START), "+491701234567"
    asks(shop, phone=number)
    assert types(shop, number, code(shop))
    assert may_get(shop, number, "news", "sms")
    shop.advance(START + HOUR)
    call = identify("nele", START + HOUR, email=NELE, phone="0170 1234567")
    call["context"]["messaging_subscriptions"] = [{"key": "0170 1234567", "type": "SMS", "status": "UNSUBSCRIBED"}]
    shop.batch(call)
    assert not may_get(shop, number, "news", "sms")
