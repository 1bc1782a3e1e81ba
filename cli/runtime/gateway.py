"""API Gateway's HTTP API: a request becomes a version 2.0 proxy event, the function's answer becomes a response."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from anlass.adapters.memory.clock import VirtualClock

from cli.runtime.lambdas import LambdaError, Lambdas
from cli.runtime.names import ACCOUNT, REGION
from cli.runtime.signatures import caller_of
from infra.topology import Route

BODY_LIMIT = 10 * 1024 * 1024
HEADER_LIMIT = 10_240
TEXT = re.compile(r"(text/|application/(json|javascript|xml|[\w.-]+\+(json|xml)))", re.IGNORECASE)


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Gateway:
    def __init__(self, routes: Iterable[Route], lambdas: Lambdas, clock: VirtualClock) -> None:
        # A route without a greedy part is the better match, a literal path the best; a named method beats ANY.
        self._routes = [
            (route, _expression(route.path))
            for route in sorted(routes, key=lambda r: ("+}" in r.path, "{" in r.path, r.method == "ANY", -len(r.path)))
        ]
        self._lambdas = lambdas
        self._clock = clock

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, source_ip: str = "127.0.0.1"
    ) -> Response:
        """`target` is the path with its query string."""
        if len(body) > BODY_LIMIT:
            return _message(413, "Request Entity Too Large")
        if sum(len(k) + len(v) for k, v in headers.items()) > HEADER_LIMIT:
            return _message(431, "Request Header Fields Too Large")
        path, _, query = target.partition("?")
        for route, expression in self._routes:
            match = expression.fullmatch(path)
            if match and route.method in ("ANY", method.upper()):
                caller = None
                if route.authorizer == "iam":
                    caller = caller_of(method.upper(), target, headers, body, datetime.now(UTC))
                    if caller is None:
                        return _message(403, "Forbidden")
                event = self._event(route, match.groupdict(), method.upper(), path, query, headers, body, source_ip)
                if caller is not None:
                    event["requestContext"]["authorizer"] = {"iam": caller}
                return _response(self._lambdas.invoke(route.function, event))
        return _message(404, "Not Found")

    def _event(
        self,
        route: Route,
        parameters: dict[str, str],
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        source_ip: str,
    ) -> dict[str, Any]:
        lower = {name.lower(): value for name, value in headers.items()}
        cookies = lower.pop("cookie", None)
        now = self._clock.now()
        key = f"{route.method} {route.path}"
        text = _text(body, lower)
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": key,
            "rawPath": unquote(path),
            "rawQueryString": query,
            "headers": lower,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "local",
                "domainName": lower.get("host", f"local.execute-api.{REGION}.amazonaws.com"),
                "domainPrefix": "local",
                "http": {
                    "method": method,
                    "path": unquote(path),
                    "protocol": "HTTP/1.1",
                    "sourceIp": source_ip,
                    "userAgent": lower.get("user-agent", ""),
                },
                "requestId": uuid.uuid4().hex,
                "routeKey": key,
                "stage": "$default",
                "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "timeEpoch": int(now.timestamp() * 1000),
            },
            "isBase64Encoded": bool(body) and text is None,
        }
        if cookies:
            event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
        if query:
            event["queryStringParameters"] = _query(query)
        if parameters:
            event["pathParameters"] = {name: unquote(value) for name, value in parameters.items()}
        if body:
            event["body"] = base64.b64encode(body).decode() if text is None else text
        return event


def _expression(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\+?\})", path)
    pattern = "".join(
        f"(?P<{part[1:-2]}>.+)"
        if part.endswith("+}")
        else f"(?P<{part[1:-1]}>[^/]+)"
        if part.startswith("{")
        else re.escape(part)
        for part in parts
    )
    return re.compile(pattern)


def _text(body: bytes, headers: Mapping[str, str]) -> str | None:
    """The body as text, or None where API Gateway sends Base64: encoded, or no text by its type."""
    if "content-encoding" in headers or not TEXT.match(headers.get("content-type", "text/plain")):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _query(query: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _response(outcome: Any) -> Response:
    if isinstance(outcome, LambdaError):
        return _message(500, "Internal Server Error")
    answer = outcome.payload
    if not isinstance(answer, dict) or "statusCode" not in answer:
        # What is no proxy answer is the body itself, with status 200.
        return Response(200, {"content-type": "application/json"}, json.dumps(answer).encode())
    try:
        body = answer.get("body") or ""
        raw = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        headers = {name.lower(): str(value) for name, value in (answer.get("headers") or {}).items()}
        headers.setdefault("content-type", "text/plain;charset=utf-8")
        return Response(int(answer["statusCode"]), headers, raw)
    except (AttributeError, TypeError, ValueError):
        return _message(500, "Internal Server Error")


def _message(status: int, text: str) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps({"message": text}).encode())
