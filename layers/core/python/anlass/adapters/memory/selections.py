"""Selections in memory. The driver of the simulation plays the machine."""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta

from anlass.ports import Clock
from anlass.wire import Selection

# Until every warm function has seen what was published; infra/select.asl.json waits as long.
SETTLE = timedelta(seconds=90)


class MemorySelections:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.names: dict[str, None] = {}  # in the order in which they were started
        self._waiting: list[tuple[datetime, int, Selection]] = []

    def start(self, name: str, selection: Selection) -> None:
        if name not in self.names:
            self.names[name] = None
            heapq.heappush(self._waiting, (self._clock.now() + SETTLE, len(self.names), selection))

    def next_due(self) -> datetime | None:
        return self._waiting[0][0] if self._waiting else None

    def pop_due(self, now: datetime) -> list[Selection]:
        due: list[Selection] = []
        while self._waiting and self._waiting[0][0] <= now:
            due.append(heapq.heappop(self._waiting)[2])
        return due
