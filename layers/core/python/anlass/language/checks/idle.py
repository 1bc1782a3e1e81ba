"""Journeys, and waits in them, of which nobody notices anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anlass.language.building import Build, Place, Problem
from anlass.language.checks.tree import steps
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.base import StepModel

_DOES_NOTHING = frozenset({"wait", "wait_for", "branch", "split", "repeat", "exit"})


def idle_parts(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """A journey that does nothing; a wait with nothing behind it.

    Where an exit or the goal may still find people, both are meant: the journey measures, the wait holds them there.
    """
    is_idle = journey.goal is None and all(step.kind() in _DOES_NOTHING for _, step in steps(journey))
    if is_idle:
        message = "This journey sends nothing and changes nothing."
        yield Problem(
            "journey.idle", ("steps",), message, 'Add a step, such as {"send": {"template": "…"}}.', "warning"
        )
        return
    if journey.goal is None and not journey.exit:
        yield from _at_the_end(journey.steps, ("steps",))
    for position, out in enumerate(journey.exit):
        yield from _at_the_end(out.steps, ("exit", position, "steps"))


def _at_the_end(several: Sequence[StepModel], place: Place) -> Iterator[Problem]:
    if not several or place[-2:] == ("repeat", "steps"):
        return
    last, at = several[-1], (*place, len(several) - 1)
    if last.kind() == "exit" and len(several) > 1:
        last, at = several[-2], (*place, len(several) - 2)
    if last.kind() == "wait":
        message = "Nothing comes after this wait, so nobody notices it."
        remedy = 'Take it out; that people do not enter again so soon is said with "entry": {"again": "after 7 days"}.'
        yield Problem("wait.idle", at, message, remedy, "warning")
    for inner, inner_steps in last.paths():
        yield from _at_the_end(inner_steps, (*at, *inner))
