"""Splits that look for the better way with nothing to tell it by."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Problem
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.split import SplitStep
from anlass.language.tree import steps


def contests_without_goal(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # as every check
    """Conversion is the share that reaches the goal."""
    if journey.goal is not None:
        return
    for place, step in steps(journey):
        if isinstance(step, SplitStep) and step.split.winner is not None:
            message = "Without a goal nobody can tell which way is the better one."
            remedy = 'Say what counts as success: "goal": {"event": "Order Completed"}.'
            yield Problem("split.no_goal", (*place, "split", "winner"), message, remedy)
