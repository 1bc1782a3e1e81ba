"""A provider of SMS in memory: keeps what it took."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from anlass.ports import Accepted, Handover


@dataclass(frozen=True, slots=True)
class Text:
    sender: str
    recipient: str
    text: str
    answer: Handover


class MemoryTexter:
    """`tried` holds every call, `sent` those that were accepted. Answers put into `answers` come first, in order."""

    def __init__(self) -> None:
        self.answers: deque[Handover] = deque()
        self.tried: list[Text] = []

    @property
    def sent(self) -> list[Text]:
        return [text for text in self.tried if isinstance(text.answer, Accepted)]

    def send(self, sender: str, recipient: str, text: str, max_price: float) -> Handover:  # noqa: ARG002
        answer = self.answers.popleft() if self.answers else Accepted(f"memory-sms-{len(self.tried) + 1}")
        self.tried.append(Text(sender, recipient, text, answer))
        return answer
