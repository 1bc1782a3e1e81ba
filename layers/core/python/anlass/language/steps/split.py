"""`{"split": {"variants": [{"id": "a", "weight": 50, "steps": []}, {"id": "b", "weight": 50, "steps": []}]}}`"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from anlass.domain.ids import fraction
from anlass.domain.step import Goto, Moment, Move
from anlass.language.building import Build, Here, Place
from anlass.language.model import Id, Model, mistake
from anlass.language.steps.base import StepModel, all_end

if TYPE_CHECKING:
    from anlass.language.steps import AnyStep


class VariantModel(Model):
    """One of the ways, and its share."""

    id: Id
    weight: float = Field(gt=0, le=1_000_000, description="Its share, beside the others' weights")
    steps: list[AnyStep] = Field([], description="May be empty: then this part of the people gets nothing here")


class Splitting(Model):
    variants: list[VariantModel] = Field(min_length=2, max_length=20, description="Everybody goes one of these ways")

    @field_validator("variants")
    @classmethod
    def _ids_differ(cls, variants: list[VariantModel]) -> list[VariantModel]:
        ids = [variant.id for variant in variants]
        if len(set(ids)) < len(ids):
            raise mistake("split.variants", "Two variants have one id.", "Give each variant an id of its own.")
        return variants


class SplitStep(StepModel):
    """Sends people different ways by chance, each enrolment always the same one."""

    split: Splitting

    @property
    def ends(self) -> bool:
        return all_end([steps for _, steps in self.paths()])

    def paths(self) -> Iterator[tuple[Place, Sequence[StepModel]]]:
        for position, variant in enumerate(self.split.variants):
            yield ("split", "variants", position, "steps"), variant.steps

    def compile(self, here: Here, build: Build) -> SplitRun:
        total = sum(variant.weight for variant in self.split.variants)
        ways, reached = [], 0.0
        for (place, steps), variant in zip(self.paths(), self.split.variants, strict=True):
            reached += variant.weight / total
            ways.append(Share(variant.id, reached, build.path(steps, (*here.place, *place), here.next)))
        return SplitRun(here.id, here.next, tuple(ways))


@dataclass(frozen=True, slots=True)
class Share:
    """`until`: the end of its share of the numbers from 0 to 1."""

    variant: str
    until: float
    start: str | None


@dataclass(frozen=True, slots=True)
class SplitRun:
    id: str
    next: str | None
    ways: tuple[Share, ...]
    after_send: ClassVar[bool] = False

    def run(self, moment: Moment) -> Move:
        drawn = fraction(moment.enrolment.id, self.id)
        way = next((each for each in self.ways if drawn < each.until), self.ways[-1])
        return Goto(way.start, variant=way.variant)
