"""`anlass export`, `anlass erase`, `anlass proof`: the rights of one person, over the signed API."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from anlass.language.data_page import data_page
from anlass.language.pages.layout import language_of
from anlass.language.proof_page import proof_page
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.signed import LOCAL_URL, signed

Person = Annotated[
    str,
    typer.Argument(
        help="User id, e-mail address, phone number with its +, or a whole identity like a:<anonymousId>. Before a "
        'user id that itself begins like "u:", "a:" or "e:" write "u:".'
    ),
]
Url = Annotated[str, typer.Option(envvar="ANLASS_URL", help="Of the API; on this machine `anlass dev`.")]
Out = Annotated[Path | None, typer.Option(help="Write to this file instead.")]
Language = Annotated[str, typer.Option(help="Of the page: de or en.")]

EVERY = 2.0  # seconds between two looks at an erasure
STATES = ("burying", "running", "verifying", "done")
GONE = "verifying"  # nothing was found any more; what was being written just then, a second look finds


def export(
    person: Person,
    out: Out = None,
    html: Annotated[bool, typer.Option("--html", help="As one HTML file that opens anywhere.")] = False,
    language: Language = "de",
    url: Url = LOCAL_URL,
) -> None:
    """Everything that is kept of one person, as JSON with a readable summary."""
    whole = _whole(person, url)
    _write(data_page(whole, language_of(language)) if html else _text(whole), out)


def erase(
    person: Person,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON and nothing else.")] = False,
    wait: Annotated[bool, typer.Option(help="Until all is gone; a second look follows after ten minutes.")] = True,
    url: Url = LOCAL_URL,
) -> None:
    """Erase one person everywhere, and print the report. It cannot be taken back."""
    console = Console(stderr=as_json)
    if not yes:
        typer.confirm(f"Erase everything of {person} at {url}? Nobody can take that back.", abort=True)
    begun = signed("DELETE", url, f"/v1/profiles/{quote(person, safe='')}")
    if begun is None:
        raise nobody(person, url)
    report = _watched(begun["report"], url, console) if wait else begun["report"]
    if as_json:
        typer.echo(_text(report))
    else:
        _tell(report, console)


def proof(
    person: Person,
    out: Out = None,
    html: Annotated[bool, typer.Option("--html", help="As one page that prints.")] = False,
    language: Language = "de",
    url: Url = LOCAL_URL,
) -> None:
    """What one person's consents rest on: every statement, and what each double opt-in showed and sent."""
    whole = _whole(person, url, with_events=False)
    told = {name: whole[name] for name in ("person", "made_at", "addresses", "consents", "ledger", "proofs")}
    _write(proof_page(told, language_of(language)) if html else _text(told), out)


def _whole(person: str, url: str, *, with_events: bool = True) -> dict[str, Any]:
    """All pages together."""
    path = f"/v1/profiles/{quote(person, safe='')}"
    whole = signed("GET", url, path)
    if whole is None:
        raise nobody(person, url)
    while with_events and whole["next"] is not None:
        page = signed("GET", url, path, {"after": whole["next"]})
        if page is None:  # erased just now
            raise nobody(person, url)
        whole = {**whole, "events": [*whole["events"], *page["events"]], "next": page["next"]}
    return whole


def _watched(report: dict[str, Any], url: str, console: Console) -> dict[str, Any]:
    """The report when everything is gone."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Erasing", total=STATES.index(GONE))
        while True:
            progress.update(task, completed=STATES.index(report["status"]), description=_said(report))
            if STATES.index(report["status"]) >= STATES.index(GONE):
                return report
            time.sleep(EVERY)
            found = signed("GET", url, f"/v1/erasures/{report['erasure']}")
            if found is None:
                raise typer.BadParameter(f"the erasure {report['erasure']} is gone; look at the function's log")
            report = found


def _said(report: dict[str, Any]) -> str:
    return f"Erasing: {sum(report['erased'].values())} rows"


def _tell(report: dict[str, Any], console: Console) -> None:
    console.print(f"Erasure {report['erasure']}: {report['status']}", highlight=False)
    for kind, rows in report["erased"].items():
        console.print(f"  {rows:>6} {kind}", highlight=False)
    for path in report["content_changed"]:
        console.print(f"  taken out of content/{path}", highlight=False)
    for path in report["content_to_look_at"]:
        console.print(f"  [bold]look for an address of theirs in content/{path}[/bold]", highlight=False)
    console.print("What stays:", highlight=False)
    for stays in report["stays"]:
        console.print(f"  {stays['what']}. {stays['why']}", highlight=False)


def nobody(person: str, url: str) -> typer.Exit:
    """Says so, and is the end of a command with 1: it was understood."""
    Console(stderr=True).print(f"Nothing is kept of {person} at {url}.", highlight=False, soft_wrap=True)
    return typer.Exit(1)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"written: {out}")
