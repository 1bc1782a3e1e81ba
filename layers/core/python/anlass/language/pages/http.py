"""How pages, files and JSON go out: nothing in them runs, nothing is kept, nothing is told to anybody."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any

from anlass.language.pages.layout import Page

_FEATURES = (
    *("accelerometer", "autoplay", "camera", "display-capture", "fullscreen"),
    *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get"),
    *("screen-wake-lock", "usb", "xr-spatial-tracking"),
)
_ALWAYS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "referrer-policy": "no-referrer",  # the address holds the token
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow, noarchive",
}
_PACKED = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_PRINTED = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "x-frame-options": "DENY",
}


def headers_of(page: Page, status: int) -> dict[str, str]:
    more = {405: {"allow": "GET, HEAD, POST"}, 503: {"retry-after": "60"}}.get(status, {})
    return {**_ALWAYS, "content-security-policy": page.policy, **more}


def response_of(page: Page, status: int, method: str) -> dict[str, Any]:
    """As API Gateway takes it."""
    return {"statusCode": status, "headers": headers_of(page, status), "body": "" if method == "HEAD" else page.html}


def packed(event: Mapping[str, Any], status: int, said: Any, name: str = "") -> dict[str, Any]:
    """JSON, or of a string HTML; with a `name` a file. Packed where `event`, the request, says that it is understood:
    Lambda answers with six megabytes at most.
    """
    is_page = isinstance(said, str)
    headers = {**_PACKED, **(_PRINTED if is_page else {"content-type": "application/json; charset=utf-8"})}
    body = said if is_page else json.dumps(said, ensure_ascii=False)
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    if "gzip" not in (event.get("headers") or {}).get("accept-encoding", ""):
        return {"statusCode": status, "headers": headers, "body": body}
    small = base64.b64encode(gzip.compress(body.encode(), mtime=0)).decode()
    headers["content-encoding"] = "gzip"
    return {"statusCode": status, "headers": headers, "body": small, "isBase64Encoded": True}
