"""The content bucket in memory."""

from __future__ import annotations


class MemoryContent:
    """`files` and `reports` by path."""

    def __init__(self, files: dict[str, str] | None = None) -> None:
        self.files = dict(files or {})
        self.reports: dict[str, tuple[str, str]] = {}  # path -> (text, content type)

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def list(self, prefix: str) -> list[str]:
        return sorted(path for path in self.files if path.startswith(prefix))

    def write(self, path: str, text: str) -> None:
        self.files[path] = text

    def forget_older(self, path: str) -> None:
        """Memory keeps no older versions."""

    def write_report(self, path: str, text: str, content_type: str) -> None:
        self.reports[path] = (text, content_type)
