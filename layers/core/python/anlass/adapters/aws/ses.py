"""SES: one try per call, and an honest answer to whether the mail left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError, SSLError
from botocore.parsers import ResponseParserError

from anlass.adapters.aws.faults import NOT_REACHED, code_of
from anlass.ports import UNWATCHED, Accepted, Handover, NotTaken, Rejected, Unclear, Watch

_SWITCH = {True: "ENABLED", False: "DISABLED"}
STALE = 20.0  # seconds after which a connection is not used again

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
        self._elapsed = elapsed
        self._used_at: float | None = None

    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        self._drop_stale_connections()
        try:
            answer = self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [recipient]},
                Content={"Raw": {"Data": mime}},
                EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
                ConfigurationSetName=self._sets[watch.opens or watch.clicks],
                ConfigurationOverrides={
                    "Tracking": {
                        "OpenTrackingEnabled": _SWITCH[watch.opens],
                        "ClickTrackingEnabled": _SWITCH[watch.clicks],
                    }
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
        """A function is frozen between calls, and its open connections die meanwhile without a word. The next mail on
        one would break off and count as unclear, though it never left."""
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
    # Throttled, paused, suspended, no right, no such configuration set: SES has not got it, and that may change.
    return NotTaken(code)
