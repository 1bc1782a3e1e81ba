"""Executions in memory: who runs, who is parked with which token. The driver of the simulation plays the machine."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Run:
    name: str
    enrolment: str


class MemoryExecutions:
    """`ready` are the executions that have to advance now: started, woken or timed out."""

    def __init__(self) -> None:
        self.ready: deque[Run] = deque()
        self._used: set[str] = set()
        self._parked: dict[str, Run] = {}
        self._timeouts: list[tuple[datetime, str]] = []
        self._tokens = 0

    def start(self, name: str, enrolment: str) -> None:
        if name not in self._used:
            self._used.add(name)
            self.ready.append(Run(name, enrolment))

    def wake(self, token: str) -> bool:
        run = self._parked.pop(token, None)
        if run is not None:
            self.ready.append(run)
        return run is not None

    def park(self, run: Run, until: datetime) -> str:
        """The token of a run that waits from now on; `until` it is woken, then it times out."""
        self._tokens += 1
        token = f"token-{self._tokens}"
        self._parked[token] = run
        heapq.heappush(self._timeouts, (until, token))
        return token

    def next_due(self) -> datetime | None:
        while self._timeouts and self._timeouts[0][1] not in self._parked:
            heapq.heappop(self._timeouts)
        return self._timeouts[0][0] if self._timeouts else None

    def time_out(self, now: datetime) -> None:
        """Makes ready all whose wait is over."""
        while (due := self.next_due()) is not None and due <= now:
            self.wake(heapq.heappop(self._timeouts)[1])
