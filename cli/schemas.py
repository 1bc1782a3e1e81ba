"""`anlass schemas`: the JSON Schemas that an editor completes content files with, made from the models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anlass.language.schemas import all_schemas

FOLDER = Path(__file__).parents[1] / "content" / "schema"


def schemas(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if a file is not as it would be.")
    ] = False,
) -> None:
    """Write content/schema/*.schema.json from the models."""
    stale = []
    for name, text in all_schemas().items():
        file = FOLDER / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(file.name)
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if check and stale:
        typer.echo(
            f"not as the models make them: {', '.join(stale)}. Run `make schemas` and commit the result.", err=True
        )
        raise typer.Exit(1)
    typer.echo("the schemas are up to date" if not stale else f"written: {', '.join(stale)}")
