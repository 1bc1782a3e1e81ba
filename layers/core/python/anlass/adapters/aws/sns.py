"""SMS through SNS."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from anlass.adapters.aws.one_try import OneTry
from anlass.ports import Handover

# "OptedOut": whoever answered STOP. The others are of the number or the text, and will be the same tomorrow.
_NEVER = frozenset(("OptedOut", "InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"))


class SnsTexter:
    """`client` must not retry by itself."""

    def __init__(self, client: Any, elapsed: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._try = OneTry(client, _NEVER, elapsed)

    def send(self, sender: str, recipient: str, text: str, max_price: float) -> Handover:
        said = {"SenderID": ("String", sender), "SMSType": ("String", "Transactional")}
        said["MaxPrice"] = ("Number", f"{max_price:.5f}".rstrip("0").rstrip("."))
        attributes = {
            f"AWS.SNS.SMS.{name}": {"DataType": kind, "StringValue": value} for name, (kind, value) in said.items()
        }
        return self._try.hand_over(
            lambda: self._client.publish(PhoneNumber=recipient, Message=text, MessageAttributes=attributes)
        )
