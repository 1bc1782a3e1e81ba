"""Prints findings as a compiler does: place and message, the line with what is meant underlined, the remedy."""

from __future__ import annotations

from collections.abc import Mapping

from anlass.language.diagnostics import Diagnostic
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_COLOURS = {"error": "bold red", "warning": "bold yellow"}
WIDEST = 140  # characters of a source line; minified JSON has thousands


def print_findings(console: Console, findings: list[Diagnostic], files: Mapping[str, str], root: str) -> None:
    """`files`: text by path below the folder; `root` is put before the paths, so that a terminal can open them."""
    for finding in findings:
        # soft_wrap: what is copied, or read by an editor, has one line for one line.
        console.print(_told(finding, files.get(finding.file), root), soft_wrap=True)


def _told(finding: Diagnostic, source: str | None, root: str) -> Text:
    colour = _COLOURS[finding.severity]
    place = ":".join(str(part) for part in (f"{root}{finding.file}", finding.line, finding.column) if part is not None)
    text = Text(f"{place}: ", style="bold")
    text.append(f"{finding.severity}[{finding.code}]", style=colour)
    text.append(f": {finding.message}\n", style="bold")
    if source is not None and finding.line is not None:
        text.append(_quoted(finding, source, colour))
    text.append("  help: ", style="bold cyan")
    text.append(f"{finding.remedy}\n", style="not bold")
    return text


def _quoted(finding: Diagnostic, source: str, colour: str) -> Text:
    """The line, and below it ^ under what is meant."""
    lines = source.replace("\r", "").split("\n")
    if finding.line is None or finding.line > len(lines):
        return Text()
    line, at, length = _cut(lines[finding.line - 1].removeprefix("\ufeff"), finding.column, finding.length or 1)
    margin = " " * len(str(finding.line))
    text = Text(f"  {finding.line} | ", style="blue")
    text.append(f"{line}\n", style="default")
    if at is not None:
        # Tabs stay tabs, and wide characters are as wide as they are, so that the mark stands below what it means.
        indent = "".join(sign if sign == "\t" else " " * cell_len(sign) for sign in line[:at])
        marks = "^" * max(cell_len(line[at : at + length]), 1)
        text.append(f"  {margin} | ", style="blue")
        text.append(f"{indent}{marks}\n", style=colour)
    return text


def _cut(line: str, column: int | None, length: int) -> tuple[str, int | None, int]:
    """A window of a long line around what is meant, and where it begins in it."""
    at = column - 1 if column is not None else None
    if len(line) <= WIDEST:
        return line, at, length
    begins = max(min((at or 0) - WIDEST // 3, len(line) - WIDEST), 0)
    window = line[begins : begins + WIDEST]
    before, after = "…" if begins else "", "…" if begins + WIDEST < len(line) else ""
    at = at - begins + len(before) if at is not None else None
    return f"{before}{window}{after}", at, min(length, WIDEST - (at or 0))
