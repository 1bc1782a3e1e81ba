"""Durations as marketers write them: "90 minutes", "1 hour", "7 days", "2 weeks"; nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(r"([+-]?)(\d{1,5}) (minute|hour|day|week)s?")
LONGEST = timedelta(days=3660)


def parse_duration(text: str) -> timedelta:
    """The duration. Raises ValueError with what would be right. A sign is for offsets only; callers refuse it."""
    found = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f'"{text}" is no duration; write a number and minutes, hours, days or weeks, like "24 hours"')
    sign, number, unit = found.groups()
    duration = timedelta(**{f"{unit}s": int(number)})
    if duration > LONGEST:
        raise ValueError(f'"{text}" is too long; ten years is the most')
    return -duration if sign == "-" else duration
