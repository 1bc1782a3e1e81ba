"""A webhook on its way out: the row H and its states. PENDING → DONE | FAILED(reason)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from anlass.domain.ids import fraction

CallStatus = Literal["PENDING", "DONE", "FAILED"]

# How long after a failed attempt the next one is made; the schedule that Standard Webhooks gives, three days in all.
DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)


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
    body: Mapping[str, Any]  # empty once it is done
    created_at: datetime
    status: CallStatus = "PENDING"
    attempts: int = 0
    until: datetime | None = None  # not before this
    reason: str | None = None
    closed_at: datetime | None = None
    generation: int = 1
    sweep_at: datetime | None = None
    request: Literal["call", "schedule"] | None = "call"
    since: datetime | None = None  # of an address: when its enrolment began; see owning.py

    @property
    def row(self) -> str:
        return call_row(self.step, self.visit)

    @property
    def id(self) -> str:
        """The webhook's id, the same for every attempt. It holds no dot: dots part it from what else is signed."""
        return f"{self.enrolment}_{self.step}_{self.visit}"


def call_row(step: str, visit: int) -> str:
    return f"H#{step}#{visit}"


def as_sent(body: Mapping[str, Any]) -> str:
    """The JSON that is signed and sent. ValueError: it holds what JSON does not have."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def next_attempt(call: Call, now: datetime, at_least: timedelta = timedelta(0)) -> datetime | None:
    """When to try again after `call.attempts` that failed; None: that was the last. `at_least`: as the shop asked.

    Up to a tenth later, each webhook by its own share: what failed together must not come back together.
    """
    if call.attempts > len(DELAYS):
        return None
    delay = DELAYS[call.attempts - 1] * (1 + fraction(call.id, str(call.attempts)) / 10)
    return now + max(delay, min(at_least, DELAYS[-1]))
