"""One try to hand a message to a provider, and an honest answer to whether it left."""

from __future__ import annotations

from collections.abc import Callable, Collection
from time import monotonic
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError, SSLError
from botocore.parsers import ResponseParserError

from anlass.adapters.aws.faults import NOT_REACHED, code_of
from anlass.ports import Accepted, Handover, NotTaken, Rejected, Unclear

STALE = 20.0  # seconds after which a connection is not used again


class OneTry:
    """`client` must not retry by itself. `never`: codes of the provider for what it will never take."""

    def __init__(self, client: Any, never: Collection[str], elapsed: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._never = never
        self._elapsed = elapsed
        self._used_at: float | None = None

    def hand_over(self, call: Callable[[], Any]) -> Handover:
        """`call` answers as the provider does, with its own id of the message."""
        self._drop_stale_connections()
        try:
            answer = call()
        except ClientError as fault:
            return self._refused(fault)
        except NOT_REACHED as fault:
            return NotTaken(type(fault).__name__)
        except (HTTPClientError, SSLError, ResponseParserError) as fault:
            return Unclear(type(fault).__name__)  # it broke off on the way: nobody knows how far it came
        return Accepted(answer["MessageId"])

    def _drop_stale_connections(self) -> None:
        """A function is frozen between calls, and its open connections die meanwhile without a word. The next message
        on one would break off and count as unclear, though it never left."""
        now = self._elapsed()
        if self._used_at is not None and now - self._used_at > STALE:
            self._client.close()
        self._used_at = now

    def _refused(self, fault: ClientError) -> NotTaken | Rejected | Unclear:
        code = code_of(fault)
        if code in self._never:
            return Rejected(code)
        if fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
            return Unclear(code)
        # Throttled, paused, no right, the month's money is spent: the provider has not got it, and that may change.
        return NotTaken(code)
