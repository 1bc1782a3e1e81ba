"""What the address to unsubscribe by mail carries: 48 letters and digits, the same in capitals.

The part before the @ has room for 64 characters, and mail servers may change its case: too little for a link's token,
so this one names an enrolment and a mark of its message's row, and nothing that anybody could read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

from anlass.domain.ids import short
from anlass.domain.send import split_message_id

SIGNED = 10  # bytes: nobody tries 2^80 of them by mail
MARK = 8  # hex digits
LENGTH = 48


def mail_token(message_id: str, secret: str) -> str | None:
    """None: no message of ours, so its enrolment is not called as ours are."""
    parts = split_message_id(message_id)
    if parts is None:
        return None
    try:
        named = UUID(parts[0])
    except ValueError:
        return None
    said = named.bytes + bytes.fromhex(row_mark(parts[1]))
    return base64.b32encode(said + _signature(said, secret)).decode().lower()


def read_mail_token(token: str, secrets: Iterable[str]) -> tuple[str, str] | None:
    """(enrolment, mark of the message's row); None if it was tampered with or is foreign. All secrets are tried."""
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        whole = base64.b32decode(token.upper())
    except binascii.Error:
        return None
    said, given = whole[:-SIGNED], whole[-SIGNED:]
    known = [hmac.compare_digest(given, _signature(said, secret)) for secret in secrets]
    return (str(UUID(bytes=said[:16])), said[16:].hex()) if any(known) else None


def row_mark(row: str) -> str:
    """Which message of its enrolment."""
    return short(row, MARK)


def _signature(said: bytes, secret: str) -> bytes:
    key = hmac.digest(secret.encode(), b"anlass: unsubscribe by mail", hashlib.sha256)
    return hmac.digest(key, said, hashlib.sha256)[:SIGNED]
