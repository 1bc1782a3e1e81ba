"""The rights of the person, for the shop's backend: signed by IAM, which API Gateway looks at before any function."""

from __future__ import annotations

from typing import Any

from cli.openapi.parts import JSON, Answer, Operation, answer, operation, path_parameter, ref, refusals

_ERRORS = {400: "No such id can be.", 404: "Nobody is known by this id.", 503: "Try again: nothing was done by halves."}
SCHEMAS: dict[str, Any] = {
    "Export": {"type": "object"},
    "Timeline": {"type": "object"},
    "Erasure": {"type": "object"},
}


def operations() -> dict[str, dict[str, Operation]]:
    """By path and method."""
    return {
        "/v1/profiles/{id}": {
            "get": _signed("export", "Everything about a person", {200: answer("All.", {JSON: ref("Export")})}),
            "delete": _signed("erase", "Forget a person", {202: answer("Under way.", {JSON: ref("Erasure")})}),
        },
        "/v1/profiles/{id}/timeline": {
            "get": _signed("timeline", "Why they got what", {200: answer("All.", {JSON: ref("Timeline")})}),
        },
        "/v1/erasures/{id}": {
            "get": _signed("erasure", "What was erased", {200: answer("The report.", {JSON: ref("Erasure")})}),
        },
    }


def _signed(id_: str, summary: str, answers: dict[int, Answer]) -> Operation:
    forbidden = answer("No signature, or one that IAM does not allow this.", {JSON: ref("GatewayMessage")})
    return operation(
        id_,
        summary,
        {**answers, **refusals(_ERRORS), 403: forbidden},
        parameters=[path_parameter("id", "User id, with its kind before it, or an e-mail address.", maxLength=1024)],
        security=[{"iam": []}],
        tags=["people"],
    )
