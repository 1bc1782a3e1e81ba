"""`anlass openapi`: the committed document of the public endpoints, as the code makes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.openapi.document import document

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


def openapi(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if it is not as it would be.")] = False,
) -> None:
    """Write docs/openapi.json: every public endpoint and every answer that it can give."""
    text = json.dumps(document(), indent=2, ensure_ascii=False) + "\n"
    if FILE.exists() and FILE.read_text(encoding="utf-8") == text:
        typer.echo("docs/openapi.json is up to date")
        return
    if check:
        typer.echo("docs/openapi.json is not as the code makes it. Run `make openapi` and commit the result.", err=True)
        raise typer.Exit(1)
    FILE.write_text(text, encoding="utf-8")
    typer.echo("written: docs/openapi.json")
