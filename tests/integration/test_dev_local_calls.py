"""/_local answers whatever is sent to it: with what is wrong, never with a 500."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.applications import Starlette

from cli.dev.server import application
from cli.runtime.world import LocalRuntime

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Starlette]:
    with LocalRuntime(START) as runtime:
        yield application(runtime)


def post(server: Starlette, path: str, body: bytes) -> tuple[int, Any]:
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(server(scope, receive, send))
    text = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(text)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", b""),
        ("clock", b"[]"),
        ("clock", b"\xff"),
        ("clock", b'{"advance": "\\ud800"}'),
        ("clock", b'{"advance": "1 fortnight"}'),
        ("clock", b'{"advance": "99999 weeks"}'),
        ("clock", b'{"advance": 5}'),
        ("feedback", b'{"message": "a.b.1", "event": ["open"]}'),
        ("feedback", b'{"message": "a.b.1", "event": {}}'),
        ("feedback", b'{"message": "\\ud800.b.1", "event": "open"}'),
        ("feedback", b'{"message": "a.b.1", "event": "open"}'),
        ("feedback", b'{"message": "a.b.1", "event": "unsubscribe"}'),
        ("mail", b""),
        ("mail", b'{"to": 5}'),
        ("mail", b'{"to": "post@shop.example"}'),
        ("mail", b'{"to": "unsubscribe@reply.shop.example", "subject": {}}'),
        ("brake", b'{"action": "lift"}'),
        ("brake", b'{"action": "destroy", "by": "me", "why": "so"}'),
        ("brake", b'{"action": ["set"], "by": "me", "why": "so"}'),
    ],
)
def test_whatever_is_sent_is_answered_with_what_is_wrong(server: Starlette, path: str, body: bytes) -> None:
    status, answer = post(server, f"/_local/{path}", body)
    assert status in (400, 404)
    assert {"code", "message"} <= answer.keys()


def test_the_brake_is_looked_at_set_and_lifted(server: Starlette) -> None:
    off = {"on": False, "since": None, "by": None, "why": None}
    status, standing = post(server, "/_local/brake", b"{}")
    assert (status, {key: standing[key] for key in off}) == (200, off)
    assert standing["rates"]["24 hours"] == {"delivered": 0, "complained": 0, "percent": None}
    said = b'{"action": "set", "by": "ops", "why": "a wrong price"}'
    assert post(server, "/_local/brake", said)[1]["on"] is True
    said = b'{"action": "lift", "by": "ops", "why": "mended"}'
    assert (post(server, "/_local/brake", said)[1]["on"], post(server, "/_local/brake", b"")[1]["why"]) == (
        False,
        "mended",
    )


def test_mail_is_received_whatever_it_is_about(server: Starlette) -> None:
    said = b'{"to": "unsubscribe+nobody@reply.shop.example", "from": "anna@b.example", "subject": "no"}'
    assert post(server, "/_local/mail", said) == (200, {"success": True})


def test_the_clock_goes_by_seconds_too_and_ends_with_the_calendar(server: Starlette) -> None:
    assert post(server, "/_local/clock", b'{"advance": "0 seconds"}') == (200, {"now": "2026-12-01T09:00:00.000Z"})
    assert post(server, "/_local/clock", b'{"advance": "30 seconds"}') == (200, {"now": "2026-12-01T09:00:30.000Z"})
    assert post(server, "/_local/clock", b'{"to": "9999-12-31T23:59:00Z"}')[0] == 200
    assert post(server, "/_local/clock", b'{"advance": "1 hour"}')[1]["code"] == "clock_ends"
