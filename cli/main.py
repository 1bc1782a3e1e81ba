"""The `anlass` command."""

from __future__ import annotations

import typer

from cli.brake import brake
from cli.demo.command import demo
from cli.dev.command import dev
from cli.diagram import diagram
from cli.explain import explain
from cli.openapi.command import openapi
from cli.reference.command import reference
from cli.rights import erase, export, proof
from cli.schemas import schemas
from cli.validate import validate

app = typer.Typer(
    help="Trigger-based marketing automation for shops, on the shop's own AWS account.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command()(brake)
app.command()(demo)
app.command()(dev)
app.command()(diagram)
app.command()(erase)
app.command()(explain)
app.command()(export)
app.command()(openapi)
app.command()(proof)
app.command()(reference)
app.command()(schemas)
app.command()(validate)

if __name__ == "__main__":
    app()
