"""What a browser sends when somebody presses a button: a form's fields, or nothing, and what mail programs send."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

MOST_BYTES = 16 * 1024
MOST_FIELDS = 200
ONE_CLICK = {"List-Unsubscribe": ("One-Click",)}  # RFC 8058


@dataclass(frozen=True, slots=True)
class Form:
    """`fields`: all values by name, as they were sent, without blanks around them."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_one_click(self) -> bool:
        """What a mail program sends for whoever wants no more; an empty body means the same."""
        return not self.fields or self.fields == ONE_CLICK

    def one(self, name: str) -> str:
        """The first value, or ""."""
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())


class TooLarge(Exception):
    """More than MOST_BYTES."""


class Unreadable(Exception):
    """No form."""


def read_form(event: Mapping[str, Any]) -> Form:
    """The form in a request of API Gateway. Raises TooLarge or Unreadable."""
    text = event.get("body") or ""
    if len(text) > 2 * MOST_BYTES:
        raise TooLarge
    try:
        body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, ValueError):
        raise Unreadable from None
    if len(body) > MOST_BYTES:
        raise TooLarge
    if not body.strip():
        return Form()
    if body.strip() == b"List-Unsubscribe=One-Click":
        return Form(ONE_CLICK)  # whatever kind of body the mail program calls it
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return _multipart(body, headers["content-type"])
    if kind not in ("", "application/x-www-form-urlencoded", "text/plain"):
        raise Unreadable
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Unreadable from None
    if not pairs:
        raise Unreadable
    return _form(pairs)


def _multipart(body: bytes, content_type: str) -> Form:
    """RFC 8058 allows it beside the other; nothing but short texts is taken from it."""
    from email import message_from_bytes

    pairs: list[tuple[str, str]] = []
    try:
        message = message_from_bytes(f"content-type: {content_type}\r\n\r\n".encode() + body)
        for part in message.get_payload() if message.is_multipart() else ():
            pairs.append(_field(part))
    except (TypeError, ValueError, LookupError, AttributeError):  # the parser's own, of headers that are none
        raise Unreadable from None
    if not 0 < len(pairs) <= MOST_FIELDS:
        raise Unreadable
    return _form(pairs)


def _field(part: Any) -> tuple[str, str]:
    """A part's name and text. Raises TypeError or ValueError."""
    name, raw = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
    if not isinstance(name, str) or not isinstance(raw, bytes):
        raise TypeError
    return name, raw.decode()


def _form(pairs: list[tuple[str, str]]) -> Form:
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value.strip())
    return Form(fields)
