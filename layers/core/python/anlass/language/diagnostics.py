"""What is wrong with a content file, said so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]

MOST_FINDINGS = 200
LONGEST_WORDS = 900  # characters of a message, a remedy or a path: a file may hold anything, and they quote it


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
        path, message, remedy = map(_shortened, (path, message, remedy))
        return Diagnostic(code, file, self.line, path, message, remedy, severity, self.column, self.length)


def _shortened(words: str) -> str:
    """Without its middle if it quotes a novel."""
    return words if len(words) <= LONGEST_WORDS else f"{words[:500]} … {words[-300:]}"


def in_order(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those of one file as they stand in it, each once; of very many the first."""
    ordered = sorted(dict.fromkeys(findings), key=lambda each: (each.line or 0, each.column or 0, each.path))
    if len(ordered) <= MOST_FINDINGS:
        return ordered
    *kept, last = ordered[:MOST_FINDINGS]
    message = f"There are {len(ordered) - len(kept)} more findings from here on."
    return [*kept, replace(last, code="content.more", message=message, remedy="Mend those before first.")]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "orders"? `, or nothing when no known word is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"? ' if close else ""


def has_errors(findings: Iterable[Diagnostic]) -> bool:
    return any(finding.severity == "error" for finding in findings)
