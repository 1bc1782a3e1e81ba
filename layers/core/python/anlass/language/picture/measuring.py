"""How wide words are, and where lines break. Nobody can be asked: the SVG is drawn where no font is."""

from __future__ import annotations

import re
import unicodedata

# Widths of Helvetica (Arial and Liberation Sans have the same) in thousandths of the size, from the space to "~".
_WIDTHS = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
]  # fmt: skip
_OTHER = 640  # of a thousand: what has no width here, unless it is as wide as it is high
_SHARES = (0.55, 0.65, 0.75, 0.85, 0.92)  # of the room, tried so that no line ends with a word alone
_PARTS = re.compile(r"[^-_/.]*[-_/.]|[^-_/.]+")
SLACK = 1.17  # DejaVu Sans, where Helvetica's kin is missing, is about so much wider
BOLD = 1.12


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The most that the text takes, in px."""
    thousandths = sum(map(_of_sign, text))
    return thousandths / 1000 * size * SLACK * (BOLD if bold else 1)


def lines(text: str, size: float, limit: float, *, bold: bool = False, most: int = 12) -> list[str]:
    """The text in lines of at most `limit` px, about equally long; after `most` lines it ends with an ellipsis."""
    found = _broken(text, size, limit, bold=bold)
    if len(found) > most:
        last = found[most - 1]
        while last and width(f"{last}…", size, bold=bold) > limit:
            last = last[:-1]
        return [*found[: most - 1], f"{last}…"]
    longest = max((width(word, size, bold=bold) for word in text.split()), default=0)
    for share in _SHARES:
        if longest <= limit * share:  # else a word would be broken for it
            evener = _broken(text, size, limit * share, bold=bold)
            if len(evener) == len(found):
                return evener
    return found


def _broken(text: str, size: float, limit: float, *, bold: bool) -> list[str]:
    found: list[str] = []
    line = ""
    for word in text.split():
        for piece in _pieces(word, size, limit, bold=bold):
            longer = f"{line} {piece}" if line else piece
            if width(longer, size, bold=bold) <= limit:
                line = longer
            else:
                found.append(line)
                line = piece
    return [*found, line] if line else found


def _pieces(word: str, size: float, limit: float, *, bold: bool) -> list[str]:
    """A word that is longer than a line, broken behind a hyphen or the like, or else where it must be."""
    pieces = [""]
    for part in _PARTS.findall(word):
        if width(pieces[-1] + part, size, bold=bold) <= limit:
            pieces[-1] += part
            continue
        pieces.append("")
        for sign in part:
            if pieces[-1] and width(pieces[-1] + sign, size, bold=bold) > limit:
                pieces.append("")
            pieces[-1] += sign
    return [piece for piece in pieces if piece]


def _of_sign(sign: str) -> int:
    code = ord(sign)
    if 32 <= code < 32 + len(_WIDTHS):
        return _WIDTHS[code - 32]
    plain = ord(unicodedata.normalize("NFD", sign)[0])
    if plain != code and 32 <= plain < 32 + len(_WIDTHS):
        return _WIDTHS[plain - 32]  # ä is as wide as a
    if unicodedata.combining(sign):
        return 0
    return 1000 if unicodedata.east_asian_width(sign) in "FW" or code > 0xFFFF else _OTHER
