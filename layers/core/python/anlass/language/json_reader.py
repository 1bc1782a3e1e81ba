"""JSON as people write it who are no programmers: what they meant is read, and what is wrong with it is said."""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

from anlass.language import json_slips as slips
from anlass.language.json_cursor import Cursor, Place

DEEPEST = 48
LONGEST_NUMBER = 30
WHOLE = 2**53  # up to here a number knows whether it is whole
_CLOSING = {"{": "}", "[": "]"}

_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*)"')
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_JSON = {"true": True, "false": False, "null": None}


class Reader(Cursor):
    """Reads the whole file. What is only a slip is said, and read as it was meant."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file)
        self._unclosed: tuple[str, int, int] | None = None  # a bracket that looks so: it, its line, where it may end

    def check_encoding(self) -> None:
        problem = slips.no_text(self.text)
        if problem is not None:
            self.at, *words = problem
            self._stop("json.encoding", (), *words)

    def document(self) -> Any:
        self._skip(())
        if self.at == len(self.text):
            self._stop("json.syntax", (), "The file is empty.", 'Begin with "{".')
        marker = slips.CONFLICT.search(self.text)
        if marker is not None:
            self.at = marker.start()
            message = "Two versions of the file stand here beside each other, as git leaves them."
            self._stop("json.syntax", (), message, "Keep one of them, and take out the lines with <<<, === and >>>.")
        beginning = slips.NO_JSON.match(self.text, self.at)
        if beginning is not None:
            message = f"This is no JSON: it begins with {beginning[0][:20].strip()}"
            self._stop("json.syntax", (), message, 'Begin with "{", and write each key and each text in quotes.')
        value = self._value((), 0)
        self._skip(())
        rest = self.text[self.at : self.at + 1]
        if rest == ":" and isinstance(value, str):
            self._stop("json.syntax", (), 'There is no "{" before this.', 'Begin the file with "{".')
        if rest in (",", '"'):  # what follows would be missed, and that be told too
            message = "The JSON ends before this, and something follows."
            self._stop("json.syntax", (), message, "Look for a bracket before it that closes too early.")
        if rest:
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
        elif sign == '"' or slips.QUOTED.match(self.text, self.at):
            value = self._string(place)
        else:
            value = self._plain(place)
        if "\n" not in self.text[begins : self.at]:
            self.values.setdefault(place, self._span(begins, self.at))
        return value

    def _object(self, place: Place, depth: int) -> dict[str, Any]:
        opened = self.at
        self.at += 1
        found: dict[str, Any] = {}
        while self._more("{", place, opened, is_first=not found):
            begins = self.at
            key = self._key(place, opened)
            here = (*place, key)
            if key in found:
                message = f'"{slips.short(key)}" stands here twice.'
                self._say("json.repeated_key", here, message, "Keep one of them.", (begins, self.at))
            else:
                self.keys[here] = self._span(begins, self.at)
            self._colon(key, here)
            self._skip(place)
            value = self._value(here, depth + 1)
            found.setdefault(key, None if value is slips.ELLIPSIS else value)
        return found

    def _colon(self, key: str, here: Place) -> None:
        self._skip(here[:-1])
        found = slips.COLON.match(self.text, self.at)
        key = slips.short(key)
        if found is None and key.rstrip().endswith(":"):
            remedy = f'Write "{key.strip().rstrip(":")}": and its value.'
            self._stop("json.syntax", here, "A quote is missing before the colon.", remedy)
        if found is None:
            self._stop("json.syntax", here, f'There is no colon behind "{key}".', f'Write "{key}": and its value.')
        if found[0] != ":":
            message = f'"{found[0]}" stands where a colon belongs.'
            self._say("json.syntax", here, message, f'Write "{key}": and its value.', found.span())
        self.at = found.end()

    def _array(self, place: Place, depth: int) -> list[Any]:
        opened = self.at
        self.at += 1
        found: list[Any] = []
        while self._more("[", place, opened, is_first=not found):
            value = self._value((*place, len(found)), depth + 1)
            found += [] if value is slips.ELLIPSIS else [value]
        return found

    def _more(self, opening: str, place: Place, opened: int, *, is_first: bool) -> bool:
        """Whether another member follows; past the comma before it, or past the closing bracket."""
        closing, ended = _CLOSING[opening], self.at
        self._skip(place)
        commas = self._commas(place)
        sign = self.text[self.at : self.at + 1]
        if sign == closing:
            if commas:
                self._say("json.comma", place, f'A comma stands before "{closing}".', "Take the comma out.", commas[0])
            self.at += 1
            return False
        if not sign or sign in "}]:":
            self._stop_open(opening, opened, sign, place)
        if len(commas) > (0 if is_first else 1):
            self._say("json.comma", place, "Here is a comma too many.", "Take it out.", commas[0])
        elif not commas and not is_first:
            self._say("json.comma", place, "A comma is missing behind this.", "Put one before the next.", ended)
        indent = self._indent(opened)
        if self._unclosed is None and place and 0 < self._indent(self.at) <= indent and self._begins_its_line():
            self._unclosed = (opening, opened, ended)
        return True

    def _commas(self, place: Place) -> list[int]:
        """Past the commas that stand here, and where they are. What people take for one counts too."""
        found: list[int] = []
        while (sign := self.text[self.at : self.at + 1]) and sign in slips.COMMAS:
            if sign != ",":
                self._say("json.comma", place, f'"{sign}" stands where a comma belongs.', "Write a comma.")
            found.append(self.at)
            self.at += 1
            self._skip(place)
        return found

    def _stop_open(self, opening: str, opened: int, sign: str, place: Place) -> NoReturn:
        """A bracket is still open where something else is closed, or the file ends."""
        if sign == ":" and opening == "[":
            message = f'A key stands here, and the "[" of line {self._span(opened).line} is still open.'
            remedy = 'Put "]" before the key; between [ and ] there are values alone.'
            self._stop("json.syntax", place, message, remedy)
        if sign == ":":
            remedy = "Look for a comma, a quote or a key that is missing before it."
            self._stop("json.syntax", place, '":" stands where nothing of the kind belongs.', remedy)
        if self._unclosed is not None:
            opening, opened, self.at = self._unclosed
        line, closing = self._span(opened).line, _CLOSING[opening]
        if self._unclosed is not None:
            message = f'The "{opening}" of line {line} is not closed, as it seems.'
            self._stop("json.syntax", place, message, f'Add "{closing}" behind this, if it ends here.')
        if sign:
            message = f'"{sign}" stands here, and the "{opening}" of line {line} is still open.'
            self._stop("json.syntax", place, message, f'Put "{closing}" before it, or take it out.')
        message = f'The "{opening}" of line {line} is never closed.'
        self._stop("json.syntax", place, message, f'Add "{closing}" where it ends.')

    def _key(self, place: Place, opened: int) -> str:
        if self.text[self.at] == '"' or slips.QUOTED.match(self.text, self.at):
            return self._string(place)
        word = slips.WORD.match(self.text, self.at)
        if word is None:
            sign, line = self.text[self.at], self._span(opened).line
            remedy = f'Close the "{{" of line {line} with "}}" before it, or put several of these into [ ].'
            self._stop("json.syntax", place, f'"{sign}" stands where a key in quotes belongs.', remedy)
        key, end = word[0], word.end() + (self.text[word.end() : word.end() + 1] == '"')
        message, remedy = f"The key {slips.short(key)} has no quotes.", f'Write "{slips.short(key)}".'
        self._say("json.quotes", (*place, key), message, remedy, (self.at, end))
        self.at = end
        return key

    def _string(self, place: Place) -> str:
        other = slips.QUOTED.match(self.text, self.at)
        found = _STRING.match(self.text, self.at)
        if other is None and found is None:
            other = slips.HALF_QUOTED.match(self.text, self.at)
        if other is not None:
            message = "These are not the quotes that JSON has."
            self._say("json.quotes", place, message, f'Write "{slips.short(other[1])}".', other.span())
            self.at = other.end()
            return other[1]
        found = found or slips.STRING_WITH_TABS.match(self.text, self.at)
        if found is None:
            message = "The text that begins here does not end on its line."
            self._stop("json.syntax", place, message, 'Close it with ", and write \\n for a new line.')
        doubled = slips.with_two_quotes(found)
        if doubled is not None:
            message = "A quote too many stands here."
            self._say("json.quotes", place, message, f'Write "{slips.short(doubled[1])}".', doubled.span())
            self.at = doubled.end()
            return doubled[1]
        longer = slips.with_quotes(found)
        if longer is not None:
            message, remedy = "The text has quotes in it, so that it ends too early.", 'Write \\" for each of them.'
            self._say("json.text", place, message, remedy, longer.span())
            self.at = longer.end()
            return longer[1].replace('\\"', '"')
        value = slips.text_in(found)
        for message, remedy in slips.strange_signs(found):
            self._say("json.text", place, message, remedy, found.span())
        self.at = found.end()
        return value

    def _plain(self, place: Place) -> Any:
        written = slips.written(self.text, self.at)
        span = (self.at, self.at + len(written))
        if written.startswith(("(", ")")):
            self._stop("json.syntax", place, "Round brackets mean nothing in JSON.", "Write { } or [ ] instead.")
        if not written:
            remedy = "Write a text in quotes, a number, true or false."
            self._stop("json.syntax", place, "A value is missing here.", remedy)
        number = _NUMBER.fullmatch(written)
        # Between members no number can stand: what follows the comma is its decimals.
        cents = slips.CENTS.match(self.text, span[1]) if place and isinstance(place[-1], str) else None
        if cents is not None and _NUMBER.match(written):
            whole, end = f"{written.replace('.', '')}.{cents[1]}", cents.end()
            remedy = f"Decimals stand behind a point: {whole}"
            self._say("json.number", place, f"{self.text[self.at : end]} is no number in JSON.", remedy, (self.at, end))
            self.at = end
            return float(whole)
        self.at = span[1]
        if number is not None:
            return self._number(number, place, span)
        if written in _JSON:
            return _JSON[written]
        self.at += self.text[self.at : self.at + 1] == '"'  # of a text that lacks its first quote
        slip = slips.slip_of(written)
        self._say(slip.code, place, slip.message, slip.remedy, span)
        return slip.value

    def _number(self, number: re.Match[str], place: Place, span: tuple[int, int]) -> int | float:
        value: int | float = 0
        if len(number[0]) <= LONGEST_NUMBER:
            value = float(number[0]) if number[2] or number[3] else int(number[0])
            if abs(value) < WHOLE and value == int(value):
                value = int(value)  # 7.0 and 7 are the same number in JSON
        if len(number[0]) > LONGEST_NUMBER or not math.isfinite(value):
            self._say("json.number", place, "This number is too large to be kept.", "Write a smaller one.", span)
            return 0
        return value
