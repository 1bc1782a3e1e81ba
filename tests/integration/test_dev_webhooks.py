"""What `anlass dev` shows of webhooks, and how it plays a shop that does not take them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.applications import Starlette

from cli.dev.server import application
from cli.runtime.world import LocalRuntime
from tests.integration.test_dev_local_calls import post
from tests.shop import content, journey
from tests.worlds import HOUR, MotoWorld, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOLD = journey(
    "told",
    trigger={"type": "event", "event": "Order Completed"},
    steps=[
        {"id": "erp", "webhook": {"url": "https://erp.shop.example/hook", "secret": "erp", "body": {"a": "{{ now }}"}}},
        {"id": "other", "webhook": {"url": "https://other.example/hook", "secret": "other"}},
    ],
)


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


def asked(server: Starlette, body: Any) -> tuple[int, Any]:
    return post(server, "/_local/webhooks", json.dumps(body).encode())


def test_each_webhook_is_shown_with_its_attempts(runtime: LocalRuntime) -> None:
    server, shop = application(runtime), MotoWorld(runtime, content(TOLD))
    assert asked(server, {"answers": [503]}) == (200, {"webhooks": []})
    shop.batch(track("Order Completed", START, "anna", order_id="o-1"))
    shop.advance(START + HOUR)
    _, found = asked(server, {"answers": []})
    erp, other = found["webhooks"]
    assert (erp["journey"], erp["step"], erp["status"]) == ("told", "erp", "done")
    assert [attempt["answer"] for attempt in erp["attempts"]] == [503, 204]
    assert erp["attempts"][0]["headers"]["webhook-id"] == erp["id"]
    assert [attempt["body"] for attempt in erp["attempts"]] == [{"a": "2026-03-02T09:00:00+00:00"}] * 2
    assert (other["status"], other["attempts"]) == ("failed", [])
    assert other["reason"] == 'the secret "webhooks" holds no usable key called "other"'


def test_answers_must_be_statuses(runtime: LocalRuntime) -> None:
    server = application(runtime)
    bodies: tuple[Any, ...] = ({}, [], {"answers": 503}, {"answers": ["503"]}, {"answers": [99]}, {"answers": [True]})
    for body in bodies:
        status, answer = asked(server, body)
        assert (status, answer["code"]) == (400, "bad_answers")
