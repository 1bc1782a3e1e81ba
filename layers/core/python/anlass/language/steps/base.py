"""What every step type has: how it is written, which lists of steps it holds, and how it compiles."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field

from anlass.domain.step import Step
from anlass.language.building import Build, Here, Place, Scope
from anlass.language.model import Id, Model
from anlass.language.picture.step_words import step_words
from anlass.language.picture.words import Saying


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

    @property
    def sets(self) -> tuple[str, ...]:
        """The traits that it writes."""
        return ()

    def paths(self) -> Iterator[tuple[Place, Sequence[StepModel]]]:
        """The lists of steps inside it, each with its place below the step."""
        return iter(())

    def written(self) -> dict[str, Any]:
        """As it stands in the file, without its id."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"id"}, warnings=False)

    def says(self) -> Saying:
        """What it does, in a marketer's words, for pictures of the journey."""
        return step_words(self.kind(), self.written())

    @abstractmethod
    def compile(self, here: Here, build: Build) -> Step:
        """The step as it runs; what is wrong goes to `build`."""


def all_end(paths: Sequence[Sequence[StepModel]]) -> bool:
    return bool(paths) and all(any(step.ends for step in path) for path in paths)


def step_scope(here: Here) -> Scope:
    """A step may ask for everything that is known of the person and of this enrolment."""
    roots = {"event", "entry", "steps", "profile", "history", "messages", "journeys", "reachable", "segments"}
    return Scope(frozenset(roots), "Take one of event, entry, steps or profile.", (), step=here.place)
