"""Mails through SES."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from anlass.adapters.aws.one_try import OneTry
from anlass.ports import UNWATCHED, Handover, Watch

_SWITCH = {True: "ENABLED", False: "DISABLED"}
_NEVER = frozenset(("MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException"))


class SesMailer:
    """`client` must not retry by itself. `tracked_set` is the configuration set whose reports tell of opens and clicks;
    the other one's tell of none, and SES is told with each mail what it may see, whatever is set elsewhere.
    """

    def __init__(
        self, client: Any, configuration_set: str, tracked_set: str, elapsed: Callable[[], float] = monotonic
    ) -> None:
        self._client = client
        self._sets = {False: configuration_set, True: tracked_set}
        self._try = OneTry(client, _NEVER, elapsed)

    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        request = {
            "FromEmailAddress": sender,
            "Destination": {"ToAddresses": [recipient]},
            "Content": {"Raw": {"Data": mime}},
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
            "ConfigurationSetName": self._sets[watch.opens or watch.clicks],
            "ConfigurationOverrides": {
                "Tracking": {
                    "OpenTrackingEnabled": _SWITCH[watch.opens],
                    "ClickTrackingEnabled": _SWITCH[watch.clicks],
                }
            },
        }
        return self._try.hand_over(lambda: self._client.send_email(**request))
