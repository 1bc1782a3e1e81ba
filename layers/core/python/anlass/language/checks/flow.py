"""What lies on the way to a step: messages that have only just left, and time that has passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from anlass.language.building import Build, Place
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.base import StepModel
from anlass.language.steps.branch import BranchStep, Else
from anlass.language.steps.exit import ExitStep
from anlass.language.steps.repeat import RepeatStep

TAKES_TIME = frozenset({"wait", "wait_for"})


@dataclass(frozen=True)
class Visit:
    """A step as it is reached. `fresh`: the sends right before it, with no time between; `is_at_once`: no time has
    passed since the journey (or its exit) began.
    """

    place: Place
    step: StepModel
    fresh: frozenset[str]
    is_at_once: bool


@dataclass(frozen=True)
class _State:
    fresh: frozenset[str] = frozenset()
    is_at_once: bool = True
    is_over: bool = False  # nobody goes on from here

    def __or__(self, other: _State) -> _State:
        """After ways that meet again."""
        if self.is_over or other.is_over:
            return other if self.is_over else self
        return _State(self.fresh | other.fresh, self.is_at_once or other.is_at_once)


def visits(journey: JourneyFile, build: Build) -> Iterator[Visit]:
    """Every step once, with what can lie before it."""
    found: list[Visit] = []
    _walk(journey.steps, ("steps",), _State(), build, found)
    for position, out in enumerate(journey.exit):
        _walk(out.steps, ("exit", position, "steps"), _State(), build, found)
    yield from found


def endings_at_once(journey: JourneyFile, build: Build) -> frozenset[str]:
    """The outcomes with which somebody can be through without any time passing."""
    found: list[Visit] = []
    state = _walk(journey.steps, ("steps",), _State(), build, found)
    exits = {visit.step.exit for visit in found if visit.is_at_once and isinstance(visit.step, ExitStep)}
    return frozenset(exits | ({"finished"} if state.is_at_once and not state.is_over else set()))


def _walk(several: Sequence[StepModel], place: Place, state: _State, build: Build, found: list[Visit]) -> _State:
    for position, step in enumerate(several):
        at = (*place, position)
        found.append(Visit(at, step, state.fresh, state.is_at_once))
        state = _through(step, at, state, build, found)
    return state


def _through(step: StepModel, at: Place, state: _State, build: Build, found: list[Visit]) -> _State:
    if step.kind() in TAKES_TIME:
        state = _State(is_at_once=False)
    elif step.kind() == "send":
        state = _State(state.fresh | {build.ids[at]}, state.is_at_once)
    after = [_walk(inner, (*at, *place), state, build, found) for place, inner in step.paths()]
    if step.ends:
        return _State(is_over=True)
    joined = state
    for number, each in enumerate(after):
        joined = each if number == 0 else joined | each
    if isinstance(step, BranchStep) and not isinstance(step.branch[-1], Else):
        return joined | state
    if isinstance(step, RepeatStep) and step.repeat.times > 1 and step.repeat.until is None:
        return replace(joined, is_at_once=False)
    return joined
