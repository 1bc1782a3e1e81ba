"""Whoever typed an address into a form need not be its owner: what a journey may do before that one confirms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from anlass.domain.registry.events import CONFIRMED
from anlass.domain.subscribing import REQUESTED
from anlass.language.building import Build, Place, Problem
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.base import StepModel
from anlass.language.steps.branch import BranchStep, Else
from anlass.language.steps.repeat import RepeatStep
from anlass.language.steps.send import SendStep
from anlass.language.steps.wait_for import WaitForStep
from anlass.language.surroundings import Surroundings

MOST = 2  # messages that ask: one, and a reminder
_LATER = (
    f'Put it into the steps of an exit or a wait_for on "{CONFIRMED}", or start a journey of its own with that event.'
)
_CHANGES = {
    "subscribe": "nobody has agreed yet but whoever typed the address",
    "update": "whoever typed the address need not be this person",
}


@dataclass(frozen=True)
class _State:
    """Before a step, on the way there with the most messages that ask."""

    asked: int = 0
    is_confirmed: bool = False
    is_over: bool = False  # nobody goes on from here
    repeats: bool = False

    def __or__(self, other: _State) -> _State:
        """After ways that meet again."""
        if self.is_over or other.is_over:
            return other if self.is_over else self
        return replace(self, asked=max(self.asked, other.asked), is_confirmed=self.is_confirmed and other.is_confirmed)


def unconfirmed(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """Journeys that a request starts."""
    if not any(REQUESTED in trigger.enters_with for _, trigger in journey.triggers()):
        return
    found: list[Problem] = []
    _walk(journey.steps, ("steps",), _State(), around, found)
    for position, out in enumerate(journey.exit):
        start = _State(is_confirmed=out.event == CONFIRMED)
        _walk(out.steps, ("exit", position, "steps"), start, around, found)
    yield from found


def _walk(
    several: Sequence[StepModel], place: Place, state: _State, around: Surroundings, found: list[Problem]
) -> _State:
    for position, step in enumerate(several):
        state = _through(step, (*place, position), state, around, found)
    return state


def _through(step: StepModel, at: Place, state: _State, around: Surroundings, found: list[Problem]) -> _State:
    if isinstance(step, SendStep):
        return _sent(step, at, state, around, found)
    if step.kind() in _CHANGES and not state.is_confirmed:
        message = f"This comes before the confirmation: {_CHANGES[step.kind()]}."
        found.append(Problem("step.unconfirmed", at, message, _LATER))
    inside = replace(state, repeats=state.repeats or (isinstance(step, RepeatStep) and step.repeat.times > 1))
    after = [
        _walk(
            inner,
            (*at, *place),
            replace(inside, is_confirmed=state.is_confirmed or _confirms(step, place)),
            around,
            found,
        )
        for place, inner in step.paths()
    ]
    if step.ends:
        return replace(state, is_over=True)
    if not after:
        return state
    joined = after[0]
    for each in after[1:]:
        joined |= each
    if isinstance(step, BranchStep) and not isinstance(step.branch[-1], Else):
        joined |= state
    return replace(joined, repeats=state.repeats)


def _sent(step: SendStep, at: Place, state: _State, around: Surroundings, found: list[Problem]) -> _State:
    template, place = step.send.template, (*at, "send", "template")
    purpose = around.purpose_of(template)
    if purpose == "marketing" and not state.is_confirmed:
        message = f'"{template}" is marketing, and here nobody has confirmed that they want any.'
        found.append(Problem("step.unconfirmed", place, message, _LATER))
    if purpose != "confirmation":
        return state
    if state.repeats or state.asked >= MOST:
        often = "again and again" if state.repeats else "a third time"
        message = f'"{template}" asks {often} for a confirmation: one reminder is all that is allowed.'
        remedy = "Ask once, and remind once: who does not answer does not want it."
        found.append(Problem("send.pressing", place, message, remedy))
    return replace(state, asked=state.asked + 1)


def _confirms(step: StepModel, path: Place) -> bool:
    """Whether this path of a wait is taken by who has confirmed."""
    if not isinstance(step, WaitForStep):
        return False
    answers = step.wait_for.first_of
    return any(
        answer.event == CONFIRMED and path[:3] == ("wait_for", "first_of", number)
        for number, answer in enumerate(answers)
    )
