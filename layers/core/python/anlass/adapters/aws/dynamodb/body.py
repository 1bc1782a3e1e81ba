"""The one attribute that holds what no expression and no filter looks at: JSON, deflated where that saves money.

A write costs by the kilobyte, so what might lift a row over the first one is packed. Rows that fit stay readable.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

from anlass.adapters.aws.dynamodb.compact import from_text, to_text

READABLE = 700  # bytes of JSON: with keys and the other attributes the row has less than a kilobyte

# What rows have in common, the commonest last: it saves a quarter of a kilobyte in each. Every stored row needs
# exactly these bytes to be read again: another dictionary would need another attribute beside this one.
_DICTIONARY = (
    b'"revision":"program":"language":{"traits":{"email":"first_name":"last_name":"birthday":"country":"timezone":'
    b'"Europe/Berlin","locale":"de-DE","registered_at":"grants":[{"address":"topic":"*","status":"granted","by":"shop"'
    b'"person","source":"identify""unsubscribe link"}],"sends":{"kind":"received_at":"source":"server""browser"'
    b'"context":{"properties":{"order_id":"total":"currency":"EUR","category":"sku":"image_url":"https://cdn.'
    b'"product_id":"quantity":1,"price":"name":"Product Viewed""Product Added""Order Completed""template":"topic":'
    b'"created_seq":"created_at":17"not_after":17"visit":1,"claim_until":17"closed_at":17"provider_id":"delivered_at":17'
    b'"opened_at":17"clicked_at":17"goal_at":17"outcome":"finished""exit_seq":"attempts":"turns":1,"pace":"last_send":'
    b'"journey":"version":"entry":{"id":"name":"at":17"properties":{"entered_at":17"step":"step_since":17"heard":[{"id":'
    b'"event":{"id":"steps":{"seq":1,"identities":["u:"a:"positions":{"a:":{"stream":"2026-01-01T00:00:00.000",'
    b'"sequence":"00000000000000000000000000000000000","at":17},"orders":{"count":1,"first_at":17,"last_at":17,"recent":['
    b'"last_categories":["spend":{"EUR":"views":1,"last_seen":17,"cart":{"id":"","lines":[{"product":"","quantity":1,"price":"00","name":"","image":"https://cdn.'
    b'.jpg","url":"https://www."},{"product":"],"changed_at":17,"emptied_at":17},"recent":["],"live":{"":{"journey":'
    b'"","version":"","entry":"","since":17},"entered":{"":{"at":17},"per":{"timers":{"/0":{"armed":"","last_at":17,'
    b'"last":{"identity":"a:","moment":"2026-01-01T00:00:00.000Z#"},"unless_at":17}'
)


def pack(data: Any) -> dict[str, Any]:
    """The attribute's value as the low-level client takes it."""
    text = to_text(data)
    readable = text.encode()
    if len(readable) <= READABLE:
        return {"S": text}
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15, zdict=_DICTIONARY)
    packed = deflate.compress(readable) + deflate.flush()
    return {"B": packed} if len(packed) < len(readable) else {"S": text}


def unpack(value: dict[str, Any]) -> Any:
    """What was packed, from the client (bytes) or from a stream record's image (Base64)."""
    if "S" in value:
        return from_text(value["S"])
    packed = value["B"]
    if isinstance(packed, str):
        packed = base64.b64decode(packed)
    inflate = zlib.decompressobj(-15, zdict=_DICTIONARY)
    return from_text(inflate.decompress(packed) + inflate.flush())
