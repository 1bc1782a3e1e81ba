"""`anlass dev`: the local runtime as a server."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from anlass.domain.comparing import as_time
from rich.console import Console
from rich.progress import track
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
        reports = publish_all(
            runtime, content, lambda units: track(units, "Publishing", console=console, transient=True)
        )
        _tell(reports, console)
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


def _tell(reports: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    """How many are live, and of what there is more to say."""
    table = Table("content", "is", "what is wrong or missing")
    live = Counter(name.partition("/")[0] for name, report in reports.items() if report["status"] == "live")
    for name, report in reports.items():
        told = [f"{f['message']} {f['remedy']}" for f in report["diagnostics"]]
        told += [f"It waits for {missing}." for missing in report["missing"]]
        if report["status"] != "ignored" and (told or report["status"] != "live"):
            table.add_row(name, report["status"], "\n".join(told))
    console.print(f"Live: {', '.join(f'{number} {kind}' for kind, number in live.items() if kind != 'settings')}")
    if table.rows:
        console.print(table)
