"""The pages that people see: the unsubscribe link of a mail (RFC 8058: POST does it, GET only shows)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from anlass.bootstrap import application
from anlass.language.pages import Page, confirm_page, done_page, gone_page
from anlass.masking import masked
from anlass.ports import PageName
from anlass.usecases.withdraw_consent import key_of, withdraw_consent

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    app = application()
    method = event["requestContext"]["http"]["method"]
    token = unquote((event.get("pathParameters") or {}).get("token", ""))
    page: PageName = "preferences" if event["rawPath"].startswith("/preferences/") else "unsubscribe"
    locale = (event.get("headers") or {}).get("accept-language", "de")[:2]
    if method == "POST":
        known = withdraw_consent(page, token, store=app.store, links=app.links, hashes=app.hashes, clock=app.clock)
        return _answer(200, done_page(locale)) if known else _answer(404, gone_page(locale))
    if method not in ("GET", "HEAD"):
        return {"statusCode": 405, "headers": {"allow": "GET, POST"}, "body": ""}
    return _answer(200, confirm_page(locale)) if key_of(page, token, app.links) else _answer(404, gone_page(locale))


def _answer(status: int, page: Page) -> dict[str, Any]:
    return {"statusCode": status, "headers": HEADERS, "body": page}
