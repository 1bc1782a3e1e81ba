"""The Segment HTTP API from outside: its paths, and how its clients want to be answered. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from anlass.language.intake_request import Endpoint, Refused, Request, Stored

_LONG: Final[tuple[Endpoint, ...]] = ("track", "identify", "page", "screen", "group", "alias", "batch")
ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    **{f"/v1/{name}": name for name in _LONG},
    **{f"{prefix}/{name[0]}": name for name in _LONG for prefix in ("", "/v1")},
    "/v1/import": "batch",  # where the older Segment SDKs (Ruby, Java, .NET, PHP) send every batch, not history only
    "/beacon/v1/batch": "batch",
}
CORS: Final[Mapping[str, str]] = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,OPTIONS,POST",
    "access-control-allow-headers": "anonymousid,authorization,content-encoding,content-type,x-retry-count",
    "access-control-expose-headers": "retry-after",
    "access-control-max-age": "86400",
}
ALWAYS: Final[Mapping[str, str]] = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}
MALFORMED_BASE64: Final = Refused(400, "malformed_body", "The body is no valid Base64.")
UNAVAILABLE: Final = Refused(503, "unavailable", "Not stored. Send the same request again.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP; `body` None is an empty one."""

    status: int
    body: Mapping[str, Any] | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """analytics-next asks what to load; `key` is the write key in the path."""

    key: str


def route(method: str, path: str) -> Endpoint | Settings | Answer:
    """What is asked for; an answer where that needs no key: preflight, unknown path, wrong method."""
    asked = _asked_by(path.rstrip("/"))
    if asked is None:
        return answer_to(Refused(404, "not_found", "No such path. Events go to /v1/batch or /v1/track."))
    if method == "OPTIONS":
        return Answer(204, None)
    wanted = "GET" if isinstance(asked, Settings) else "POST"
    return asked if method == wanted else _wrong_method(wanted)


def _asked_by(path: str) -> Endpoint | Settings | None:
    match path.split("/"):
        case ["", "v1", "projects", key, "settings"] if key and unquote(key).isascii():
            return Settings(unquote(key))
    return ENDPOINTS.get(path)


def path_of(event: Mapping[str, Any]) -> str:
    """The path that was asked for. `event`: API Gateway's, version 2; a named stage is its path's first part."""
    path: str = event["rawPath"]
    stage = "/" + event["requestContext"].get("stage", "$default")
    return path.removeprefix(stage) if path.startswith(stage + "/") else path


def request_in(event: Mapping[str, Any], endpoint: Endpoint | None) -> Request:
    """The request in API Gateway's event. ValueError: its body is no Base64."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    body = event.get("body") or ""
    return Request(
        id=event["requestContext"]["requestId"],
        endpoint=endpoint,
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass"),
        content_type=headers.get("content-type", ""),
        content_encoding=headers.get("content-encoding", ""),
        authorization=headers.get("authorization", ""),
        query_key=(event.get("queryStringParameters") or {}).get("writeKey", ""),
    )


def response_of(answer: Answer) -> dict[str, Any]:
    """As API Gateway wants it."""
    return {
        "statusCode": answer.status,
        "headers": {**CORS, **ALWAYS, **answer.headers},
        "body": "" if answer.body is None else json.dumps(answer.body),
        "isBase64Encoded": False,
    }


def answer_to(outcome: Stored | Refused) -> Answer:
    """200 and nothing else where something was read (RudderStack's SDKs take no other 2xx), with what was bad in it."""
    if isinstance(outcome, Refused):
        retry = {"retry-after": "1"} if outcome.status == 503 else {}
        return Answer(outcome.status, {"code": outcome.code, "message": outcome.message}, retry)
    rejected = [{"index": bad.index, "code": bad.code, "message": bad.message} for bad in outcome.rejected]
    return Answer(200, {"success": True, "rejected": rejected} if rejected else {"success": True})


def settings_for(key: str, host: str) -> Answer:
    """What analytics-next asks its CDN for: itself as the only destination, and `host` as the place to send to."""
    segment = {"apiKey": key, "apiHost": f"{host}/v1", "addBundledMetadata": False}
    return Answer(200, {"integrations": {"Segment.io": segment}, "metrics": {"sampleRate": 0}})


def _wrong_method(allowed: str) -> Answer:
    refused = answer_to(Refused(405, "method_not_allowed", f"Use {allowed}."))
    return Answer(refused.status, refused.body, {"allow": f"{allowed}, OPTIONS"})
