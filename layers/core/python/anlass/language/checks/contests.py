"""Splits that look for the better way where nothing tells it."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Problem
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.split import SplitStep
from anlass.language.tree import steps


def undecided_contests(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # as every check
    """Conversion is the share that reaches the goal, of those who are still in the journey."""
    for place, step in steps(journey):
        if not isinstance(step, SplitStep) or step.split.winner is None:
            continue
        if place[0] == "exit":
            message = "Who has left the journey is not watched for the goal any more: no way can win here."
            remedy = 'Leave "winner" out, or split before people leave.'
            yield Problem("split.in_exit", (*place, "split", "winner"), message, remedy)
        elif journey.goal is None:
            message = "Without a goal nobody can tell which way is the better one."
            remedy = 'Say what counts as success: "goal": {"event": "Order Completed"}.'
            yield Problem("split.no_goal", (*place, "split", "winner"), message, remedy)
