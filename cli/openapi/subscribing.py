"""Double opt-in from a shop's own form, and the code of an SMS."""

from __future__ import annotations

from typing import Any

from anlass.language.subscription import Form

from cli.openapi.intake import FROM_ANYWHERE, SECURITY, preflight
from cli.openapi.parts import JSON, Operation, answer, operation, ref, refusals


def _subscription() -> dict[str, Any]:
    """As the form is read, with the write key beside it for those who cannot send a header."""
    schema = Form.model_json_schema()
    return {
        "type": "object",
        "required": schema["required"],
        "properties": {**schema["properties"], "writeKey": {"type": "string"}},
    }


_REFUSED = {
    401: "No write key, an unknown one, or two that differ.",
    405: "Another method.",
    415: "Another encoding than gzip, or another charset than UTF-8.",
    503: "Nothing was stored: send the same request again.",
}
_HEADERS = {"allow": {405: "The methods that there are."}, "retry_after": {503: "Seconds to wait."}}
SCHEMAS: dict[str, Any] = {
    "Done": {
        "type": "object",
        "required": ["success"],
        "additionalProperties": False,
        "properties": {"success": {"const": True}},
    },
    "RefusedForm": {
        "type": "object",
        "required": ["code", "message"],
        "additionalProperties": False,
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "problems": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "message"],
                    "additionalProperties": False,
                    "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
    },
    "Subscription": _subscription(),
    "Code": {
        "type": "object",
        "required": ["phone", "code"],
        "properties": {
            "phone": {"type": "string", "maxLength": 40},
            "code": {"type": "string", "maxLength": 40},
            "ip": {"type": "string", "description": "Server keys only: of the machine that the code was typed at"},
            "writeKey": {"type": "string"},
        },
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
            {
                status: answer("Taken.", {JSON: ref("Done")}, **FROM_ANYWHERE),
                400: answer("Something in the body is not as it must be.", {JSON: ref("RefusedForm")}, **FROM_ANYWHERE),
                **refusals(_REFUSED, **_HEADERS),
            },
            requestBody={"required": True, "content": {JSON: {"schema": ref(schema), "example": example}}},
            security=SECURITY,
            tags=["subscribing"],
        ),
        "options": preflight(id_),
    }
