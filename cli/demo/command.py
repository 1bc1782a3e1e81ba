"""`anlass demo`: two weeks of a shop's traffic through the whole system."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.demo.counts import Counts, count, differences
from cli.demo.data import DataMissing, between, fetch_data, read_clicks
from cli.demo.mapping import Message, to_messages
from cli.demo.posts import to_posts
from cli.demo.replay import replay_in_memory, replay_on_runtime, rows_of_runtime, rows_of_simulation
from cli.demo.tables import bills, print_counts, print_differences, print_usage, ratios
from cli.dev import looking
from cli.dev.content import files, publish_all
from cli.inbox import file_link, inbox_page, message_page
from cli.recorder.prices import ASSUMPTIONS, PRICES
from cli.recorder.recorder import Recorder
from cli.recorder.usage import Usage
from cli.runtime.world import LocalRuntime
from cli.simulation import Simulation

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".demo"
CONTENT = ROOT / "content"
START = datetime(2024, 4, 26, tzinfo=UTC)
TRAFFIC = timedelta(days=14)
QUIET = timedelta(days=14)  # afterwards nobody does anything, and every journey comes to its end


def demo(
    all_: Annotated[bool, typer.Option("--all", help="All six months, in memory only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Replay two weeks of a real shop's clicks on a virtual clock, from HTTP to the mails."""
    console = Console(stderr=as_json)
    if not console.is_terminal:
        console.width = 110
    logging.getLogger("anlass.local").setLevel(logging.ERROR)
    try:
        clicks = read_clicks(fetch_data(FOLDER / "data"))
    except DataMissing as fault:
        console.print(f"[red]{fault}[/red]")
        raise typer.Exit(1) from fault
    start = clicks[0].at.replace(hour=0, minute=0, second=0) if all_ else START
    end = clicks[-1].at if all_ else START + TRAFFIC
    clicks = clicks if all_ else between(clicks, start, end)
    messages = to_messages(clicks)
    shown = Shown(console, messages, start, end + QUIET, FOLDER / "inbox")
    console.print(
        f"{len(clicks):,} clicks of {len({c.user for c in clicks})} customers from {start:%Y-%m-%d} on, "
        f"then {QUIET.days} quiet days in which the journeys end. The clock is virtual."
    )
    report: dict[str, Any] = {"clicks": len(clicks), "messages": len(messages), "requests": len(shown.posts)}
    if all_:
        counts = shown.in_memory()
        found: list[str] = []
        print_counts(console, counts, len(clicks), len(messages), len(shown.posts))
    else:
        counts, usage = shown.on_runtime()
        print_counts(console, counts, len(clicks), len(messages), len(shown.posts))
        print_usage(console, usage, counts, len(messages))
        found = differences(counts, shown.in_memory(), ("on moto", "in memory"))
        print_differences(console, found)
        report |= {"aws": _usage_json(usage, counts, len(messages)), "differences": found}
        console.print(f"Every mail, to look at: {(shown.inbox / 'index.html').as_uri()}")
    if as_json:
        typer.echo(json.dumps({**report, "counts": counts.to_json()}, indent=2))
    if found:
        raise typer.Exit(1)


class Shown:
    """The replay, with its progress on the console."""

    def __init__(
        self, console: Console, messages: list[Message], start: datetime, until: datetime, inbox: Path
    ) -> None:
        self.console = console
        self.messages = messages
        self.posts = list(to_posts(messages))
        self.start = start
        self.until = until
        self.inbox = inbox

    def on_runtime(self) -> tuple[Counts, Usage]:
        """Through the functions, as they are deployed, on moto. Leaves the mails in the folder `inbox`."""
        with LocalRuntime(self.start) as runtime:
            recorder = Recorder(runtime)
            publish_all(runtime, CONTENT)
            begun = recorder.usage()
            with self._progress("through the functions, on moto", lambda: len(runtime.outbox.mails)) as progress:
                replay_on_runtime(runtime, self.posts, self.until, progress)
            usage = recorder.usage() - begun
            write_inbox(looking.messages(runtime, runtime.application()), self.inbox)
            return count(rows_of_runtime(runtime), self.messages), usage

    def in_memory(self) -> Counts:
        simulation = Simulation(self.start)
        simulation.publish({path: content.decode() for path, content in files(CONTENT).items()})
        with self._progress("the same in memory", lambda: len(simulation.mailer.tried)) as progress:
            replay_in_memory(simulation, self.posts, self.until, progress)
        return count(rows_of_simulation(simulation), self.messages)

    @contextmanager
    def _progress(self, title: str, mails: Callable[[], int]) -> Iterator[Callable[[datetime, int], None]]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[now]}  {task.fields[taken]:>6,} events in  {task.fields[mails]:>4,} mails out"),
            TimeElapsedColumn(),
        )
        whole = (self.until - self.start).total_seconds()
        with Progress(*columns, console=self.console) as bar:
            task = bar.add_task(title, total=whole, now=f"{self.start:%Y-%m-%d}", taken=0, mails=0)
            shown = 0.0

            def show(now: datetime, taken: int) -> None:
                nonlocal shown
                if time.monotonic() - shown < 0.1 and now < self.until:
                    return
                shown = time.monotonic()
                done = (now - self.start).total_seconds()
                bar.update(task, completed=done, now=f"{now:%Y-%m-%d}", taken=taken, mails=mails())

            yield show


def write_inbox(messages: list[dict[str, Any]], folder: Path) -> None:
    """`index.html` and a page for each mail; mails of an earlier run are gone."""
    mails = folder / "mails"
    mails.mkdir(parents=True, exist_ok=True)
    for old in mails.glob("*.html"):
        old.unlink()
    title = "What the shop sent in two weeks"
    (folder / "index.html").write_text(inbox_page(messages, file_link, title), encoding="utf-8")
    for message in messages:
        page = message_page(message, back="../index.html")
        (mails / f"{message['id']}.html").write_text(page, encoding="utf-8")


def _usage_json(usage: Usage, counts: Counts, messages: int) -> dict[str, Any]:
    return {
        "requests": [{**request._asdict(), "count": number} for request, number in sorted(usage.requests.items())],
        "invocations": dict(sorted(usage.invocations.items())),
        "polls": dict(sorted(usage.polls.items())),
        "state_transitions": usage.transitions,
        "calendar_rings": usage.rings,
        "per": {
            name: {"count": number, "requests": requests, "poller_requests": polls}
            for name, number, requests, polls in ratios(usage, messages)
        },
        "list_price_usd": {
            title: {"total": str(bill.usd), **{PRICES[line.price].unit: str(line.usd) for line in bill.lines}}
            for title, bill, _ in bills(usage, counts, messages)
        },
        "assumptions": list(ASSUMPTIONS),
    }
