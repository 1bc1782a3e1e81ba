"""Segment's HTTP API: paths, messages and answers, as `language/intake_http.py` and its neighbours have them."""

from __future__ import annotations

from typing import Any, Final, get_args

from anlass.domain.event import Kind
from anlass.language.intake_http import ENDPOINTS
from anlass.language.intake_request import Endpoint

from cli.openapi.parts import JSON, Answer, Operation, answer, operation, path_parameter, ref, refusals

REFUSED = {
    400: "The body is no JSON object, no Base64, no valid gzip, or larger than 32 KB (a batch: 500 KB).",
    401: "No write key, an unknown one, or two that differ.",
    404: "No such path.",
    405: "Another method.",
    415: "Another encoding than gzip, or another charset than UTF-8.",
    503: "Nothing was stored: send the same request again.",
}
HEADERS = {
    "allow": {405: "The methods that there are."},
    "retry_after": {503: "Seconds to wait."},
}
FROM_ANYWHERE: Final = {"access_control_allow_origin": "Any page may send: the key decides, no cookie."}
SECURITY: list[dict[str, list[str]]] = [{"writeKey": []}, {"writeKeyInQuery": []}, {}]

_ID = {"type": ["string", "integer"], "description": "At most 255 bytes."}
_TIME = {"type": "string", "description": "ISO 8601, 1970 or later, not more than a day in the future."}
_OBJECT = {"type": ["object", "null"]}
SCHEMAS: dict[str, Any] = {
    "Stored": {
        "type": "object",
        "required": ["success"],
        "additionalProperties": False,
        "properties": {
            "success": {"const": True},
            "rejected": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["index", "code", "message"],
                    "additionalProperties": False,
                    "properties": {
                        "index": {"type": "integer", "minimum": 0},
                        "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
                        "message": {"type": "string"},
                    },
                },
            },
        },
    },
    # What a message should be. One that is not is rejected by itself, with status 200: beside it others may be good.
    "Message": {
        "type": "object",
        "properties": {
            "type": {"enum": list(get_args(Kind))},
            "messageId": _ID,
            "userId": _ID,
            "anonymousId": _ID,
            "previousId": _ID,
            "groupId": _ID,
            "event": {"type": "string"},
            "name": {"type": "string"},
            "category": {"type": "string"},
            "timestamp": _TIME,
            "originalTimestamp": _TIME,
            "sentAt": _TIME,
            "properties": _OBJECT,
            "traits": _OBJECT,
            "context": _OBJECT,
            "writeKey": {"type": "string"},
        },
    },
    "Batch": {
        "type": "object",
        "required": ["batch"],
        "properties": {
            "batch": {"type": "array", "items": ref("Message"), "description": "At most 2,500."},
            "context": {"type": "object"},
            "sentAt": _TIME,
            "writeKey": {"type": "string"},
        },
    },
    "Settings": {
        "type": "object",
        "required": ["integrations"],
        "properties": {"integrations": {"type": "object", "required": ["Segment.io"]}, "metrics": {"type": "object"}},
    },
}
_EXAMPLES: dict[str, dict[str, Any]] = {
    "track": {"userId": "anna", "event": "Product Added", "properties": {"product_id": "beans", "price": 12.5}},
    "identify": {
        "userId": "anna",
        "traits": {"email": "anna@shop.example", "firstName": "Anna"},
        "context": {"messaging_subscriptions": [{"key": "anna@shop.example", "type": "EMAIL", "status": "SUBSCRIBED"}]},
    },
    "page": {"anonymousId": "visitor", "name": "Home", "properties": {"url": "https://shop.example/"}},
    "screen": {"anonymousId": "visitor", "name": "Home"},
    "group": {"userId": "anna", "groupId": "roasters", "traits": {"plan": "gold"}},
    "alias": {"userId": "anna", "previousId": "visitor"},
}


def operations() -> dict[str, dict[str, Operation]]:
    """By path and method."""
    made = {path: _of(path, endpoint) for path, endpoint in ENDPOINTS.items()}
    key = [path_parameter("writeKey", "The write key.")]
    made["/v1/projects/{writeKey}/settings"] = {
        "get": operation(
            "settings",
            "What analytics-next asks for when it starts",
            {200: answer("Where to send to.", {JSON: ref("Settings")}, **FROM_ANYWHERE), **_refused()},
            parameters=key,
            tags=["events"],
        ),
        "options": preflight("settings") | {"parameters": key},
    }
    return made


def _of(path: str, endpoint: Endpoint) -> dict[str, Operation]:
    batch = endpoint == "batch"
    example: dict[str, Any] = {"batch": [{"type": kind, **message} for kind, message in _EXAMPLES.items()]}
    if not batch:
        example = _EXAMPLES[endpoint]
    body = {
        "required": True,
        "description": "JSON, by itself or as gzip. The type that is said is not looked at: beacons send text/plain.",
        "content": {JSON: {"schema": ref("Batch" if batch else "Message"), "example": example}},
    }
    name = path.strip("/").replace("/", "-")
    text = "Read. `rejected` names the messages that were not taken, and why; all others are stored."
    return {
        "post": operation(
            name,
            "A batch of messages" if batch else f"One message: {endpoint}",
            {200: answer(text, {JSON: ref("Stored")}, **FROM_ANYWHERE), **_refused()},
            requestBody=body,
            security=SECURITY,
            tags=["events"],
        ),
        "options": preflight(name),
    }


def preflight(name: str) -> Operation:
    return operation(
        f"{name}-preflight",
        "CORS preflight",
        {204: answer("Allowed.", **FROM_ANYWHERE), **refusals({404: REFUSED[404]})},
        tags=["events"],
    )


def _refused() -> dict[int, Answer]:
    return refusals(REFUSED, **HEADERS)
