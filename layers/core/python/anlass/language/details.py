"""What people tell of themselves, in whatever form: one rule each for what is taken."""

from __future__ import annotations

import re
from datetime import date

from anlass.domain.person_names import LONGEST_NAME, name_of

OLDEST = date(1900, 1, 1)
MOST_INTERESTS = 20
# Those of Unicode too that are not seen, and turn what is seen around.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LINK = re.compile(r"://|www\.|@|[<>{}]", re.IGNORECASE)  # no name holds these; what spam puts there does


def plain(text: str) -> str:
    """One line. Raises ValueError, as all here do: what is wrong, and what would be right."""
    text = text.strip()
    if not text or _CONTROL.search(text):
        raise ValueError("is empty or holds control characters; send one line of text")
    return text


def first_name(text: str) -> str:
    """Letters, and what stands between them in names (`domain/person_names.py`)."""
    found = name_of(name(text))
    if found is None:
        raise ValueError("holds what no name holds (digits, signs, a link); send the first name alone")
    return found


def name(text: str) -> str:
    """Of a person or a thing that they like."""
    text = plain(text)
    if len(text) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    if _LINK.search(text):
        raise ValueError("holds what no name holds (a link, an address, brackets); send the first name alone")
    return text


def interests(text: str) -> tuple[str, ...]:
    """As typed into one field, separated by commas."""
    found = tuple(dict.fromkeys(name(each) for each in text.split(",") if each.strip()))
    if len(found) > MOST_INTERESTS:
        raise ValueError(f"holds more than {MOST_INTERESTS}")
    return found


def birthday(text: str, today: date | None = None) -> str:
    """`today` None: whatever day it is, the year is looked at alone."""
    try:
        # Weeks and days without dashes are ISO too, and nobody's way to write a birthday.
        day = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError('is no date; send it as "1990-02-28"') from None
    if not day >= OLDEST:
        raise ValueError("lies too long ago; send the year of birth with four digits")
    if today is not None and day > today:
        raise ValueError("lies in the future; send the date of birth")
    return day.isoformat()
