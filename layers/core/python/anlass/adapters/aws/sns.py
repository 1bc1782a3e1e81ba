"""SNS: one try per SMS, and an honest answer to whether it left."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError, SSLError
from botocore.parsers import ResponseParserError

from anlass.adapters.aws.faults import NOT_REACHED, code_of
from anlass.ports import Accepted, Handover, NotTaken, Rejected, Unclear

STALE = 20.0  # seconds after which a connection is not used again

# "OptedOut": whoever answered STOP. The others are of the number or the text, and will be the same tomorrow.
_NEVER = frozenset(("OptedOut", "InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"))


class SnsTexter:
    """`client` must not retry by itself."""

    def __init__(self, client: Any, elapsed: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._elapsed = elapsed
        self._used_at: float | None = None

    def send(self, sender: str, recipient: str, text: str, max_price: float) -> Handover:
        self._drop_stale_connections()
        said = {"SenderID": ("String", sender), "SMSType": ("String", "Transactional")}
        said["MaxPrice"] = ("Number", f"{max_price:.5f}".rstrip("0").rstrip("."))
        try:
            answer = self._client.publish(
                PhoneNumber=recipient,
                Message=text,
                MessageAttributes={
                    f"AWS.SNS.SMS.{name}": {"DataType": kind, "StringValue": value}
                    for name, (kind, value) in said.items()
                },
            )
        except ClientError as fault:
            return _refused(fault)
        except NOT_REACHED as fault:
            return NotTaken(type(fault).__name__)
        except (HTTPClientError, SSLError, ResponseParserError) as fault:
            return Unclear(type(fault).__name__)  # it broke off on the way: nobody knows how far it came
        return Accepted(answer["MessageId"])

    def _drop_stale_connections(self) -> None:
        """A function is frozen between calls, and its open connections die meanwhile without a word."""
        now = self._elapsed()
        if self._used_at is not None and now - self._used_at > STALE:
            self._client.close()
        self._used_at = now


def _refused(fault: ClientError) -> NotTaken | Rejected | Unclear:
    code = code_of(fault)
    if code in _NEVER:
        return Rejected(code)
    if fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
        return Unclear(code)
    return NotTaken(code)  # throttled, no right, the month's money is spent: that may change
