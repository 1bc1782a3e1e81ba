"""`anlass explain PERSON`: why did she (not) get it?"""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import quote

import typer
from anlass.language.timeline.lines import timeline_from
from rich.console import Console

from cli.explain_text import timeline_text
from cli.rights import Person, Url, nobody
from cli.signed import LOCAL_URL, signed


def explain(
    person: Person,
    journey: Annotated[str | None, typer.Option(help="Of one journey only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines; times are UTC.")] = False,
    url: Url = LOCAL_URL,
) -> None:
    """Tell what happened to one person and why they got something, or did not: each rule with its values."""
    query = {"journey": journey} if journey is not None else {}
    told = signed("GET", url, f"/v1/profiles/{quote(person, safe='')}/timeline", query)
    if told is None:
        raise nobody(person, url)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        Console().print(timeline_text(timeline_from(told)), highlight=False)
