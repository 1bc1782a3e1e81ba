"""Queues in memory: a message is there once its delay has passed on the clock."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args

from anlass.ports import Clock, QueueName
from anlass.wire import Message

LONGEST_DELAY = 900


class MemoryQueues:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[QueueName, list[tuple[datetime, int, Message]]] = {name: [] for name in get_args(QueueName)}
        self._sent = 0

    def send(self, queue: QueueName, messages: Sequence[Message], delay: int = 0) -> None:
        if not 0 <= delay <= LONGEST_DELAY:
            raise ValueError(f"a queue delays by 0 to {LONGEST_DELAY} seconds, not {delay}")
        visible = self._clock.now() + timedelta(seconds=delay)
        for message in messages:
            self._sent += 1
            heapq.heappush(self._waiting[queue], (visible, self._sent, message))

    def backlog(self, queue: QueueName) -> int:
        return sum(1 for visible, _, _ in self._waiting[queue] if visible <= self._clock.now())

    def take(self, queue: QueueName) -> Message | None:
        """The next message that is there, first in first out; it is taken for good."""
        waiting = self._waiting[queue]
        if not waiting or waiting[0][0] > self._clock.now():
            return None
        return heapq.heappop(waiting)[2]

    def next_due(self) -> datetime | None:
        """When the next message is there, in any queue."""
        return min((waiting[0][0] for waiting in self._waiting.values() if waiting), default=None)
