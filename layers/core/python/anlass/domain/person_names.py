"""Whether a text is the name of a person: whoever else fills the field in, fills it with advertising."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_NAME = 80
_AROUND_LETTERS: Final = frozenset(" -'.’&·・")
_JOINERS = re.compile("[\u200c\u200d]")  # in Persian, Hindi and Sinhala they stand between letters
_INITIAL = re.compile(r"(?<!\w)(\w)\.(?=\w(?!\w))")
_DOT_WITHIN = re.compile(r"\.(?=\w)")
_TYPED: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-", "´": "’", "`": "’"})
# They count as letters or marks, and nobody sees them.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def name_of(value: object) -> str | None:
    """The name as it is written, however it was typed; None: it holds what no name holds, or a link."""
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        return None
    name = unicodedata.normalize("NFC", value.translate(_TYPED))
    return name if _is_name(name) else None


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= LONGEST_NAME
        and any(each.isalpha() for each in name)
        and not _UNSEEN.search(name)
        and not _DOT_WITHIN.search(_INITIAL.sub(r"\1 ", name))
        and all(each in _AROUND_LETTERS or _is_letter(each) or _joins(name, at) for at, each in enumerate(name))
    )


def _joins(name: str, at: int) -> bool:
    is_inside = 0 < at < len(name) - 1
    return is_inside and _JOINERS.match(name[at]) is not None and _is_letter(name[at - 1]) and _is_letter(name[at + 1])


def _is_letter(each: str) -> bool:
    return unicodedata.category(each)[0] in "LM"
