"""The headers that every page goes out with: nothing runs, nothing is kept, nothing is told to anybody."""

from __future__ import annotations

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


def headers_of(page: Page, status: int) -> dict[str, str]:
    more = {405: {"allow": "GET, HEAD, POST"}, 503: {"retry-after": "60"}}.get(status, {})
    return {**_ALWAYS, "content-security-policy": page.policy, **more}
