"""Double opt-in from a shop's own form, and the code of an SMS."""

from __future__ import annotations

from typing import Any

from cli.openapi.intake import SECURITY, preflight
from cli.openapi.parts import JSON, Operation, answer, operation, ref, refusals

_REFUSED = {
    400: "The body is no JSON object, or one of its fields is not as it must be: `problems` names all of them.",
    401: "No write key, an unknown one, or two that differ.",
    405: "Another method.",
    413: "The body is too large.",
    415: "Another encoding than gzip, or another charset than UTF-8.",
    503: "Nothing was stored: send the same request again.",
}
_HEADERS = {"allow": {405: "The methods that there are."}, "retry_after": {503: "Seconds to wait."}}
SCHEMAS: dict[str, Any] = {
    "Subscription": {
        "type": "object",
        "required": ["topics", "text_version", "form_url"],
        "properties": {
            "email": {"type": "string"},
            "phone": {"type": "string"},
            "topics": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 50},
            "locale": {"type": "string"},
            "text_version": {"type": "string", "minLength": 1, "maxLength": 200},
            "form_url": {"type": "string", "maxLength": 2000},
            "ip": {"type": "string"},
            "first_name": {"type": "string", "maxLength": 80},
            "birthday": {"type": "string"},
            "interests": {"type": "array", "items": {"type": "string"}, "maxItems": 20},
            "writeKey": {"type": "string"},
        },
    },
    "Code": {
        "type": "object",
        "required": ["phone", "code"],
        "properties": {"phone": {"type": "string"}, "code": {"type": "string"}, "writeKey": {"type": "string"}},
    },
}


def operations() -> dict[str, dict[str, Operation]]:
    """By path and method."""
    asked = {
        "email": "anna@shop.example",
        "topics": ["news"],
        "text_version": "2026-11",
        "form_url": "https://shop.example/news",
    }
    return {
        "/v1/subscribe": _post(
            "subscribe", "Ask for messages; the answer is alike for every address", "Subscription", asked, 202
        ),
        "/v1/subscribe/confirm": _post(
            "confirm-code", "The code of an SMS", "Code", {"phone": "+491701234567", "code": "123456"}, 200
        ),
    }


def _post(id_: str, summary: str, schema: str, example: dict[str, Any], status: int) -> dict[str, Operation]:
    return {
        "post": operation(
            id_,
            summary,
            {status: answer("Taken.", {JSON: {"type": "object"}}), **refusals(_REFUSED, **_HEADERS)},
            requestBody={"required": True, "content": {JSON: {"schema": ref(schema), "example": example}}},
            security=SECURITY,
            tags=["subscribing"],
        ),
        "options": preflight(id_),
    }
