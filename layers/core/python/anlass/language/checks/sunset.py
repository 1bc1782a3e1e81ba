"""Nobody is to be taken for gone only because no opening was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anlass.language.building import Build, Place, Problem
from anlass.language.conditions import AllOf, AnyOf, Clause, MessageIs, Not
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.base import StepModel
from anlass.language.steps.branch import UNSURE, BranchStep, When
from anlass.language.steps.wait_for import WaitForStep
from anlass.language.tree import parts

_SEEN = frozenset({"Email Opened", "Email Link Clicked", "Push Tapped"})


@dataclass(frozen=True)
class _Evidence:
    """What has been asked on the way: of openings and clicks, and of anything else."""

    seen: bool = False
    other: bool = False

    def __or__(self, more: _Evidence) -> _Evidence:
        return _Evidence(self.seen or more.seen, self.other or more.other)


def careless_sunsets(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """Where openings are not tracked, who reads everything looks like who reads nothing."""
    yield from _walk(journey.steps, ("steps",), _Evidence())
    for position, out in enumerate(journey.exit):
        yield from _walk(out.steps, ("exit", position, "steps"), _Evidence(other=out.event not in _SEEN))


def _walk(several: Sequence[StepModel], place: Place, evidence: _Evidence) -> Iterator[Problem]:
    for position, step in enumerate(several):
        at = (*place, position)
        if step.kind() == "sunset" and evidence.seen and not evidence.other:
            message = "Who comes here is known only not to have opened or clicked, and many read without being seen."
            remedy = (
                'Ask for something else too: a button in the mail (wait_for "Button Pressed"), a visit, a purchase.'
            )
            yield Problem("sunset.opens", at, message, remedy)
        asked = _asked(step)
        for inner, inner_steps in step.paths():
            yield from _walk(inner_steps, (*at, *inner), evidence | asked)
        if any(each.ends for _, path in step.paths() for each in path):
            evidence = evidence | asked  # who is still here has not gone that way


def _asked(step: StepModel) -> _Evidence:
    """What decides which way people go at this step."""
    found = _Evidence()
    if isinstance(step, BranchStep):
        for path in step.branch:
            if isinstance(path, When):
                found |= _of(path.when)
    elif isinstance(step, WaitForStep):
        for answer in step.wait_for.first_of:
            found |= _Evidence(seen=answer.event in _SEEN, other=answer.event not in _SEEN)
    return found


def _of(condition: Clause) -> _Evidence:
    found = _Evidence()
    for part in parts(condition):
        match part.model:
            case MessageIs(is_=state):
                found |= _Evidence(seen=state in UNSURE)
            case AllOf() | AnyOf() | Not():
                pass
            case Clause():
                found |= _Evidence(other=True)
    return found
