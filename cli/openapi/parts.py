"""What all endpoints have in common: how an operation and its answers are written down, and what API Gateway answers
before, or in the place of, any function of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

JSON: Final = "application/json"
JSON_UTF8: Final = "application/json; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
Answer = dict[str, Any]
Operation = dict[str, Any]

SCHEMAS: Final[dict[str, Any]] = {
    "Refused": {
        "type": "object",
        "required": ["code", "message"],
        "additionalProperties": False,
        "properties": {
            "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
            "message": {"type": "string", "minLength": 1},
        },
    },
    "GatewayMessage": {
        "type": "object",
        "required": ["message"],
        "additionalProperties": False,
        "properties": {"message": {"type": ["string", "null"]}},
    },
}
GATEWAY: Final[Mapping[int, str]] = {
    404: "No such path.",
    413: "The body is larger than 10 MB.",
    429: "More requests at once than the stage, or this route, takes. Come again.",
    431: "The headers are larger than 10 KB.",
    500: "The function failed. Nothing was acknowledged.",
    503: "The function did not answer in time. Nothing was acknowledged.",
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def answer(text: str, content: Mapping[str, Any] | None = None, /, **headers: str) -> Answer:
    """`content`: a schema by media type; none for an empty body. `headers`: those that are always there, and why."""
    made: Answer = {"description": text}
    if headers:
        made["headers"] = {
            name.replace("_", "-"): {"description": why, "required": True, "schema": {"type": "string"}}
            for name, why in headers.items()
        }
    if content:
        made["content"] = {kind: {"schema": schema} for kind, schema in content.items()}
    return made


def operation(
    id_: str, summary: str, answers: Mapping[int, Answer], *, forbids: bool = False, **more: Any
) -> Operation:
    """With API Gateway's own answers beside: of a status that both give, either may come."""
    together = {status: dict(given) for status, given in answers.items()}
    gateway = {**GATEWAY, **({403: "No signature of IAM's, or one that does not allow this."} if forbids else {})}
    for status, text in gateway.items():
        if status not in together:
            together[status] = answer(text, {JSON: ref("GatewayMessage")})
            continue
        ours = together[status]
        content = dict(ours.get("content", {}))
        known = content.get(JSON, {}).get("schema")
        content[JSON] = {"schema": {"anyOf": [known, ref("GatewayMessage")]} if known else ref("GatewayMessage")}
        # A header of ours is not there where API Gateway answers.
        headers = {name: {**each, "required": False} for name, each in ours.get("headers", {}).items()}
        together[status] = {
            "description": f"{ours['description']} Or: {text}",
            **({"headers": headers} if headers else {}),
            "content": content,
        }
    return {
        "operationId": id_,
        "summary": summary,
        **more,
        "responses": {str(status): together[status] for status in sorted(together)},
    }


def path_parameter(name: str, text: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": text,
        "schema": {"type": "string", "minLength": 1, **schema},
    }


def refusals(statuses: Mapping[int, str], **headers: Mapping[int, str]) -> dict[int, Answer]:
    """Answers of the form {"code", "message"}. `headers`: by name, the statuses that have it and why."""
    return {
        status: answer(
            text,
            {JSON: ref("Refused")},
            **{name: by_status[status] for name, by_status in headers.items() if status in by_status},
        )
        for status, text in statuses.items()
    }
