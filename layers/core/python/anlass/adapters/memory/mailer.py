"""A mail provider in memory: keeps what it took."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from anlass.ports import (
    UNWATCHED,
    Accepted,
    Handover,
    Watch,
)


@dataclass(frozen=True, slots=True)
class Mail:
    sender: str
    recipient: str
    mime: bytes
    tags: Mapping[str, str]
    answer: Handover
    watch: Watch = UNWATCHED


class MemoryMailer:
    """`tried` holds every call, `sent` those that were accepted. Answers put into `answers` come first, in order."""

    def __init__(self) -> None:
        self.answers: deque[Handover] = deque()
        self.tried: list[Mail] = []

    @property
    def sent(self) -> list[Mail]:
        return [mail for mail in self.tried if isinstance(mail.answer, Accepted)]

    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        answer = self.answers.popleft() if self.answers else Accepted(f"memory-{len(self.tried) + 1}")
        self.tried.append(Mail(sender, recipient, mime, tags, answer, watch))
        return answer
