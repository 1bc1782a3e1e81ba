"""Journeys, and waits in them, of which nobody notices anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anlass.language.building import Build, Place, Problem
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.base import StepModel
from anlass.language.surroundings import Surroundings
from anlass.language.tree import steps

_DOES_NOTHING = frozenset({"wait", "wait_for", "branch", "split", "repeat", "exit"})
# For these nobody qualifies before a journey is there: they mean days to come, a change, or another journey.
_NEVER_BEFORE = frozenset({"date", "schedule", "change", "enrolled"})


def idle_journeys(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """Nobody hears of it and nothing changes. With a goal it measures at least."""
    if journey.goal is None and _is_idle(journey):
        message = "This journey sends nothing and changes nothing."
        yield Problem(
            "journey.idle", ("steps",), message, 'Add a step, such as {"send": {"template": "…"}}.', "warning"
        )
    if journey.holdout == 100:
        message = "Everybody is held out: nobody gets anything of this journey."
        yield Problem("journey.idle", ("holdout",), message, 'Write for example 10, or "status": "off".', "warning")
    if 0 < journey.holdout < 1:
        message = f"{journey.holdout:g} is {journey.holdout:g} %: of 1,000 people {journey.holdout * 10:g} get nothing."
        remedy = f"For {journey.holdout * 100:g} % write {journey.holdout * 100:g}."
        yield Problem("journey.holdout", ("holdout",), message, remedy, "warning")
    types = {getattr(trigger, "type", "") for _, trigger in journey.triggers()}
    if journey.entry.backfill is not None and types <= _NEVER_BEFORE:
        message = f"Nobody qualifies for this journey before it is there: it starts by {' or '.join(sorted(types))}."
        yield Problem("journey.idle", ("entry", "backfill"), message, 'Leave "backfill" out.', "warning")


def idle_waits(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:  # noqa: ARG001
    """A wait with nothing behind it.

    It is meant where it holds people for an exit or the goal, or where another journey asks whether they are in here.
    """
    if _is_idle(journey) or around.is_asked_about(journey.id) is not False:
        return
    if journey.goal is None and not journey.exit:
        yield from _at_the_end(journey.steps, ("steps",))
    for position, out in enumerate(journey.exit):
        yield from _at_the_end(out.steps, ("exit", position, "steps"))


def _is_idle(journey: JourneyFile) -> bool:
    return all(step.kind() in _DOES_NOTHING for _, step in steps(journey))


def _at_the_end(several: Sequence[StepModel], place: Place) -> Iterator[Problem]:
    if not several or place[-2:] == ("repeat", "steps") or any(step.ends for step in several[:-1]):
        return  # a round is followed by the next one; behind the end nobody is
    last, at = several[-1], (*place, len(several) - 1)
    if last.kind() == "exit" and len(several) > 1:
        last, at = several[-2], (*place, len(several) - 2)
    if last.kind() == "wait":
        message = "Nothing comes after this wait, so nobody notices it."
        remedy = 'Take it out; that people do not enter again so soon is said with "entry": {"again": "after 7 days"}.'
        yield Problem("wait.idle", at, message, remedy, "warning")
    for inner, inner_steps in last.paths():
        yield from _at_the_end(inner_steps, (*at, *inner))
