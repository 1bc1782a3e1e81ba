"""API Gateway's HTTP API: what a function is given, and what the caller gets."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from tests.integration.runtime.small_world import Seen, world

JSON = {"Content-Type": "application/json"}


def test_a_request_becomes_a_version_2_event() -> None:
    seen = Seen(lambda event: {"statusCode": 202, "headers": {"X-Id": "7"}, "body": "taken"})
    with world({"answer": seen}) as runtime:
        response = runtime.http(
            "post", "/v1/track?a=1&a=2&b=", {**JSON, "User-Agent": "test"}, b'{"x": 1}', source_ip="10.0.0.9"
        )
    (event,) = seen.events
    assert (response.status, response.body, response.headers["x-id"]) == (202, b"taken", "7")
    assert event["version"] == "2.0"
    assert event["routeKey"] == "ANY /v1/{proxy+}"
    assert event["rawPath"] == "/v1/track"
    assert event["pathParameters"] == {"proxy": "track"}
    assert event["queryStringParameters"] == {"a": "1,2", "b": ""}
    assert event["headers"]["content-type"] == "application/json"
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["http"]["sourceIp"] == "10.0.0.9"
    assert (event["body"], event["isBase64Encoded"]) == ('{"x": 1}', False)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({**JSON, "Content-Encoding": "gzip"}, gzip.compress(b"{}", mtime=0)),
        ({"Content-Type": "application/octet-stream"}, b"bytes"),
        (JSON, b"\xff\xfe no text"),
    ],
)
def test_what_is_no_text_arrives_in_base64(headers: dict[str, str], body: bytes) -> None:
    seen = Seen()
    with world({"answer": seen}) as runtime:
        runtime.http("POST", "/b", headers, body)
    assert seen.events[0]["isBase64Encoded"]
    assert base64.b64decode(seen.events[0]["body"]) == body


def test_a_binary_answer_is_decoded() -> None:
    encoded = base64.b64encode(b"\x00\x01").decode()
    with world({"answer": lambda e, c: {"statusCode": 200, "body": encoded, "isBase64Encoded": True}}) as runtime:
        assert runtime.http("GET", "/b").body == b"\x00\x01"


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [("GET", "/page/abc", 200), ("POST", "/page/abc", 404), ("GET", "/page/a/b", 404), ("GET", "/elsewhere", 404)],
)
def test_only_routes_of_the_topology_answer(method: str, target: str, status: int) -> None:
    with world({"answer": lambda e, c: {"statusCode": 200}}) as runtime:
        assert runtime.http(method, target).status == status


def test_a_failing_function_is_a_500_that_tells_nothing() -> None:
    def fails(event: Any, context: Any) -> None:
        raise RuntimeError("the inside story")

    with world({"answer": fails}) as runtime:
        response = runtime.http("GET", "/b")
    assert (response.status, response.json()) == (500, {"message": "Internal Server Error"})


def test_an_answer_without_a_status_is_the_body_itself() -> None:
    with world({"answer": lambda e, c: {"hello": "world"}}) as runtime:
        response = runtime.http("GET", "/b")
    assert (response.status, json.loads(response.body)) == (200, {"hello": "world"})


def test_a_body_over_10_mb_does_not_reach_the_function() -> None:
    seen = Seen()
    with world({"answer": seen}) as runtime:
        assert runtime.http("POST", "/b", JSON, b"x" * (10 * 1024 * 1024 + 1)).status == 413
    assert seen.events == []
