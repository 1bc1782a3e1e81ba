"""A shop in memory: keeps what it was told, and calls nobody."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anlass.ports import (
    Answered,
    Clock,
    NoAnswer,
    OutOfBounds,
)


@dataclass(frozen=True, slots=True)
class Post:
    at: datetime
    url: str
    headers: Mapping[str, str]
    body: bytes
    answer: Answered | NoAnswer | OutOfBounds


class MemoryShop:
    """`posts` holds every attempt. Answers put into `answers` come first, in order; then all is well."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.answers: deque[Answered | NoAnswer | OutOfBounds] = deque()
        self.posts: list[Post] = []

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered | NoAnswer | OutOfBounds:
        answer = self.answers.popleft() if self.answers else Answered(204)
        self.posts.append(Post(self._clock.now(), url, headers, body, answer))
        return answer
