"""The content folder as one look at it saw it: nothing is fetched twice."""

from __future__ import annotations

from anlass.ports import Content


class ReadOnce:
    """Passes on what is written. A block that fifty templates include is fetched once, not fifty times."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._files: dict[str, str | None] = {}
        self._lists: dict[str, list[str]] = {}

    def read(self, path: str) -> str | None:
        if path not in self._files:
            self._files[path] = self._content.read(path)
        return self._files[path]

    def list(self, prefix: str) -> list[str]:
        if prefix not in self._lists:
            self._lists[prefix] = self._content.list(prefix)
        return self._lists[prefix]

    def write(self, path: str, text: str) -> None:
        self._content.write(path, text)
        self._files[path] = text

    def write_report(self, path: str, text: str, content_type: str) -> None:
        self._content.write_report(path, text, content_type)
