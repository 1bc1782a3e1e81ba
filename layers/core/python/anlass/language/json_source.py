"""Reads JSON and remembers where everything stands. Goes on after a slip, so that all of them are found at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlass.language.diagnostics import Diagnostic, Span
from anlass.language.json_cursor import Place, Unreadable
from anlass.language.json_reader import Reader


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
        message = f"The file has more than {longest:,} characters, and that is the most."
        return None, [Span(1, 1).finding("json.too_large", file, "", message, "Make two of it.")]
    reader = Reader(text, file)
    try:
        reader.check_encoding()
        value = reader.document()
    except Unreadable:
        return None, reader.told()
    return Source(file, value, reader.keys, reader.values), reader.told()
