"""What was measured: lines of times with who else did the same, and the goals that were set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

OURS = "Anlass"
OTHERS = ("json-logic-qubit", "rule-engine", "transitions")


@dataclass(frozen=True, slots=True)
class Line:
    """Seconds that each needs for the same piece of work."""

    work: str
    seconds: Mapping[str, float]

    def times_ours(self, other: str) -> float | None:
        return self.seconds[other] / self.seconds[OURS] if other in self.seconds else None


@dataclass(frozen=True, slots=True)
class Goal:
    """`at_most` False: the limit is the least that is good."""

    name: str
    value: float
    limit: float
    unit: str = ""
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        return self.value <= self.limit if self.at_most else self.value >= self.limit


@dataclass(frozen=True, slots=True)
class Found:
    lines: tuple[Line, ...] = ()
    goals: tuple[Goal, ...] = ()

    def __add__(self, other: Found) -> Found:
        return Found(self.lines + other.lines, self.goals + other.goals)

    def to_json(self) -> dict[str, Any]:
        return {
            "work": [
                {
                    "name": line.work,
                    "microseconds": {name: round(1e6 * each, 4) for name, each in line.seconds.items()},
                    "times_ours": {name: round(line.times_ours(name) or 0, 2) for name in line.seconds},
                }
                for line in self.lines
            ],
            "goals": [
                {"name": g.name, "value": g.value, "limit": g.limit, "unit": g.unit, "is_met": g.is_met}
                for g in self.goals
            ],
        }


def print_found(console: Console, found: Found) -> None:
    console.print(_times(found))
    console.print(_goals(found))


def _times(found: Found) -> Table:
    table = Table(title="The same work, in one run; the others as multiples of our time")
    table.add_column("work")
    for name in (OURS, *OTHERS):
        table.add_column(name, justify="right")
    for line in found.lines:
        ratios = [line.times_ours(name) for name in OTHERS]
        table.add_row(
            line.work,
            f"{1e6 * line.seconds[OURS]:,.2f} µs",
            *(f"{ratio:,.1f} ×" if ratio is not None else "–" for ratio in ratios),
        )
    return table


def _goals(found: Found) -> Table:
    table = Table(title="Goals")
    table.add_column("what")
    table.add_column("goal", justify="right")
    table.add_column("found", justify="right")
    table.add_column("")
    for goal in found.goals:
        sign = "≤" if goal.at_most else "≥"
        met = "[green]met[/green]" if goal.is_met else "[red]missed[/red]"
        table.add_row(goal.name, f"{sign} {_number(goal.limit)} {goal.unit}", f"{_number(goal.value)} {goal.unit}", met)
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.2f}"
