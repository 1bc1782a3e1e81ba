"""POST /v1/subscribe and its sister as browsers and servers call them."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.runtime.gateway import Response
from cli.runtime.world import LocalRuntime
from tests.shipped import shipped
from tests.subscriber import form
from tests.trouble import broken, throttled, trouble
from tests.worlds import MotoWorld

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
BASIC = {"authorization": "Basic " + base64.b64encode(b"local-browser:").decode()}
BODY = json.dumps(form(email="nele@example.com")).encode()


@pytest.fixture(scope="module")
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        MotoWorld(running, shipped("double-opt-in"))
        yield running


def post(
    runtime: LocalRuntime,
    body: bytes = BODY,
    path: str = "/v1/subscribe",
    headers: Mapping[str, str] = BASIC,
) -> Response:
    return runtime.http("POST", path, {"content-type": "application/json", **headers}, body)


def refused(answer: Response) -> tuple[int, str]:
    return answer.status, answer.json()["code"]


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("/v1/subscribe", BASIC, BODY),
        ("/v1/subscribe?writeKey=local-browser", {}, BODY),
        ("/v1/subscribe", {}, json.dumps(form(email="a@example.com", writeKey="local-server")).encode()),
        ("/v1/subscribe", BASIC | {"content-type": "text/plain"}, BODY),
        ("/v1/subscribe", BASIC | {"content-encoding": "gzip"}, gzip.compress(BODY)),
    ],
)
def test_a_form_is_taken_however_it_is_sent(
    runtime: LocalRuntime, path: str, headers: Mapping[str, str], body: bytes
) -> None:
    answer = runtime.http("POST", path, {"content-type": "application/json", **headers}, body)
    assert (answer.status, answer.body) == (202, b'{"success": true}')
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_a_browser_may_ask_before_it_sends(runtime: LocalRuntime) -> None:
    for path in ("/v1/subscribe", "/v1/subscribe/confirm"):
        answer = runtime.http("OPTIONS", path, {"origin": "https://shop.example"})
        assert (answer.status, answer.body) == (204, b"")
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert "content-type" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["/v1/subscribe", "/v1/subscribe/confirm"])
def test_who_offers_no_key_or_a_wrong_one_is_turned_away(runtime: LocalRuntime, path: str) -> None:
    assert refused(post(runtime, path=path, headers={})) == (401, "write_key_missing")
    assert refused(post(runtime, path=f"{path}?writeKey=nobody", headers={})) == (401, "write_key_unknown")
    assert refused(post(runtime, path=f"{path}?writeKey=local-server")) == (401, "write_key_conflict")


def test_sixteen_kilobytes_are_enough_for_a_form(runtime: LocalRuntime) -> None:
    big = json.dumps(form(email="a@example.com", more="x" * 17_000)).encode()
    for body, headers in ((big, {}), (gzip.compress(big), {"content-encoding": "gzip"})):
        answer = post(runtime, body, headers={**BASIC, **headers})
        assert refused(answer) == (400, "request_too_large")
        assert "16 KB" in answer.json()["message"]


def test_what_is_no_form_is_refused(runtime: LocalRuntime) -> None:
    assert refused(post(runtime, b"{")) == (400, "malformed_json")
    assert refused(post(runtime, b'["x"]')) == (400, "subscription_invalid")
    assert refused(runtime.http("GET", "/v1/subscribe", BASIC)) == (405, "method_not_allowed")
    answer = post(runtime, json.dumps(form(topics=["nws"])).encode())
    assert answer.json()["problems"] == [
        {
            "field": "topics[0]",
            "message": 'there is no topic "nws". Did you mean "news"? Topics are news, offers, service',
        },
    ]


NO_CODES = [{}, {"phone": "+491701234567"}, {"phone": 1, "code": 2}, ["x"], {"code": "1" * 99}]


@pytest.mark.parametrize("said", [*NO_CODES, {"phone": "\ud800", "code": "1"}, {"phone": "1", "code": "\ud800"}])
def test_a_code_without_a_phone_is_none(runtime: LocalRuntime, said: Any) -> None:
    answer = post(runtime, json.dumps(said).encode(), "/v1/subscribe/confirm")
    assert refused(answer) == (400, "code_invalid")


@pytest.mark.parametrize("code", ["", "12345", "einszwei", "١٢٣٤٥٦", "123456 "])
def test_whatever_is_typed_for_a_code_is_taken_or_refused(runtime: LocalRuntime, code: str) -> None:
    body = json.dumps({"phone": "+491701234567", "code": code}).encode()
    assert refused(post(runtime, body, "/v1/subscribe/confirm")) == (400, "code_wrong")


@pytest.mark.parametrize("fault", [throttled, broken])
def test_what_was_not_stored_may_come_again(runtime: LocalRuntime, fault: Any) -> None:
    failing = trouble(runtime, "subscribe", "BatchWriteItem", fault)
    answer = post(runtime)
    failing.left = 0
    assert refused(answer) == (503, "unavailable")
    assert "retry-after" in answer.headers
    assert post(runtime).status == 202
