"""The pages that people see. A GET shows, a POST does; the token in the path is the authority, and nothing else is."""

from __future__ import annotations

from typing import Any

from anlass.language.pages.gone import STATUS

from cli.openapi.parts import HTML, Answer, Operation, answer, operation, path_parameter, ref

FORM = "application/x-www-form-urlencoded"
TOKENS = {
    "confirm": "Double opt-in: the page of the confirmation mail; its button confirms.",
    "unsubscribe": "One button; RFC 8058's POST does the same.",
    "preferences": "Topics and channels, fewer mails, a pause, what the shop may know, one's data.",
    "press": "A button of a mail: stay or leave, one to five stars.",
    "data": "One's data as a file, or their erasure.",
}
_PAGE = {"type": "string", "pattern": "^<!doctype html>"}
_TEXTS: dict[str, str] = {
    "unknown": "A link that nobody gave out, that was changed, or whose message is not known any more.",
    "unreadable": "The form cannot be read.",
    "too_large": "The form is too large.",
    "not_allowed": "Another method.",
    "later": "Not done: try again in a minute.",
}
SCHEMAS: dict[str, Any] = {
    "Form": {
        "type": "object",
        "description": "What the page's own form sends; RFC 8058 sends `List-Unsubscribe=One-Click`.",
        "additionalProperties": {"type": "string"},
    }
}


def operations() -> dict[str, dict[str, Operation]]:
    """By path and method."""
    made = {f"/{name}/{{token}}": _page(name, text) for name, text in TOKENS.items()}
    made["/signup"] = _page("signup", "The hosted sign-up page", token=False)
    return made


def _page(name: str, text: str, *, token: bool = True) -> dict[str, Operation]:
    more: dict[str, Any] = {"tags": ["pages"]}
    if token:
        more["parameters"] = [path_parameter("token", "Signed; from a link in a message.", maxLength=2048)]
    shown = {**_answers(), 200: answer("The page, or what became of it.", {HTML: _PAGE}, **_safe())}
    if token:
        shown[410] = answer("A link that was good once.", {HTML: _PAGE}, **_safe())
    form = {"schema": ref("Form"), "example": {"List-Unsubscribe": "One-Click"}}
    body = {"required": False, "content": {FORM: form}}
    return {
        "get": operation(f"show-{name}", text, shown, **more),
        "post": operation(f"do-{name}", text, shown, requestBody=body, **more),
    }


def _answers() -> dict[int, Answer]:
    allow = {"allow": "The methods that there are."}
    return {
        status: answer(_TEXTS[problem], {HTML: _PAGE}, **(_safe() | (allow if status == 405 else {})))
        for problem, status in STATUS.items()
    }


def _safe() -> dict[str, str]:
    return {
        "content_security_policy": "No script, no frame, no form to elsewhere.",
        "referrer_policy": "The token goes nowhere.",
        "x_content_type_options": "nosniff",
        "cache_control": "no-store",
    }
