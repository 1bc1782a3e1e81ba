"""Whoever offers a write key: may they come in, and with what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anlass.language.intake_body import Body, parse_body
from anlass.language.intake_request import UNKNOWN_KEY, Refused, Request, key_of, key_outside_body
from anlass.ports import Keys


@dataclass(frozen=True, slots=True)
class Admitted:
    """The body, parsed, and what the key may do."""

    body: Body
    right: Literal["server", "browser"]


def admit_request(request: Request, keys: Keys, limit: int | None = None) -> Admitted | Refused:
    """`limit`: bytes that the body may have, unpacked; the endpoint's own if left out."""
    outside = key_outside_body(request)
    if isinstance(outside, Refused):
        return outside
    if outside is not None and keys.right_of(outside) is None:
        return UNKNOWN_KEY  # before the body is unpacked
    body = parse_body(request, limit)
    if isinstance(body, Refused):
        return body
    key = key_of(outside, body.value)
    if isinstance(key, Refused):
        return key
    right = keys.right_of(key)
    return UNKNOWN_KEY if right is None else Admitted(body, right)
