"""A person's timeline for the terminal: readable in 80 columns, with colours where there are any."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import groupby
from zoneinfo import ZoneInfo

from anlass.language.timeline.lines import Kind, Line, Timeline
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_MARKS: dict[Kind, tuple[str, str]] = {
    "event": ("·", "dim"),
    "consent": ("§", "magenta"),
    "refused": ("✗", "yellow"),
    "left": ("■", "blue"),
    "entered": ("▶", "bold blue"),
    "step": ("│", ""),
    "made": ("✎", ""),
    "closed": ("✉", "bold"),
    "feedback": ("↩", "cyan"),
    "done": ("■", "blue"),
    "present": ("…", "bold"),
}
_LOOKS = {"allowed": ("✓", "green"), "deferred": ("⏳", "yellow"), "skipped": ("✗", "red"), "held": ("⏸", "yellow")}


def timeline_text(timeline: Timeline) -> RenderableType:
    zone = ZoneInfo(timeline.zone)
    head = Text.assemble((timeline.profile, "bold"), f"   all times in {timeline.zone}")
    parts: list[RenderableType] = [head]
    for day, lines in groupby(timeline.lines, key=lambda line: line.at.astimezone(zone).date()):
        parts += [Text(f"\n{day:%A, %d %B %Y}", style="bold underline"), _day(list(lines), zone)]
    if not timeline.lines:
        parts.append(Text("\nNothing is kept that happened.", style="dim"))
    parts.append(Text("\nNow", style="bold underline"))
    for heading, said in timeline.now.items():
        parts.append(Text(heading, style="bold"))
        parts += [Padding(Text(each), (0, 0, 0, 2)) for each in said]
    parts += [Text("\nWhy", style="bold underline"), *_answers(timeline)]
    return Group(*parts)


def _day(lines: list[Line], zone: tzinfo) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(no_wrap=True, width=2)
    table.add_column(ratio=1, overflow="fold")
    before = ""
    for line in lines:
        time = f"{line.at.astimezone(zone):%H:%M}"
        mark, style = _LOOKS.get(str(line.facts.get("outcome")), ("", "")) if line.kind == "look" else _MARKS[line.kind]
        said = Text()
        if line.journey is not None:
            said.append(f"{line.journey}  ", style="cyan")
        said.append(line.text, style=style)
        for why in line.why:
            said.append(f"\n  {why}", style="dim")
        table.add_row(time if time != before else "", Text(mark, style=style), said)
        before = time
    return table


def _answers(timeline: Timeline) -> Iterator[RenderableType]:
    for answer in timeline.answers:
        yield Text(answer.journey, style="bold cyan")
        yield Padding(Text(answer.text), (0, 0, 0, 2))
