"""What every step type has: how it is written, which lists of steps it holds, and how it compiles."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence

from pydantic import Field

from anlass.domain.step import Step
from anlass.language.building import Build, Here, Place, Scope
from anlass.language.model import Id, Model


class StepModel(Model):
    """A step as it is written. Its key names its type: `{"wait": "24 hours"}`."""

    id: Id | None = Field(None, description="Its name, which stays: small letters, digits, - and _")

    @classmethod
    def kind(cls) -> str:
        return next(name for name in cls.model_fields if name != "id")

    @property
    def ends(self) -> bool:
        """Whether nothing can follow it."""
        return False

    def paths(self) -> Iterator[tuple[Place, Sequence[StepModel]]]:
        """The lists of steps inside it, each with its place below the step."""
        return iter(())

    @abstractmethod
    def compile(self, here: Here, build: Build) -> Step:
        """The step as it runs; what is wrong goes to `build`."""


def all_end(paths: Sequence[Sequence[StepModel]]) -> bool:
    return bool(paths) and all(any(step.ends for step in path) for path in paths)


def step_scope(here: Here) -> Scope:
    """A step may ask for everything that is known of the person and of this enrolment."""
    roots = {"event", "entry", "steps", "profile", "history", "messages", "journeys", "reachable"}
    return Scope(frozenset(roots), "Take one of event, entry, steps or profile.", (), step=here.place)
