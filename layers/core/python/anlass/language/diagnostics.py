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
    """One finding. `file` is relative to the content folder, `line` counts from 1, `path` points into the JSON.

    `message` says what is wrong, `remedy` what would be right.
    """

    code: str
    file: str
    line: int | None
    path: str
    message: str
    remedy: str
    severity: Severity = "error"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "orders"? `, or nothing when no known word is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"? ' if close else ""


def has_errors(findings: Iterable[Diagnostic]) -> bool:
    return any(finding.severity == "error" for finding in findings)
