"""Rights that double opt-in needs where a shop's own form is used, and an SMS: see `test_rights.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from anlass.domain.send import Send

from cli.runtime.world import LocalRuntime
from tests.rights_in_use import Told
from tests.shipped import shipped
from tests.subscriber import asks, code, form, may_get, types
from tests.trouble import broken, trouble
from tests.worlds import MINUTE, MotoWorld

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
PHONE = "+491701234567"
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


@pytest.fixture
def shop(runtime: LocalRuntime) -> MotoWorld:
    return MotoWorld(runtime, shipped("double-opt-in"))


@told.uses(
    "subscribe table/definitions dynamodb:GetItem",
    "subscribe table/events dynamodb:BatchWriteItem dynamodb:PutItem",
    "subscribe table/journeys dynamodb:Query dynamodb:PutItem",
    "subscribe table/profiles dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:ConditionCheckItem",
    "subscribe secret/keys secretsmanager:GetSecretValue",
    "subscribe secret/salt secretsmanager:GetSecretValue",
    "deliver_message phones sns:Publish",
)
def test_a_phone_is_asked_for_and_confirmed(runtime: LocalRuntime, shop: MotoWorld) -> None:
    asks(shop, phone=PHONE)
    assert types(shop, PHONE, code(shop))
    assert may_get(shop, PHONE, "news", "sms")


@told.uses("subscribe table/journeys dynamodb:UpdateItem")
def test_who_is_faster_than_the_record_of_what_left_confirms_too(runtime: LocalRuntime, shop: MotoWorld) -> None:
    """The function died after the SMS had left: the code on the phone is as good, and the row learns that it left."""
    dying = trouble(runtime, "deliver_message", "TransactWriteItems", broken, 1, lambda _: bool(runtime.sent_texts()))
    asks(shop, phone=PHONE)
    assert dying.met == 1
    assert types(shop, PHONE, code(shop))
    (row,) = shop.rows(Send)
    assert (row.status, row.confirmed_at) == ("SENT", START)
    runtime.advance(START + 10 * MINUTE)
    assert len(runtime.sent_texts()) == 1


def test_before_anything_is_published_there_is_nothing_to_ask_for(runtime: LocalRuntime) -> None:
    answer = runtime.http(
        "POST", "/v1/subscribe?writeKey=local-browser", {}, json.dumps(form(email="a@b.example")).encode()
    )
    assert (answer.status, answer.json()["code"]) == (503, "not_open")
    assert runtime.lambdas.errors == []
