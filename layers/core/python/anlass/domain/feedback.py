"""What a provider reports about a message that it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal["send", "delivery", "open", "click", "bounce", "complaint", "reject"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """`recipients` are the addresses that the report is about, `hard` a bounce that will not get better."""

    kind: Kind
    enrolment: str
    step: str
    visit: int
    id: str  # tells repeated reports of one kind apart
    at: datetime
    recipients: tuple[str, ...] = ()
    hard: bool = False
    details: Mapping[str, Any] | None = None  # bounce_type, machine, link
