"""`anlass brake`: how complaints stand, and whether marketing waits; sets or lifts the brake."""

from __future__ import annotations

import getpass
import json
import urllib.error
import urllib.request
from typing import Annotated, Any

import boto3
import typer
from rich.console import Console
from rich.table import Table


def brake(
    lift: Annotated[bool, typer.Option("--lift", help="Let marketing mails leave again.")] = False,
    set_: Annotated[bool, typer.Option("--set", help="Let them wait, whatever the rate is.")] = False,
    why: Annotated[str, typer.Option(help="What was found out; needed with --lift and --set.")] = "",
    by: Annotated[str, typer.Option(help="Who says so; you, if left out.")] = "",
    stage: Annotated[str, typer.Option(help="The deployed stage; left out: `anlass dev` on this machine.")] = "",
    region: Annotated[str, typer.Option(help="Its region.")] = "eu-central-1",
    port: Annotated[int, typer.Option(help="Of `anlass dev`.")] = 8787,
) -> None:
    """Say how complaints stand and whether marketing mails wait; --lift or --set the brake, with --why."""
    console = Console()
    if lift and set_:
        raise typer.BadParameter("--lift or --set, not both")
    asked: dict[str, str] = {}
    if lift or set_:
        if not why:
            raise typer.BadParameter("say --why: it is kept with the brake")
        asked = {"action": "lift" if lift else "set", "by": by or getpass.getuser(), "why": why}
    said = _of_stage(stage, region, asked) if stage else _of_this_machine(port, asked)
    held = "what sign-ups ask waits" if said["scope"] == "questions" else "marketing mails wait"
    console.print(f"[bold red]The brake is on: {held}." if said["on"] else "The brake is off.")
    if said["since"]:
        console.print(f"{'On' if said['on'] else 'Off'} since {said['since']}, by {said['by']}: {said['why']}")
    table = Table("within", "delivered", "complained", "%")
    for window, rate in said["rates"].items():
        percent = "no rate yet" if rate["percent"] is None else f"{rate['percent']:.3f}"
        table.add_row(window, str(rate["delivered"]), str(rate["complained"]), percent)
    console.print(table)


def _of_stage(stage: str, region: str, asked: dict[str, str]) -> dict[str, Any]:
    client = boto3.client("lambda", region_name=region)
    answer = client.invoke(FunctionName=f"anlass-{stage}-set_brake", Payload=json.dumps(asked).encode())
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise typer.BadParameter(str(said.get("errorMessage")))
    return said


def _of_this_machine(port: int, asked: dict[str, str]) -> dict[str, Any]:
    url = f"http://127.0.0.1:{port}/_local/brake"
    request = urllib.request.Request(url, json.dumps(asked).encode() if asked else None)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - this machine
            said: dict[str, Any] = json.load(answer)
    except urllib.error.URLError as fault:
        raise typer.BadParameter(f"nothing answers on port {port}: start `anlass dev`, or say --stage") from fault
    return said
