"""What is wrong with a content file, said so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Diagnostic:
    """One finding. `file` is relative to the content folder, `path` points into the JSON.

    `message` says what is wrong, `remedy` what would be right. `line` and `column` count from 1; `length` characters
    from there are meant.
    """

    code: str
    file: str
    line: int | None
    path: str
    message: str
    remedy: str
    severity: Severity = "error"
    column: int | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line, in characters. `line` and `column` count from 1."""

    line: int
    column: int
    length: int = 1

    def finding(
        self, code: str, file: str, path: str, message: str, remedy: str, severity: Severity = "error"
    ) -> Diagnostic:
        """What is wrong here."""
        return Diagnostic(code, file, self.line, path, message, remedy, severity, self.column, self.length)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "orders"? `, or nothing when no known word is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"? ' if close else ""


def has_errors(findings: Iterable[Diagnostic]) -> bool:
    return any(finding.severity == "error" for finding in findings)
