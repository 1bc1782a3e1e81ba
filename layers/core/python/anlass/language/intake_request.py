"""What comes in over HTTP and how it is answered; which write key a request offers. Pure."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from anlass.domain.event import Kind

Endpoint = Kind | Literal["batch"]


@dataclass(frozen=True, slots=True)
class Request:
    """One POST with a write key. Headers are given as they came, "" where absent; the body may still be gzipped."""

    id: str
    endpoint: Endpoint | None  # None: what it brings is no event
    body: bytes
    content_type: str = ""
    content_encoding: str = ""
    authorization: str = ""
    query_key: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of the request was taken. `status` is HTTP's."""

    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class BadMessage:
    """One message of a request that was not taken; the others were."""

    index: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The request was read and everything good in it is stored: an id for each event, without repeats."""

    correlation_ids: Sequence[str]
    rejected: Sequence[BadMessage]


NO_KEY = Refused(
    401,
    "write_key_missing",
    "No write key. Send it as HTTP Basic user name with an empty password, or as writeKey in the body or the query.",
)
UNKNOWN_KEY = Refused(401, "write_key_unknown", "This write key is not known here. Look for a typing error.")
KEY_CONFLICT = Refused(
    401, "write_key_conflict", "Header, query and body name different write keys. Send one key, or the same one."
)


def key_outside_body(request: Request) -> str | Refused | None:
    """The key of the Authorization header or the query; None if neither names one.

    Other schemes than Basic are not ours to judge (Segment's OAuth sends Bearer beside a writeKey): they name no key.
    """
    scheme, _, credentials = request.authorization.strip().partition(" ")
    header_key = ""
    if scheme.lower() == "basic":
        try:
            header_key = base64.b64decode(credentials.strip(), validate=True).decode("ascii").partition(":")[0]
        except ValueError:
            return UNKNOWN_KEY
    return _agreed(header_key, request.query_key)


def key_of(outside: str | None, body: object) -> str | Refused:
    """The one key that header, query and body agree on."""
    inside = body.get("writeKey") if isinstance(body, dict) else None
    if inside is not None and not isinstance(inside, str):
        return UNKNOWN_KEY
    agreed = _agreed(outside or "", inside or "")
    return NO_KEY if agreed is None else agreed


def _agreed(one: str, other: str) -> str | Refused | None:
    if one and other and one != other:
        return KEY_CONFLICT
    key = one or other
    # Keys are plain ASCII: anything else is compared with nothing.
    return UNKNOWN_KEY if len(key) > 255 or not key.isascii() else key or None
