"""Exits beside the goal: who reaches it leaves, whether an exit says so or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from anlass.language.building import Build, Problem
from anlass.language.checks.clashes import clash
from anlass.language.checks.heard import takes
from anlass.language.checks.kinds import Kind
from anlass.language.checks.literals import both, ways
from anlass.language.checks.possible import kinds_at
from anlass.language.journey_file import ExitModel, GoalModel, JourneyFile


def goals_beside_exits(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """An exit for some of those who reach the goal, as if the others stayed."""
    goal = journey.goal
    if goal is None:
        return
    exits = [out for out in journey.exit if out.event == goal.event]
    if any(takes(out, goal, build) for out in exits) or _take_together(exits, goal, build):
        return
    for position, out in enumerate(journey.exit):
        if out.event != goal.event or not takes(goal, out, build):
            continue
        key = "where" if out.where is not None else "match"
        whoever = f"Whoever reaches the goal{f' within {goal.within}' if goal.within else ''} leaves too"
        also = f'put another exit on "{goal.event}" behind this one, without "{key}"'
        if out.steps:
            message = f'{whoever}, without these steps: this "{key}" keeps nobody in the journey.'
            remedy = f'If that is meant, {also}; if the others are to stay, give the goal the same "{key}".'
        else:
            message = f'{whoever}: this "{key}" keeps nobody in the journey.'
            remedy = f'If the others are to stay, give the goal the same "{key}"; if not, take the exit out.'
        yield Problem("goal.leaves", ("exit", position, key), message, remedy, "warning")
        return  # of several such exits the same is true


def _take_together(exits: Sequence[ExitModel], goal: GoalModel, build: Build) -> bool:
    """Whether each event that is the goal is one of these exits, if it carries what is usual."""
    left = ways(goal.where, ()) if goal.where is not None else ((),)
    for out in exits:
        if out.match is None or out.match == goal.match:
            left = both(left, ways(out.where, (), is_true=False) if out.where is not None else ())
    kinds = kinds_at((goal.event,), build)

    def usual(field: str) -> Kind | None:
        kind = kinds(field)
        return kind and replace(kind, is_sure=True, is_always_there=True)

    return left is not None and all(clash(way, usual) is not None for way in left)
