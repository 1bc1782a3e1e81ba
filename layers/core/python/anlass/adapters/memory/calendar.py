"""The calendar in memory: whoever drives the clock asks it what rings."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime, timedelta

from anlass.adapters.ringing import ring_time
from anlass.ports import Clock, Rings
from anlass.wire import Message


@dataclass(frozen=True, slots=True)
class Ring:
    name: str
    at: datetime
    queue: Rings
    message: Message


class MemoryCalendar:
    """`late`: how long after its minute each schedule rings."""

    def __init__(self, clock: Clock, late: timedelta = timedelta(0)) -> None:
        self._clock = clock
        self._late = late
        self._standing: set[str] = set()
        self._heap: list[tuple[datetime, int, Ring]] = []
        self._made = 0

    def schedule(self, name: str, at: datetime, queue: Rings, message: Message) -> None:
        if name in self._standing:
            return
        self._standing.add(name)
        self._made += 1
        ring = Ring(name, ring_time(at, self._clock.now()) + self._late, queue, message)
        heapq.heappush(self._heap, (ring.at, self._made, ring))

    def next_due(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: datetime) -> list[Ring]:
        """What rings until now, in order; it is deleted, as a schedule is after it rang."""
        rung: list[Ring] = []
        while self._heap and self._heap[0][0] <= now:
            ring = heapq.heappop(self._heap)[2]
            self._standing.discard(ring.name)
            rung.append(ring)
        return rung
