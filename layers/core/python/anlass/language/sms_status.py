"""SNS's delivery status of SMS, as CloudWatch Logs hands its lines over, into what we make of them.

SNS knows nothing of our ids: its own leads to the message. The lines hold phone numbers, so none is ever logged.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_OPTED_OUT = "phone number is opted out"  # by an answer like STOP, which SNS takes itself
_NEVER = frozenset(("invalid phone number", "phone has blocked sms"))


@dataclass(frozen=True, slots=True)
class SmsStatus:
    """`reason` is the operator's, of a failure. `is_final`: nothing should go to this number any more."""

    provider_id: str
    at: datetime
    is_delivered: bool
    number: str
    reason: str | None
    is_final: bool
    is_opt_out: bool


def read_statuses(event: Mapping[str, Any]) -> Iterator[SmsStatus]:
    """What is no status line is passed over: CloudWatch tries the subscription with a line of its own."""
    data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    if data.get("messageType") != "DATA_MESSAGE":
        return
    for line in data.get("logEvents", ()):
        status = _read(line)
        if status is not None:
            yield status


def _read(line: Mapping[str, Any]) -> SmsStatus | None:
    try:
        said = json.loads(line["message"])
        delivery, id_ = said["delivery"], said["notification"]["messageId"]
        at = datetime.fromtimestamp(line["timestamp"] / 1000, UTC)
    except (KeyError, TypeError, ValueError):
        return None
    is_delivered, reason = said.get("status") == "SUCCESS", str(delivery.get("providerResponse") or "")
    is_opt_out = not is_delivered and reason.casefold().startswith(_OPTED_OUT)
    return SmsStatus(
        provider_id=str(id_),
        at=at,
        is_delivered=is_delivered,
        number=str(delivery.get("destination") or ""),
        reason=None if is_delivered else reason or None,
        is_final=is_opt_out or (not is_delivered and reason.casefold() in _NEVER),
        is_opt_out=is_opt_out,
    )
