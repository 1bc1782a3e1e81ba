"""`{"exit": "not interested"}`"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from anlass.domain.step import Finish, Moment, Move
from anlass.language.building import Build, Here
from anlass.language.steps.base import StepModel


class ExitStep(StepModel):
    """The journey ends here."""

    exit: str = Field(min_length=1, max_length=100, description="Why, in a word or two; shown in reports")

    @property
    def ends(self) -> bool:
        return True

    def compile(self, here: Here, build: Build) -> ExitRun:  # noqa: ARG002  # every step compiles alike
        return ExitRun(here.id, self.exit)


@dataclass(frozen=True, slots=True)
class ExitRun:
    id: str
    outcome: str
    next: str | None = None
    after_send: ClassVar[bool] = False

    def run(self, moment: Moment) -> Move:  # noqa: ARG002  # it ends whatever the moment
        return Finish(self.outcome)
