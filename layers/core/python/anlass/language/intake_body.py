"""From the bytes of a request to a JSON value, bounded in size and depth. Pure."""

from __future__ import annotations

import json
import math
import re
import zlib
from dataclasses import dataclass
from email.message import Message
from typing import Any

from anlass.language.intake_request import Refused, Request

MAX_BATCH_BYTES = 500 * 1024
MAX_EVENT_BYTES = 32 * 1024

_GZIP_MAGIC = b"\x1f\x8b"
_CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "iso-8859-1": "latin-1"}
_PRUNE_DEPTH = 64
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)


class Ambiguous(dict[str, Any]):
    """A JSON object that names a key twice: which one is meant is anybody's guess, so nobody may read it."""


@dataclass(frozen=True, slots=True)
class Body:
    """The parsed body and its size in bytes, unpacked."""

    value: Any
    size: int


def parse_body(request: Request, limit: int | None = None) -> Body | Refused:
    """The body's JSON value. `limit`: in bytes, the endpoint's own if left out. NaN, Infinity and numbers out of range
    come as non-finite floats, to be found later: one bad number must not cost the other messages of a batch."""
    unpacked = _unpack(request, limit)
    if isinstance(unpacked, Refused):
        return unpacked
    text = _decode(unpacked, request.content_type)
    if isinstance(text, Refused):
        return text
    try:
        return Body(_parse(text), len(unpacked))
    except ValueError as error:
        return Refused(400, "malformed_json", f"The body is no JSON: {_where(error)}.")


def _unpack(request: Request, limit: int | None) -> bytes | Refused:
    raw, what = request.body, "batch" if request.endpoint == "batch" else "event" if request.endpoint else "request"
    limit = limit or (MAX_BATCH_BYTES if request.endpoint == "batch" else MAX_EVENT_BYTES)
    too_large = _too_large(what, limit)
    if request.content_encoding.strip().lower() not in ("", "identity", "gzip", "x-gzip"):
        return Refused(415, "encoding_unknown", "Content-Encoding may be gzip or absent.")
    if len(raw) > limit:
        return too_large
    # The bytes decide, not the header: some proxies unpack the body and leave the header.
    if not raw.startswith(_GZIP_MAGIC):
        return raw
    inflater = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        unpacked = inflater.decompress(raw, limit + 1)  # a zip bomb is never unpacked further than this
    except zlib.error:
        return Refused(400, "malformed_gzip", "The body begins like gzip but cannot be unpacked.")
    if len(unpacked) > limit:
        return too_large
    if not inflater.eof or inflater.unused_data:
        return Refused(400, "malformed_gzip", "The gzip body is cut off, or something follows it.")
    return unpacked


def _decode(raw: bytes, content_type: str) -> str | Refused:
    header = Message()
    header["content-type"] = content_type.replace("\r", "").replace("\n", "")
    try:
        codec = _CHARSETS.get(header.get_content_charset("utf-8"))
    except (TypeError, ValueError, LookupError):  # the parser's own, of headers that are none
        codec = None
    if codec is None:
        return Refused(415, "charset_unknown", "Send the body as UTF-8.")
    try:
        return raw.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return Refused(400, "malformed_text", f"The body is not valid UTF-8 at byte {error.start}. Send JSON as UTF-8.")


def _too_large(what: str, limit: int) -> Refused:
    return Refused(400, f"{what}_too_large", f"The {what} is larger than {limit // 1024} KB. Send less at once.")


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except RecursionError:
        # The parser's stack ends far beyond the depth that is allowed. What lies that deep is cut, so that the
        # messages beside it can be read; the message itself is still too deep and will be rejected.
        return json.loads(_pruned(text), object_pairs_hook=_object, parse_int=_integer)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    return result if len(result) == len(pairs) else Ambiguous(result)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= 40 else math.inf


def _pruned(text: str) -> str:
    """The JSON text with every container below `_PRUNE_DEPTH` replaced by null."""
    kept: list[str] = []
    depth = start = 0
    for token in _TOKEN.finditer(text):
        symbol = token.group()
        if symbol in "[{":
            depth += 1
            if depth == _PRUNE_DEPTH + 1:
                kept.append(text[start : token.start()] + "null")
        elif symbol in "]}":
            depth -= 1
            if depth == _PRUNE_DEPTH:
                start = token.end()
    return "".join(kept) + (text[start:] if depth <= _PRUNE_DEPTH else "")


def _where(error: ValueError) -> str:
    """The place without the text around it: an answer must not echo what may be an address."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return "a value cannot be read"
