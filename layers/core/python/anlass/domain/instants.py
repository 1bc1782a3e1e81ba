"""Moments as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

Precision = Literal["seconds", "milliseconds", "microseconds"]


def iso(moment: datetime, precision: Precision = "seconds") -> str:
    """UTC, `2026-03-02T12:00:00Z`; what is finer is cut off. Of one precision, texts have the order of the times."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
