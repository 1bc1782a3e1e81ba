"""The definitions table in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from anlass.domain.errors import Conflict


class MemoryDefinitions:
    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._index: tuple[int, Mapping[str, Any]] = (0, {})

    def get(self, content: str, version: str) -> Mapping[str, Any] | None:
        return self._versions.get((content, version))

    def add(self, content: str, version: str, document: Mapping[str, Any]) -> None:
        self._versions.setdefault((content, version), document)

    def documents(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        yield from [(content, version, document) for (content, version), document in self._versions.items()]

    def replace(self, content: str, version: str, document: Mapping[str, Any]) -> None:
        self._versions[content, version] = document

    def index(self) -> tuple[int, Mapping[str, Any]]:
        return self._index

    def fresh_index(self) -> tuple[int, Mapping[str, Any]]:
        return self._index

    def save_index(self, read_revision: int, index: Mapping[str, Any]) -> None:
        if self._index[0] != read_revision:
            raise Conflict(f"the index has revision {self._index[0]}, not {read_revision} any more", frozenset((0,)))
        self._index = (read_revision + 1, index)
