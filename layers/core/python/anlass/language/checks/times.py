"""Times that reach beyond what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import BaseModel

from anlass.domain.duration import parse_duration
from anlass.domain.keeping import EVENTS_KEPT
from anlass.language.building import Build, Problem
from anlass.language.conditions import Behaviour, Clause
from anlass.language.journey_file import GoalModel, JourneyFile
from anlass.language.tree import members, parts
from anlass.language.triggers.change import ChangeModel

A_YEAR = timedelta(days=365)
_DAYS = f"{EVENTS_KEPT.days} days"
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
        if part.place[:1] not in (("steps",), ("exit",), ("trigger",)) or isinstance(part.model, Clause):
            continue
        for key, value in members(part.model):
            if key in _WAITING and _length(value) > A_YEAR:
                message = f"This waits {value}, more than a year. What people did is forgotten after {_DAYS}."
                remedy = 'Wait a year at most; for something that comes back each year take a trigger "date".'
                yield Problem("time.long", (*part.place, key), message, remedy, "warning")


def _length(words: object) -> timedelta:
    """Of a duration; of anything else none."""
    try:
        return parse_duration(words) if isinstance(words, str) else timedelta(0)
    except ValueError:
        return timedelta(0)
