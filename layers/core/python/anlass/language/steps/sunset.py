"""`{"sunset": "no answer"}`"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from anlass.domain.effects import Sunset
from anlass.domain.step import Do, Moment, Move
from anlass.language.building import Build, Here
from anlass.language.steps.base import StepModel


class SunsetStep(StepModel):
    """No marketing from here on, until the person does something or subscribes again."""

    sunset: str = Field(min_length=1, max_length=100, description="Why, in a word or two; shown in reports")

    def compile(self, here: Here, build: Build) -> SunsetRun:  # noqa: ARG002  # every step compiles alike
        return SunsetRun(here.id, here.next, self.sunset)


@dataclass(frozen=True, slots=True)
class SunsetRun:
    id: str
    next: str | None
    reason: str
    after_send: ClassVar[bool] = True  # the last message still leaves

    def run(self, moment: Moment) -> Move:  # noqa: ARG002  # whatever the moment
        return Do(Sunset(self.reason), self.next)
