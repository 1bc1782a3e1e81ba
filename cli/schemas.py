"""`anlass schemas`: the JSON Schemas that an editor completes content files with, made from the models.

With a shop's names they offer its own events, properties and traits too. The publisher writes the same files into the
content bucket; here they are made for a folder on this machine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from anlass.domain.names import ShopNames, names_from
from anlass.language.schemas import NAMES_FILE, all_schemas, schema_files

FOLDER = Path(__file__).parents[1] / "content" / "schema"


def schemas(
    names: Annotated[
        Path | None, typer.Option(help="What the shop sends: names.json of its content bucket, in content/schema/.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where the schemas are. If names.json is there, it is used.")] = FOLDER,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if a file is not as it would be.")
    ] = False,
) -> None:
    """Write content/schema/*.schema.json from the models, and from the names that a shop uses."""
    known = shop_names(names or folder / NAMES_FILE, is_needed=names is not None)
    stale = []
    for name, text in (schema_files(known) if known else all_schemas()).items():
        file = folder / name
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


def shop_names(file: Path, *, is_needed: bool = False) -> ShopNames | None:
    """The names in the file; None if there is none, and nobody asked for it. Exits if it cannot be read."""
    if not file.exists() and not is_needed:
        return None
    try:
        return names_from(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as wrong:
        raise typer.BadParameter(f"{file} holds no names ({type(wrong).__name__}); get it from the bucket") from wrong
