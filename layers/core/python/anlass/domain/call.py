"""A webhook on its way out: the row H and its states. PENDING → DONE | FAILED(reason)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

CallStatus = Literal["PENDING", "DONE", "FAILED"]


@dataclass(frozen=True, slots=True)
class Call:
    """Unlike a message it may arrive twice: its id tells the shop so."""

    enrolment: str
    step: str
    visit: int
    profile: str
    journey: str
    url: str
    secret: str  # the name of the key that signs it
    body: Mapping[str, Any]
    created_at: datetime
    status: CallStatus = "PENDING"
    attempts: int = 0
    until: datetime | None = None  # not before this
    reason: str | None = None
    closed_at: datetime | None = None
    generation: int = 1
    sweep_at: datetime | None = None
    request: Literal["call", "schedule"] | None = "call"

    @property
    def row(self) -> str:
        return call_row(self.step, self.visit)

    @property
    def id(self) -> str:
        """The webhook's id, the same for every attempt."""
        return f"{self.enrolment}.{self.step}.{self.visit}"


def call_row(step: str, visit: int) -> str:
    return f"H#{step}#{visit}"
