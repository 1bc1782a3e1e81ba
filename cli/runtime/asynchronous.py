"""Asynchronous invocations (bus, bucket, rate): tried three times, then kept in a dead-letter queue with the event."""

from __future__ import annotations

import heapq
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from anlass.adapters.memory.clock import VirtualClock

from cli.runtime.lambdas import LambdaError, Lambdas
from infra.names import Names

DELAYS = (timedelta(minutes=1), timedelta(minutes=2))  # Lambda's own, between its three attempts


@dataclass(frozen=True)
class _Attempt:
    function: str
    event: Any
    number: int  # from 1


class Asynchronous:
    """`bury(body)` puts what failed into the dead-letter queue."""

    def __init__(self, names: Names, lambdas: Lambdas, clock: VirtualClock, bury: Callable[[str], None]) -> None:
        self._names = names
        self._lambdas = lambdas
        self._clock = clock
        self._bury = bury
        self._heap: list[tuple[datetime, int, _Attempt]] = []
        self._order = 0

    def invoke(self, function: str, event: Any) -> None:
        self._put(self._clock.now(), _Attempt(function, event, 1))

    def invoke_now(self, function: str, event: Any) -> None:
        """The first attempt at once: what a maintenance schedule rings is no work that it should ring for again."""
        self._try(_Attempt(function, event, 1))

    def due(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def run_due(self) -> bool:
        if not self._heap or self._heap[0][0] > self._clock.now():
            return False
        self._try(heapq.heappop(self._heap)[2])
        return True

    def _try(self, attempt: _Attempt) -> None:
        outcome = self._lambdas.invoke(attempt.function, attempt.event)
        if isinstance(outcome, LambdaError):
            if attempt.number <= self._names.topology.asynchronous.max_retries:
                due = self._clock.now() + DELAYS[attempt.number - 1]
                self._put(due, _Attempt(attempt.function, attempt.event, attempt.number + 1))
            else:
                self._bury(self._document(attempt, outcome))

    def _put(self, due: datetime, attempt: _Attempt) -> None:
        self._order += 1
        heapq.heappush(self._heap, (due, self._order, attempt))

    def _document(self, attempt: _Attempt, error: LambdaError) -> str:
        return json.dumps(
            {
                "version": "1.0",
                "timestamp": self._clock.now().astimezone(UTC).isoformat(timespec="milliseconds"),
                "requestContext": {
                    "requestId": str(uuid.uuid4()),
                    "functionArn": self._names.function_arn(attempt.function),
                    "condition": "RetriesExhausted",
                    "approximateInvokeCount": attempt.number,
                },
                "requestPayload": attempt.event,
                "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
                "responsePayload": error.payload(),
            }
        )
