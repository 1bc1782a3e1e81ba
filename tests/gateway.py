"""API Gateway's HTTP API in small: HTTP or Python calls become version 2 proxy events for the intake."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from anlass.domain.errors import Transient
from anlass.domain.event import Event, EventKey

from functions.ingest_event import respond

SERVER_KEY, BROWSER_KEY = "key-of-server", "key-of-browser"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Log:
    """The event log in a dictionary; the next `failures` puts do half their work and fail."""

    stored: dict[EventKey, Event] = field(default_factory=dict)
    failures: int = 0
    puts: int = 0
    error: Exception = field(default_factory=lambda: Transient("events table throttled"))

    def put(self, events: Sequence[Event]) -> None:
        self.puts += 1
        assert len({event.key for event in events}) == len(events), "a repeated key fails a whole BatchWriteItem"
        half = events[: len(events) // 2] if self.failures else events
        self.stored.update({event.key: event for event in half})
        if self.failures:
            self.failures -= 1
            raise self.error

    def get(self, key: EventKey) -> Event | None:
        return self.stored.get(key)

    def of_person(self, *_: object) -> list[Event]:
        raise NotImplementedError

    @property
    def events(self) -> list[Event]:
        return list(self.stored.values())


class Keys:
    def right_of(self, key: str) -> Literal["server", "browser"] | None:
        return {SERVER_KEY: "server", BROWSER_KEY: "browser"}.get(key)  # type: ignore[return-value]


@dataclass
class Clock:
    fixed: datetime | None = NOON

    def now(self) -> datetime:
        return self.fixed or datetime.now(UTC)


@dataclass
class Desk:
    """The intake with everything it needs, in memory."""

    event_log: Log = field(default_factory=Log)
    keys: Keys = field(default_factory=Keys)
    clock: Clock = field(default_factory=Clock)
    public_host: str = "events.shop.example"

    def call(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        request_id: str | None = None,
    ) -> dict[str, Any]:
        """API Gateway's response, with `json` for its body."""
        event = proxy_event(method, target, body, headers or {}, request_id or str(uuid4()))
        response = respond(event, lambda: self)
        return {**response, "json": json.loads(response["body"]) if response["body"] else None}

    def post(
        self,
        target: str,
        value: Any,
        key: str | None = SERVER_KEY,
        headers: Mapping[str, str] | None = None,
        request_id: str | None = None,
    ) -> dict[str, Any]:
        """`value` as JSON, or as it is if it is bytes."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        sent = {"content-type": "application/json", **(basic(key) if key else {}), **(headers or {})}
        return self.call("POST", target, body, sent, request_id)

    def take(self, *messages: Any, key: str = SERVER_KEY, **beside: Any) -> dict[str, Any]:
        """One batch; the answer's JSON."""
        answer = self.post("/v1/batch", {"batch": list(messages), **beside}, key)
        assert answer["statusCode"] == 200, answer
        result: dict[str, Any] = answer["json"]
        return result

    def event(self, message: Any, key: str = SERVER_KEY, **beside: Any) -> Event:
        """The one event that a message became."""
        answer = self.take(message, key=key, **beside)
        assert answer == {"success": True}, answer
        return self.event_log.events[-1]


def basic(key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def gzipped(value: Any) -> bytes:
    return gzip.compress(json.dumps(value).encode())


def proxy_event(
    method: str, target: str, body: bytes, headers: Mapping[str, str], request_id: str, stage: str = "$default"
) -> dict[str, Any]:
    """Text types without a content encoding come as text, all else as Base64: API Gateway's rule."""
    lowered = {name.lower(): value for name, value in headers.items()}
    content_type = lowered.get("content-type", "").lower()
    is_text = content_type.startswith(("text/", "application/json")) and "content-encoding" not in lowered
    url = urlsplit(target)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "ANY /v1/{proxy+}",
        "rawPath": url.path,
        "rawQueryString": url.query,
        "headers": lowered,
        "requestContext": {
            "domainName": "whatever.was.asked",
            "http": {"method": method, "path": url.path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": request_id,
            "stage": stage,
        },
        "isBase64Encoded": bool(body) and not is_text,
    }
    if url.query:
        event["queryStringParameters"] = dict(parse_qsl(url.query))
    if body:
        event["body"] = body.decode("utf-8", "replace") if is_text else base64.b64encode(body).decode()
    return event


@dataclass
class Seen:
    """One HTTP request that the server answered."""

    path: str
    status: int
    headers: Mapping[str, str]


@contextmanager
def serve(desk: Desk) -> Iterator[tuple[str, list[Seen]]]:
    """(URL, what was asked) of a real HTTP server on 127.0.0.1 in front of the intake."""
    seen: list[Seen] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            answer = desk.call(self.command, self.path, body, dict(self.headers))
            payload = answer["body"].encode()
            seen.append(Seen(self.path, answer["statusCode"], dict(self.headers)))
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_OPTIONS = do_POST  # noqa: N815 - the base class names them

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
