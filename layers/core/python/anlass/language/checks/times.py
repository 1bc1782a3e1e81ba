"""Times that reach beyond what is remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pydantic import BaseModel

from anlass.domain.duration import parse_duration
from anlass.domain.keeping import EVENTS_KEPT
from anlass.language.building import Build, Place, Problem
from anlass.language.conditions import Behaviour, Clause
from anlass.language.journey_file import GoalModel, JourneyFile
from anlass.language.steps.base import StepModel
from anlass.language.steps.repeat import RepeatStep
from anlass.language.steps.wait import Until, WaitStep
from anlass.language.steps.wait_for import WaitForStep
from anlass.language.tree import members, parts
from anlass.language.triggers.change import ChangeModel

A_YEAR = timedelta(days=365)
_DAYS = f"{EVENTS_KEPT.days} days"
_OTHERWISE = 'Wait a year at most; for something that comes back each year take a trigger "date".'
_WAITING = ("wait", "timeout", "every", "after", "for", "else", "value")


def long_memories(model: BaseModel, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """Looks back to where nothing is left."""
    for part in parts(model):
        if isinstance(part.model, Behaviour | GoalModel) and _length(part.model.within) > EVENTS_KEPT:
            message = f"What people did is kept for {_DAYS}; this looks back {part.model.within}."
            yield Problem("time.forgotten", (*part.place, "within"), message, f'Write "{_DAYS}" or less.', "warning")
        elif isinstance(part.model, ChangeModel):
            against = part.model.against.removeprefix("previous ")
            if _length(part.model.in_) + _length(against) > EVENTS_KEPT:
                message = (
                    f"What people did is kept for {_DAYS}; this compares {part.model.in_} and the {against} before."
                )
                yield Problem("time.forgotten", (*part.place, "against"), message, "Take shorter times.", "warning")


def long_waits(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """More than a year."""
    for part in parts(journey):
        if isinstance(part.model, Until) and part.model.offset and _length(part.model.offset) > A_YEAR:
            message = f"This waits until {part.model.offset} after a date, more than a year."
            yield Problem("time.long", (*part.place, "offset"), message, _OTHERWISE, "warning")
        if part.place[:1] not in (("steps",), ("exit",), ("trigger",)) or isinstance(part.model, Clause):
            continue
        for key, value in members(part.model):
            if key in _WAITING and _length(value) > A_YEAR:
                message = f"This waits {value}, more than a year. What people did is forgotten after {_DAYS}."
                yield Problem("time.long", (*part.place, key), message, _OTHERWISE, "warning")


def waits_together(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """More than a year on one way through the steps, though no single wait is so long."""
    yield from _long_ways(journey.steps, ("steps",), timedelta(0))
    for position, out in enumerate(journey.exit):
        yield from _long_ways(out.steps, ("exit", position, "steps"), timedelta(0))


def _long_ways(several: Sequence[StepModel], place: Place, passed: timedelta) -> Iterator[Problem]:
    """Says it once, where the year is over."""
    for position, step in enumerate(several):
        at, own = (*place, position), _own(step)
        if own > A_YEAR:
            return  # is said of it alone
        within = passed + (own if step.kind() != "repeat" else timedelta(0))
        for inner, inner_steps in step.paths():
            found = [*_long_ways(inner_steps, (*at, *inner), within)]
            if found:
                yield found[0]
                return
        passed = _through(step, passed)
        if passed > A_YEAR:
            message = f"Together the waits until here are {passed.days} days, more than a year."
            remedy = f"What people did is forgotten after {_DAYS}; a new journey can begin by a date instead."
            yield Problem("time.long", at, message, remedy, "warning")
            return


def _through(step: StepModel, passed: timedelta) -> timedelta:
    """At most, until what follows the step."""
    inside = max((_all_through(steps) for _, steps in step.paths()), default=timedelta(0))
    if isinstance(step, RepeatStep):
        rounds = step.repeat.times - 1
        return passed + max(_own(step), inside) * rounds + inside
    return passed + _own(step) + inside


def _all_through(several: Sequence[StepModel]) -> timedelta:
    """Nothing if nobody comes through."""
    total = timedelta(0)
    for step in several:
        total = _through(step, total)
    return timedelta(0) if any(step.ends for step in several) else total


def _own(step: StepModel) -> timedelta:
    """How long the step itself takes, or a round of it."""
    match step:
        case WaitStep(wait=str() as words):
            return _length(words)
        case WaitForStep(wait_for=waiting):
            return _length(waiting.timeout)
        case RepeatStep(repeat=repeating):
            return _length(repeating.every)
        case _:
            return timedelta(0)


def _length(words: object) -> timedelta:
    """Of a duration; of anything else none."""
    try:
        return parse_duration(words) if isinstance(words, str) else timedelta(0)
    except ValueError:
        return timedelta(0)
