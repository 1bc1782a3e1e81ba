"""`{"enrol": {"journey": "win-back"}}`"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from anlass.domain.effects import EnrolIn
from anlass.domain.step import Do, Moment, Move
from anlass.language.building import Build, Here
from anlass.language.model import Id, Model
from anlass.language.steps.base import StepModel


class Enrolling(Model):
    journey: Id = Field(description="A file in journeys/, without .json; its who and entry decide as always")


class EnrolStep(StepModel):
    """Enters another journey, with what this one was entered with; this one goes on."""

    enrol: Enrolling

    def compile(self, here: Here, build: Build) -> EnrolRun:
        build.enrols.setdefault(self.enrol.journey, (*here.place, "enrol", "journey"))
        return EnrolRun(here.id, here.next, self.enrol.journey)


@dataclass(frozen=True, slots=True)
class EnrolRun:
    id: str
    next: str | None
    journey: str
    after_send: ClassVar[bool] = True

    def run(self, moment: Moment) -> Move:  # noqa: ARG002  # whatever the moment
        return Do(EnrolIn(self.journey), self.next)
