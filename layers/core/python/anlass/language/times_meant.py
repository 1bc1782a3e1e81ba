"""Durations and times of day as people write them, turned into the one form that the language has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

_IN_MINUTES = {"second": Fraction(1, 60), "minute": Fraction(1), "hour": Fraction(60), "day": Fraction(1440)}
_IN_MINUTES |= {"week": Fraction(10_080), "month": Fraction(43_200), "year": Fraction(525_600)}
_UNITS: Mapping[str, str] = {
    name: unit
    for unit, names in (
        ("second", "second seconds sec secs s sekunde sekunden"),
        ("minute", "minute minutes min mins m minuten"),
        ("hour", "hour hours hr hrs h std stunde stunden"),
        ("day", "day days d tag tage tagen"),
        ("week", "week weeks wk wks w woche wochen"),
        ("month", "month months mon monat monate monaten"),
        ("year", "year years yr yrs y jahr jahre jahren"),
    )
    for name in names.split()
}
_WRITTEN = ("minute", "hour", "day", "week")  # the units of the language
_NUMBERS = {"a": "1", "an": "1", "one": "1", "ein": "1", "eine": "1", "einen": "1", "einem": "1"}
_NUMBERS |= {"two": "2", "zwei": "2", "three": "3", "drei": "3", "vier": "4", "four": "4", "five": "5", "seven": "7"}
_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_ISO_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")
_PIECE = re.compile(r"(\d+(?:[.,]\d+)?|[a-z]+)\s*([a-z]+)\.?\s*(?:,|and|und|&|\+)?\s*", re.IGNORECASE)
_CLOCK = re.compile(
    r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})(?::\d{2})?|(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|uhr|h|o'clock)?", re.IGNORECASE
)
_NOON = {"noon": "12:00", "midday": "12:00", "mittag": "12:00", "mittags": "12:00", "midnight": "00:00"}
_MOST = 100  # characters: a longer text was meant as something else


def duration_meant(text: str) -> str | None:
    """`"24h"` → `"24 hours"`; None if it cannot be told. A month is taken for 30 days, a year for 365."""
    words = text.strip()[:_MOST]
    sign, words = (words[0], words[1:].strip()) if words[:1] in ("-", "+") else ("", words)
    pieces = _iso(words) or _in_words(words)
    minutes = sum((number * _IN_MINUTES[unit] for number, unit in pieces), Fraction(0))
    if minutes <= 0:
        return None
    whole = max(round(minutes), 1)
    own = sorted({unit for _, unit in pieces if unit in _WRITTEN}, key=_WRITTEN.index)[:1]
    unit = next(each for each in (*own, "day", "hour", "minute") if whole % _IN_MINUTES[each] == 0)
    number = whole // _IN_MINUTES[unit]
    return f"{sign}{number} {unit}{'s' if number != 1 else ''}"


def clock_meant(text: str) -> str | None:
    """`"9am"` → `"09:00"`; None if it is no time of day."""
    words = text.strip().lower()
    found = _CLOCK.fullmatch(words)
    if words in _NOON or found is None:
        return _NOON.get(words)
    hour, minute, half = int(found[1]), int(found[2] or found[3] or 0), (found[4] or "").replace(".", "")
    if half in ("am", "pm"):
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    if (hour, minute) == (24, 0):
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _iso(words: str) -> list[tuple[Fraction, str]]:
    """`P1DT12H`"""
    found = _ISO.fullmatch(words.upper())
    groups = found.groups() if found else ()
    return [(Fraction(number), unit) for number, unit in zip(groups, _ISO_UNITS, strict=False) if number]


def _in_words(words: str) -> list[tuple[Fraction, str]]:
    """`1 day and 3 hours`; nothing if any of it cannot be read."""
    found: list[tuple[Fraction, str]] = []
    at = 0
    while at < len(words):
        piece = _PIECE.match(words, at)
        number = _NUMBERS.get(piece[1].lower(), piece[1]) if piece else ""
        unit = _UNITS.get(piece[2].lower()) if piece else None
        if piece is None or unit is None or not number[0].isdigit():
            return []
        found.append((Fraction(number.replace(",", ".")), unit))
        at = piece.end()
    return found
