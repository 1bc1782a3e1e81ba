"""Who signs is let in; who signs wrongly, late, or with somebody else's key is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cli.runtime.names import REGION
from cli.runtime.signatures import LOCAL, SERVICE, caller_of

HOST = "127.0.0.1:8787"
PATHS = (
    "/v1/profiles/anna",
    "/v1/profiles/a%3A2f1%2F7",
    "/v1/profiles/anna%40shop.example",
    "/v1/profiles/u%3A%C3%A4nna?format=html&language=en",
    "/v1/profiles/anna/timeline?journey=cart%20again&after=0%202026-03-02T09%3A00%3A00.000Z%23m-1",
)


def now() -> datetime:
    return datetime.now(UTC)


def sign(
    target: str, method: str = "GET", credentials: Credentials = LOCAL, service: str = SERVICE, region: str = REGION
) -> Mapping[str, str]:
    request = AWSRequest(method, f"http://{HOST}{target}")
    SigV4Auth(credentials, service, region).add_auth(request)
    return {**dict(request.headers), "host": HOST}


@pytest.mark.parametrize("target", PATHS)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_who_signs_as_amazon_does_is_let_in(target: str, method: str) -> None:
    caller = caller_of(method, target, sign(target, method), b"", now())
    assert caller is not None
    assert caller["userArn"].endswith("user/local")


def test_a_signature_is_for_one_request_only() -> None:
    headers = sign("/v1/profiles/anna")
    for method, target in (
        ("DELETE", "/v1/profiles/anna"),
        ("GET", "/v1/profiles/ben"),
        ("GET", "/v1/profiles/anna?x=1"),
    ):
        assert caller_of(method, target, headers, b"", now()) is None


def test_nothing_can_be_added_to_what_was_asked_nor_said_twice() -> None:
    headers = sign("/v1/profiles/anna?format=html&format=json")
    assert caller_of("GET", "/v1/profiles/anna?format=html&format=json", headers, b"", now()) is not None
    assert caller_of("GET", "/v1/profiles/anna?format=json", headers, b"", now()) is None
    assert caller_of("GET", "/v1/profiles/anna?format=csv&format=json", headers, b"", now()) is None


def test_who_signs_with_another_key_or_for_another_service_is_nobody() -> None:
    target = "/v1/profiles/anna"
    for headers in (
        sign(target, credentials=Credentials("AKIAOTHER", LOCAL.secret_key)),
        sign(target, credentials=Credentials(LOCAL.access_key, "guessed")),
        sign(target, service="sts"),
        sign(target, region="us-east-1"),
        {},
        {"authorization": "Bearer me"},
        {**sign(target), "X-Amz-Date": "20200101T000000Z"},
    ):
        assert caller_of("GET", target, headers, b"", now()) is None


def test_a_signature_is_good_for_minutes() -> None:
    headers = sign("/v1/profiles/anna")
    assert caller_of("GET", "/v1/profiles/anna", headers, b"", now() + timedelta(minutes=4)) is not None
    assert caller_of("GET", "/v1/profiles/anna", headers, b"", now() + timedelta(minutes=6)) is None
