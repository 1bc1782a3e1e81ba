"""Reads JSON and remembers where everything stands. Goes on after a slip, so that all of them are found at once."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from anlass.language.diagnostics import Diagnostic, Span, did_you_mean

Place = tuple[str | int, ...]

DEEPEST = 48
LONGEST_NUMBER = 30
WHOLE = 2**53  # up to here a number knows whether it is whole

_SPACE = re.compile(r"[ \t\r\n\u00a0\ufeff]*")
_COMMENT = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?(\*/|\Z)", re.DOTALL)
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*)"')
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # no page and no picture may hold them
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?(?![\w.])")
_CENTS = re.compile(r",(\d+)(?=\s*[,}\n])")  # of "19,99", as people write it who have a decimal comma
_WORD = re.compile(r"[^\s,:{}\[\]\"]+")
_CURLY = re.compile(r"[“”„«»‘’‚]([^“”„«»‘’‚\"\n]*)[“”„«»‘’‚\"]|'([^'\n]*)'")
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Source:
    """A JSON file: its value, and where every key and every value stands. `values` are those within one line."""

    file: str
    value: Any
    keys: Mapping[Place, Span]
    values: Mapping[Place, Span]

    def line(self, place: Sequence[str | int]) -> int:
        """The line of a place, or of the nearest one around it."""
        return self.key(place).line

    def key(self, place: Sequence[str | int]) -> Span:
        """Where the key of a place stands, or the nearest one around it."""
        return self.keys[self._there(place)]

    def value_of(self, place: Sequence[str | int]) -> Span:
        """Where the value of a place stands, or the nearest one around it; its key, where it takes many lines."""
        there = self._there(place)
        return self.values.get(there) or self.keys[there]

    def _there(self, place: Sequence[str | int]) -> Place:
        return next(there for end in range(len(place), -1, -1) if (there := tuple(place[:end])) in self.keys)


def read_source(text: str, file: str, longest: int) -> tuple[Source | None, list[Diagnostic]]:
    """The file, and what is wrong with it as JSON. None where nothing can be made of it. `longest`: characters."""
    if len(text) > longest:
        message = f"The file has {len(text):,} characters; {longest:,} is the most."
        return None, [Diagnostic("json.too_large", file, None, "", message, "Make two of it.")]
    reader = _Reader(text, file)
    try:
        reader.check_encoding()
        value = reader.document()
    except _Unreadable:
        return None, reader.findings
    return Source(file, value, reader.keys, reader.values), reader.findings


def dotted(place: Sequence[str | int]) -> str:
    """`steps[2].send.template`"""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return path.removeprefix(".")


class _Unreadable(Exception):
    """Nothing can be read after this; the finding is noted."""


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.file, self.at = text, file, 0
        self.findings: list[Diagnostic] = []
        self.keys: dict[Place, Span] = {}
        self.values: dict[Place, Span] = {}
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def check_encoding(self) -> None:
        for sign in ("\ufffd", "\x00"):
            if sign in self.text:
                self.at = self.text.index(sign)
                self._stop("json.encoding", (), "The file is not written in UTF-8.", "Save it as UTF-8 in your editor.")

    def document(self) -> Any:
        self._skip(())
        if self.at == len(self.text):
            self._stop("json.syntax", (), "The file is empty.", 'Begin with "{".')
        value = self._value((), 0)
        self._skip(())
        if self.at < len(self.text):
            remedy = "Take it out, or look for a bracket that closes too early."
            self._say("json.syntax", (), "Something stands behind the end of the JSON.", remedy)
        return value

    def _value(self, place: Place, depth: int) -> Any:
        if depth > DEEPEST:
            message = f"This is nested more than {DEEPEST} levels deep."
            self._stop("json.too_deep", place[:6], message, "Make it flatter; perhaps two journeys.")
        begins = self.at
        self.keys.setdefault(place, self._span())
        sign = self.text[self.at : self.at + 1]
        value: Any
        if sign == "{":
            value = self._object(place, depth)
        elif sign == "[":
            value = self._array(place, depth)
        elif sign == '"' or _CURLY.match(self.text, self.at):
            value = self._string(place)
        else:
            value = self._plain(place)
        if "\n" not in self.text[begins : self.at]:
            self.values.setdefault(place, self._span(begins, self.at))
        return value

    def _object(self, place: Place, depth: int) -> dict[str, Any]:
        opened = self._span().line
        self.at += 1
        found: dict[str, Any] = {}
        while self._more("}", place, opened, is_first=not found):
            begins = self.at
            key = self._key(place)
            here = (*place, key)
            if key in found:
                message = f'"{key}" stands here twice.'
                self._say("json.repeated_key", here, message, "Keep one of them.", (begins, self.at))
            else:
                self.keys[here] = self._span(begins, self.at)
            self._skip(place)
            if self.text[self.at : self.at + 1] != ":":
                self._stop("json.syntax", here, f'There is no colon behind "{key}".', f'Write "{key}": and its value.')
            self.at += 1
            self._skip(place)
            found.setdefault(key, self._value(here, depth + 1))
        return found

    def _array(self, place: Place, depth: int) -> list[Any]:
        opened = self._span().line
        self.at += 1
        found: list[Any] = []
        while self._more("]", place, opened, is_first=not found):
            found.append(self._value((*place, len(found)), depth + 1))
        return found

    def _more(self, closing: str, place: Place, opened: int, *, is_first: bool) -> bool:
        """Whether another member follows; past the comma before it, or past the closing bracket."""
        ended = self.at
        self._skip(place)
        comma, commas = self.at, 0
        while self.text[self.at : self.at + 1] == ",":
            self.at, commas = self.at + 1, commas + 1
            self._skip(place)
        sign = self.text[self.at : self.at + 1]
        if sign == closing:
            if commas:
                self._say("json.comma", place, f'A comma stands before "{closing}".', "Take the comma out.", comma)
            self.at += 1
            return False
        if not sign:
            message = f'The "{"{" if closing == "}" else "["}" of line {opened} is never closed.'
            self._stop("json.syntax", place, message, f'Add "{closing}" where it ends.')
        if sign in "}]:":
            message = f'"{sign}" stands where "{closing}" or another member belongs.'
            self._stop("json.syntax", place, message, f'The bracket of line {opened} is closed with "{closing}".')
        if commas > (0 if is_first else 1):
            self._say("json.comma", place, "Here is a comma too many.", "Take it out.", comma)
        elif not commas and not is_first:
            self._say("json.comma", place, "A comma is missing behind this.", "Put one before the next.", ended)
        return True

    def _key(self, place: Place) -> str:
        if self.text[self.at] == '"' or _CURLY.match(self.text, self.at):
            return self._string(place)
        word = _WORD.match(self.text, self.at)
        if word is None:
            self._stop("json.syntax", place, "A key in quotes belongs here.", 'Write "key": value.')
        self._say(
            "json.quotes", (*place, word[0]), f"The key {word[0]} has no quotes.", f'Write "{word[0]}".', word.span()
        )
        self.at = word.end()
        return word[0]

    def _string(self, place: Place) -> str:
        curly = _CURLY.match(self.text, self.at)
        if curly is not None:
            words = curly[1] if curly[1] is not None else curly[2]
            message = "These are not the quotes that JSON has."
            self._say("json.quotes", place, message, f'Write "{words}".', curly.span())
            self.at = curly.end()
            return str(words)
        found = _STRING.match(self.text, self.at)
        if found is None:
            message = "The text that begins here does not end on its line."
            self._stop("json.syntax", place, message, 'Close it with ", and write \\n for a new line.')
        try:
            value: str = json.loads(found[0])
            value.encode()
        except json.JSONDecodeError:
            message = "The text holds a \\ that means nothing."
            self._say("json.text", place, message, "Write \\\\ for the sign itself.", found.span())
            value = found[1]
        except UnicodeEncodeError:
            self._say("json.text", place, "The text holds half a character.", "Write the character itself.")
            value = "?"
        unseen = _UNSEEN.search(value)
        if unseen is not None:
            message = f"The text holds a sign that nobody can see (U+{ord(unseen[0]):04X})."
            self._say("json.text", place, message, "Take it out.", found.span())
        self.at = found.end()
        return value

    def _plain(self, place: Place) -> Any:
        number = _NUMBER.match(self.text, self.at)
        if number is not None:
            cents = _CENTS.match(self.text, number.end())
            if cents is not None and place and isinstance(place[-1], str):  # between members no number can stand
                whole, written = number[0].replace(".", ""), number[0] + cents[0]
                remedy = f"Decimals stand behind a point: {whole}.{cents[1]}"
                self._say(
                    "json.number", place, f"{written} is no number in JSON.", remedy, (number.start(), cents.end())
                )
                self.at = cents.end()
                return float(f"{whole}.{cents[1]}")
            value = self._number(number, place)
            self.at = number.end()
            return value
        word = _WORD.match(self.text, self.at)
        if word is None:
            self._stop(
                "json.syntax", place, "A value is missing here.", "Write a text in quotes, a number, true or false."
            )
        text = word[0]
        if text not in _WORDS:
            if text.lower() in ("nan", "infinity", "-infinity", "inf", "-inf") or text[0] in "+-.0123456789":
                self._say(
                    "json.number", place, f"{text} is no number in JSON.", "Write for example 20 or 0.5.", word.span()
                )
                self.at = word.end()
                return 0
            remedy = did_you_mean(text.lower(), _WORDS) or f'If it is a text, write "{text}". '
            self._say("json.quotes", place, f"{text} has no quotes.", remedy.strip(), word.span())
            self.at = word.end()
            return _WORDS.get(text.lower(), text)
        self.at = word.end()
        return _WORDS[text]

    def _number(self, number: re.Match[str], place: Place) -> int | float:
        value: int | float = 0
        if len(number[0]) <= LONGEST_NUMBER:
            value = float(number[0]) if number[2] or number[3] else int(number[0])
            if abs(value) < WHOLE and value == int(value):
                value = int(value)  # 7.0 and 7 are the same number in JSON
        if len(number[0]) > LONGEST_NUMBER or not math.isfinite(value):
            self._say(
                "json.number", place, "This number is too large to be kept.", "Write a smaller one.", number.span()
            )
            return 0
        return value

    def _skip(self, place: Place) -> None:
        while True:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing, too
            comment = _COMMENT.match(self.text, self.at)
            if comment is None:
                return
            self._say(
                "json.comment",
                place,
                "JSON has no comments.",
                'Take it out; "why" is the place for words.',
                comment.span(),
            )
            self.at = comment.end()

    def _span(self, begins: int | None = None, ends: int | None = None) -> Span:
        """From one offset to the other, but not beyond the line; one character if no end is given."""
        begins = self.at if begins is None else begins
        line = bisect_right(self._lines, begins)
        length = len(self.text[begins:ends].split("\n", 1)[0]) if ends is not None else 1
        return Span(line, begins - self._lines[line - 1] + 1, max(length, 1))

    def _say(
        self, code: str, place: Place, message: str, remedy: str, where: tuple[int, int] | int | None = None
    ) -> None:
        """`where`: the offsets from and to, or of one sign; None: here."""
        span = self._span(*where) if isinstance(where, tuple) else self._span(where)
        self.findings.append(span.finding(code, self.file, dotted(place), message, remedy))

    def _stop(self, code: str, place: Place, message: str, remedy: str) -> NoReturn:
        self._say(code, place, message, remedy)
        raise _Unreadable
