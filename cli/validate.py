"""`anlass validate`: what publishing would say of a content folder, without publishing it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.language.diagnostics import Diagnostic
from anlass.language.folder import content_file
from anlass.language.folder_check import Folder, Piece
from anlass.language.schemas import NAMES_FILE
from rich.console import Console
from rich.progress import track

from cli.dev.content import FOLDER
from cli.findings import print_findings
from cli.schemas import shop_names

LONGEST = 2_000_000  # bytes of a file that are looked at; with so many it is too long in any case


def validate(
    content: Annotated[Path, typer.Argument(help="The content folder, or one file in it.")] = FOLDER,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for editors and scripts.")] = False,
) -> None:
    """Check a content folder as publishing would; fail if there are errors."""
    if not content.exists():
        raise typer.BadParameter(f"{content} is not there", param_hint="CONTENT")
    root = _root(content)
    files = dict(_read(root))
    names = shop_names(root / "schema" / NAMES_FILE) or NOTHING_HEARD
    found = _checked(files, names, shows_progress=not as_json)
    if content.is_file():
        only = content.resolve().relative_to(root.resolve()).as_posix()
        found = [each for each in found if each.file == only]
    errors = sum(each.severity == "error" for each in found)
    warnings = len(found) - errors
    if as_json:
        findings = [asdict(each) for each in found]
        document = {"files": len(files), "errors": errors, "warnings": warnings, "findings": findings}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False)
        print_findings(console, found, files, _before(root))
        console.print(_summary(len(files), errors, warnings, len({each.file for each in found})))
    if errors or (strict and warnings):
        raise typer.Exit(1)


def _root(content: Path) -> Path:
    """The folder that a file belongs to: the nearest one around it that has the settings or journeys."""
    if content.is_dir():
        return content
    around = [each for each in content.parents if (each / "settings.json").exists() or (each / "journeys").is_dir()]
    if not around:
        message = f"{content} is in no content folder: none around it has settings.json or journeys/"
        raise typer.BadParameter(message, param_hint="CONTENT")
    return around[0]


def _before(root: Path) -> str:
    """What stands before the paths below the folder: as short as it can be from here."""
    here, there = Path.cwd(), root.resolve()
    shown = there.relative_to(here) if there.is_relative_to(here) else there
    return "" if there == here else f"{shown.as_posix()}/"


def _read(root: Path) -> Iterator[tuple[str, str]]:
    """The files that publishing would look at; of those that it does not know, no more than their names."""
    for file in sorted(each for each in root.rglob("*") if each.is_file()):
        path = file.relative_to(root).as_posix()
        kind = content_file(path).kind
        if kind != "ignored":
            with file.open("rb") as opened:
                yield path, opened.read(LONGEST if kind != "unknown" else 0).decode("utf-8", "replace")


def _checked(files: dict[str, str], names: ShopNames, *, shows_progress: bool) -> list[Diagnostic]:
    pieces: Iterable[Piece] = Folder(files, names, datetime.now(UTC)).pieces()
    if shows_progress and sys.stderr.isatty():
        pieces = track(list(pieces), "Checking", console=Console(stderr=True), transient=True)
    found = dict.fromkeys(finding for piece in pieces for finding in piece())
    return sorted(found, key=lambda each: (each.file, each.line or 0, each.column or 0, each.code))


def _summary(files: int, errors: int, warnings: int, concerned: int) -> str:
    if not errors and not warnings:
        return f"[bold green]{files} files, and nothing to say.[/]"
    counted = [f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    colour = "bold red" if errors else "bold yellow"
    return f"[{colour}]{' and '.join(counted)}[/] in {concerned} of {files} files."
