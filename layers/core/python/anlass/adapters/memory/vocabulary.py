"""The shop's own names in memory."""

from __future__ import annotations

from anlass.domain.errors import Conflict
from anlass.domain.names import ShopNames


class MemoryVocabulary:
    def __init__(self) -> None:
        self._learned = (0, ShopNames())

    def learned(self) -> tuple[int, ShopNames]:
        return self._learned

    def save(self, read_revision: int, names: ShopNames) -> None:
        if self._learned[0] != read_revision:
            raise Conflict(f"the names have revision {self._learned[0]}, not {read_revision} any more", frozenset((0,)))
        self._learned = (read_revision + 1, names)
