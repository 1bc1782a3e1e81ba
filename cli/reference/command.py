"""`anlass reference`: the page that tells everything a marketer may write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.reference.page import reference as page

FILE = Path(__file__).parents[2] / "docs" / "reference.md"


def reference(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if the page is not as it would be.")
    ] = False,
    file: Annotated[Path, typer.Option(help="Where the page is.")] = FILE,
) -> None:
    """Write docs/reference.md from the registry and the models."""
    text = page()
    if file.exists() and file.read_text(encoding="utf-8") == text:
        typer.echo("the reference is up to date")
    elif check:
        typer.echo(f"{file.name} is not as the models make it. Run `make reference` and commit the result.", err=True)
        raise typer.Exit(1)
    else:
        file.write_text(text, encoding="utf-8")
        typer.echo(f"written: {file.name}")
