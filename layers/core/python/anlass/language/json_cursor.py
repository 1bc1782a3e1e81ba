"""A place in a JSON file: what stands between the words, and what has been found wrong so far."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from anlass.language import json_slips as slips
from anlass.language.diagnostics import Diagnostic, Severity, Span

Place = tuple[str | int, ...]

MOST_ALIKE = 5  # who writes curly quotes writes them everywhere: that is one mistake
_ALIKE = ("json.quotes", "json.comment", "json.space")
_SPACE = re.compile(r"[ \t\r\n]*")


class Unreadable(Exception):
    """Nothing can be read after this; the finding is noted."""


class Cursor:
    """`keys` and `values`: where everything stands that was passed, by its place in the value."""

    def __init__(self, text: str, file: str) -> None:
        begin = 1 if text.startswith("\ufeff") else 0  # the mark with which some editors begin a file
        self.text, self.file, self.at = text, file, begin
        self.keys: dict[Place, Span] = {}
        self.values: dict[Place, Span] = {}
        self._findings: list[Diagnostic] = []
        self._lines = [begin, *(found.end() for found in re.finditer("\n", text))]

    def told(self) -> list[Diagnostic]:
        """What is wrong. Of very many slips of one kind the first, and how many there are."""
        told: list[Diagnostic] = []
        for code in dict.fromkeys(each.code for each in self._findings):
            alike = [each for each in self._findings if each.code == code]
            if code in _ALIKE and len(alike) > MOST_ALIKE:
                message = f"{alike[0].message} There are {len(alike) - 1} more such places."
                alike = [replace(alike[0], message=message)]
            told += alike
        return told

    def _skip(self, place: Place) -> None:
        while True:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing, too
            comment = slips.COMMENT.match(self.text, self.at)
            odd = slips.ODD_SPACE.match(self.text, self.at)
            if comment is not None:
                remedy = 'Take it out; "why" is the place for words.'
                self._say("json.comment", place, "JSON has no comments.", remedy, comment.span())
            elif odd is not None:
                message = f"Here is a space that is none in JSON ({slips.named(odd[0][0])})."
                self._say("json.space", place, message, "Write a usual space instead.", odd.span(), "warning")
            else:
                return
            self.at = (comment or odd).end()  # type: ignore[union-attr]  # one of them is there

    def _indent(self, at: int) -> int:
        """Of the line."""
        begins = self._lines[self._span(at).line - 1]
        return _SPACE.match(self.text, begins).end() - begins  # type: ignore[union-attr]  # it matches nothing, too

    def _begins_its_line(self) -> bool:
        begins = self._lines[self._span().line - 1]
        return not self.text[begins : self.at].strip()

    def _span(self, begins: int | None = None, ends: int | None = None) -> Span:
        """From one offset to the other, but not beyond the line; one character if no end is given."""
        begins = self.at if begins is None else begins
        line = bisect_right(self._lines, begins)
        length = len(self.text[begins:ends].split("\n", 1)[0]) if ends is not None else 1
        return Span(line, begins - self._lines[line - 1] + 1, max(length, 1))

    def _say(
        self,
        code: str,
        place: Place,
        message: str,
        remedy: str,
        where: tuple[int, int] | int | None = None,
        severity: Severity = "error",
    ) -> None:
        """`where`: the offsets from and to, or of one sign; None: here."""
        span = self._span(*where) if isinstance(where, tuple) else self._span(where)
        self._findings.append(span.finding(code, self.file, dotted(place), message, remedy, severity))

    def _stop(self, code: str, place: Place, message: str, remedy: str) -> NoReturn:
        self._say(code, place, message, remedy)
        raise Unreadable


def dotted(place: Sequence[str | int]) -> str:
    """`steps[2].send.template`"""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return path.removeprefix(".")
