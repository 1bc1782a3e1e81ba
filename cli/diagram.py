"""`anlass diagram`: the picture of a journey as mermaid and SVG, and content/README.md with all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from anlass.language.compiler import compile_journey
from anlass.language.diagnostics import did_you_mean, has_errors
from anlass.language.journey_file import JourneyFile
from anlass.language.picture.graph import Picture, picture_of
from anlass.language.picture.mermaid import mermaid
from anlass.language.picture.svg import svg
from rich.console import Console

from cli.dev.content import FOLDER
from cli.findings import print_findings
from cli.gallery import Shown, gallery

Format = Literal["mermaid", "svg"]
_SUFFIXES: dict[Format, str] = {"mermaid": ".mmd", "svg": ".svg"}
_DRAWN = {"mermaid": mermaid, "svg": svg}


def diagram(
    journey: Annotated[str | None, typer.Argument(help="The id of a journey, or its file.", show_default=False)] = None,
    content: Annotated[Path, typer.Option(help="The content folder.")] = FOLDER,
    format_: Annotated[Format | None, typer.Option("--format", help="One of both; else both are written.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Where to write it, - for the terminal; else <id>.mmd and <id>.svg here.")
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Write README.md into the content folder, with every one.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="With --all: write nothing; fail if it is not as it would be.")
    ] = False,
) -> None:
    """Draw the path of a journey: JOURNEY.mmd (mermaid) and JOURNEY.svg, written here."""
    if all_ == (journey is not None) or (check and not all_) or (all_ and (output or format_)):
        raise typer.BadParameter("name one journey, or write --all (with --check, if you like)")
    if journey is None:
        _all(content, check=check)
    else:
        file = _file(journey, content)
        _write(_picture(file), file.stem, format_, output)


def _write(picture: Picture, id_: str, format_: Format | None, output: Path | None) -> None:
    if output is None:
        for each in (format_,) if format_ else _SUFFIXES:
            _save(Path(f"{id_}{_SUFFIXES[each]}"), _DRAWN[each](picture))
        return
    chosen = format_ or next((each for each, suffix in _SUFFIXES.items() if suffix == output.suffix.lower()), None)
    if chosen is None:
        raise typer.BadParameter(f"what is {output}? Say --format mermaid or --format svg", param_hint="--output")
    if str(output) == "-":
        sys.stdout.write(_DRAWN[chosen](picture))
    else:
        _save(output, _DRAWN[chosen](picture))


def _save(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(f"{file} cannot be written: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"written: {file}")


def _all(content: Path, *, check: bool) -> None:
    files = sorted((content / "journeys").glob("*.json"))
    if not files:
        typer.echo(f"there is no journey in {content / 'journeys'}", err=True)
        raise typer.Exit(1)
    text, readme = gallery(content, [Shown(file, *_model_and_picture(file)) for file in files]), content / "README.md"
    if readme.exists() and readme.read_text(encoding="utf-8") == text:
        typer.echo("the pictures are up to date")
    elif check:
        typer.echo(f"{readme} is not as the journeys make it. Run `make pictures` and commit the result.", err=True)
        raise typer.Exit(1)
    else:
        _save(readme, text)


def _file(journey: str, content: Path) -> Path:
    """The journey's file, whether it was named by id or by path."""
    file = Path(journey) if journey.endswith(".json") else content / "journeys" / f"{journey}.json"
    if file.is_file():
        return file
    known = sorted(each.stem for each in (content / "journeys").glob("*.json"))
    listed = f"There are {', '.join(known)}." if known else "There is none at all."
    typer.echo(f"there is no {file}. {did_you_mean(journey, known)}{listed}", err=True)
    raise typer.Exit(1)


def _picture(file: Path) -> Picture:
    return _model_and_picture(file)[1]


def _model_and_picture(file: Path) -> tuple[JourneyFile, Picture]:
    """Ends with what is wrong if the file is broken: half a picture would mislead."""
    text = file.read_text(encoding="utf-8", errors="replace")
    compiled = compile_journey(file.name, text)
    if has_errors(compiled.diagnostics) or compiled.document is None:
        folder = "" if file.parent == Path() else f"{file.parent}/"
        print_findings(Console(stderr=True, highlight=False), compiled.diagnostics, {file.name: text}, folder)
        typer.echo(f"{file.name} is not drawn: mend it first.", err=True)
        raise typer.Exit(1)
    model = JourneyFile.model_validate(compiled.document)
    return model, picture_of(model)
