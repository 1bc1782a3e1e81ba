"""`anlass dev`: the local runtime as a server."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from anlass.domain.comparing import as_time
from rich.console import Console
from rich.table import Table

from cli.dev.content import FOLDER, publish_all
from cli.dev.server import application
from cli.runtime.world import LocalRuntime

TICK_SECONDS = 1.0


def dev(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8787,
    virtual_clock: Annotated[
        bool, typer.Option("--virtual-clock", help="Time moves only by POST /_local/clock.")
    ] = False,
    start: Annotated[str | None, typer.Option(help="Where the virtual clock starts, ISO, UTC.")] = None,
    content: Annotated[Path, typer.Option(help="The content folder to publish.")] = FOLDER,
) -> None:
    """Serve the public API, an inbox page and /_local on this machine. Write keys: local-server, local-browser."""
    begin = datetime.now(UTC)
    if start is not None:
        parsed = as_time(start)
        if parsed is None or not virtual_clock:
            raise typer.BadParameter("--start wants an ISO time and --virtual-clock, like 2026-12-01T09:00:00Z")
        begin = parsed
    console = Console(stderr=True)
    with LocalRuntime(begin, public_url=f"http://127.0.0.1:{port}") as runtime:
        reports = publish_all(runtime, content)
        console.print(_table(reports))
        console.print(f"Inbox: http://127.0.0.1:{port}/   Events: POST http://127.0.0.1:{port}/v1/batch")
        if not virtual_clock:
            threading.Thread(target=_follow_real_time, args=(runtime,), daemon=True).start()
        uvicorn.run(application(runtime), host="127.0.0.1", port=port, log_level="warning", access_log=False)


def _follow_real_time(runtime: LocalRuntime) -> None:
    while True:
        time.sleep(TICK_SECONDS)
        now = datetime.now(UTC)
        if now > runtime.clock.now():
            runtime.advance(now)


def _table(reports: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("content", "is", "what is wrong or missing")
    for name, report in reports.items():
        if report["status"] != "ignored":
            findings = [f"{f['message']} {f['remedy']}" for f in report["diagnostics"]]
            table.add_row(name, report["status"], "\n".join([*findings, *map(str, report["missing"])]))
    return table
