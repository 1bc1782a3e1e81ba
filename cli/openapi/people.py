"""The rights of the person, for the shop's backend: signed by IAM, which API Gateway looks at before any function."""

from __future__ import annotations

from typing import Any

from cli.openapi.parts import HTML, JSON_UTF8, Answer, Operation, answer, operation, path_parameter, ref, refusals

_SAFE = {"cache_control": "no-store", "x_content_type_options": "nosniff", "referrer_policy": "no-referrer"}
_NOT_FOUND = "Nobody is known by this id, or there is no such erasure."
_ERRORS = {400: "Nobody can be called that.", 404: _NOT_FOUND, 503: "Somebody else is at it: try again in a minute."}


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": [*required], "properties": properties}


SCHEMAS: dict[str, Any] = {
    "Export": _object(
        *("format", "made_at", "person", "identities", "addresses", "traits", "consents", "ledger", "proofs"),
        *("enrolments", "messages", "timers", "events", "next", "summary"),
        format={"const": "anlass person 1"},
        person={"type": "string"},
        events={"type": "array"},
        next={"type": ["string", "null"], "description": "Ask again with `after` for the events that follow."},
        summary={"type": "object", "description": "The same in words that people read."},
    ),
    "ExportPage": _object(
        *("format", "person", "events", "next"),
        format={"const": "anlass person 1"},
        events={"type": "array"},
        next={"type": ["string", "null"]},
    ),
    "Timeline": _object(
        *("profile", "at", "timezone", "timeline", "now", "answers"),
        timeline={"type": "array", "items": _object("at", "kind", "text", "why", "facts")},
        answers={"type": "array"},
    ),
    "ErasureReport": _object(
        *("erasure", "status", "asked_by", "started_at", "finished_at", "passes", "erased", "stays"),
        erasure={"type": "string"},
        status={"enum": ["running", "verifying", "done"]},
        erased={"type": "object", "additionalProperties": {"type": "integer"}},
        stays={"type": "array", "items": _object("what", "why")},
    ),
    "TwoPeople": _object(
        *("code", "message", "identities"),
        code={"const": "two_people"},
        message={"type": "string"},
        identities={"type": "array", "items": {"type": "string", "pattern": "^[ue]:"}},
    ),
    "ErasureBegun": _object(
        "erasure",
        "status",
        "report",
        erasure={"type": "string"},
        status={"enum": ["running", "verifying", "done"]},
        report=ref("ErasureReport"),
    ),
}


def operations() -> dict[str, dict[str, Operation]]:
    """By path and method."""
    export = {
        JSON_UTF8: {"anyOf": [ref("Export"), ref("ExportPage")]},
        HTML: {"type": "string", "pattern": "^<!doctype html>"},
    }
    two = {409: _said("An address of one person is the user id of another one: name one of them.", "TwoPeople")}
    asked = [_query("after", "Where the page of events before ended."), _query("format", "`html`: to print."), LANGUAGE]
    return {
        "/v1/profiles/{id}": {
            "get": _signed(
                "export", "Everything about a person", {200: answer("All.", export, **_SAFE), **two}, *asked
            ),
            "delete": _signed("erase", "Forget a person", {202: _said("Under way.", "ErasureBegun"), **two}),
        },
        "/v1/profiles/{id}/timeline": {
            "get": _signed(
                "timeline",
                "Why they got what, and why not",
                {200: _said("What happened, and why.", "Timeline"), **two},
                _query("journey", "Of this one only."),
            ),
        },
        "/v1/erasures/{id}": {
            "get": _signed("erasure", "What was erased", {200: _said("The report.", "ErasureReport")}),
        },
    }


def _said(text: str, schema: str) -> Answer:
    return answer(text, {JSON_UTF8: ref(schema)}, **_SAFE)


def _query(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}


LANGUAGE = _query("language", "Of the page that is printed: `de` or `en`.")


def _signed(id_: str, summary: str, answers: dict[int, Answer], *parameters: dict[str, Any]) -> Operation:
    """API Gateway refuses what is not signed with 403."""
    return operation(
        id_,
        summary,
        {**answers, **refusals(_ERRORS)},
        forbids=True,
        parameters=[
            path_parameter("id", "User id, with or without its kind (`u:`, `a:`, `e:`) before it, or an address."),
            *parameters,
        ],
        security=[{"iam": []}],
        tags=["people"],
    )
