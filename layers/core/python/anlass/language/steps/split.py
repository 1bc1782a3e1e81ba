"""`{"split": {"variants": [{"id": "a", "weight": 50, "steps": []}, {"id": "b", "weight": 50, "steps": []}]}}`, and
`"winner": {"metric": "conversion", "after": "7 days", "at_least": 200}` beside the variants.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, field_validator

from anlass.domain.contest import Contest
from anlass.domain.duration import parse_duration
from anlass.domain.effects import Count, Declare
from anlass.domain.ids import fraction, short
from anlass.domain.step import Ask, Goto, Moment, Move
from anlass.language.building import Build, Here, Place
from anlass.language.model import Duration, Id, Model, mistake
from anlass.language.steps.base import StepModel, all_end

if TYPE_CHECKING:
    from anlass.language.steps import AnyStep


class VariantModel(Model):
    """One of the ways, and its share."""

    id: Id
    weight: float = Field(gt=0, le=1_000_000, description="Its share, beside the others' weights")
    steps: list[AnyStep] = Field([], description="May be empty: then this part of the people gets nothing here")


class WinnerModel(Model):
    """When the better way is taken by all who come: they are counted until then, and watched for the goal."""

    metric: Literal["conversion"] = Field("conversion", description="What is compared: the share that reached the goal")
    after: Duration = Field(description='Not before this time since the first person came: "7 days"')
    at_least: int = Field(ge=2, le=1_000_000, description="Nor before so many people went these ways, all together")


class Splitting(Model):
    variants: list[VariantModel] = Field(min_length=2, max_length=20, description="Everybody goes one of these ways")
    winner: WinnerModel | None = Field(
        None,
        description="When the better way is taken by all who come from then on. Until `goal.within` is over, people "
        "who are through stay in the journey, and their success counts",
    )

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
        return SplitRun(here.id, here.next, tuple(ways), self._contest(here, build))

    def _contest(self, here: Here, build: Build) -> Contest | None:
        winner = self.split.winner
        if winner is None:
            return None
        ways = json.dumps(self.written()["split"]["variants"], sort_keys=True)
        id_ = f"{build.journey}/{here.id}/{short(ways)}"
        names = tuple(variant.id for variant in self.split.variants)
        contest = Contest(id_, names, parse_duration(winner.after), winner.at_least)
        build.contests.append(contest)
        return contest


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
    contest: Contest | None = None
    after_send: ClassVar[bool] = False

    def run(self, moment: Moment) -> Move:
        drawn = fraction(moment.enrolment.id, self.id)
        way = next((each for each in self.ways if drawn < each.until), self.ways[-1])
        return Goto(way.start, variant=way.variant) if self.contest is None else self._judged(self.contest, way, moment)

    def _judged(self, contest: Contest, drawn: Share, moment: Moment) -> Move:
        """The winner's way as soon as there is one; who comes again in a repeat stays on their own."""
        enrolment, by_name = moment.enrolment, {way.variant: way for way in self.ways}
        passed = enrolment.steps.get(self.id)
        if passed is not None and passed.variant in by_name:
            return Goto(by_name[passed.variant].start, variant=passed.variant)
        if moment.contests is None or contest.id not in moment.contests:
            return Ask(contests=frozenset({contest.id}))
        standing = moment.contests[contest.id]
        if standing.winner is not None:
            return Goto(by_name[standing.winner.variant].start, variant=standing.winner.variant)
        best = contest.winner(standing.tally, moment.now)
        if best is not None:
            return Goto(by_name[best].start, variant=best, contest=Declare(contest.id, best))
        tries_it_out = enrolment.pace != 1  # a test person's purchase says nothing about customers
        count = None if tries_it_out or enrolment.goal_at else Count(contest.id, drawn.variant, "entered")
        return Goto(drawn.start, variant=drawn.variant, contest=count)
