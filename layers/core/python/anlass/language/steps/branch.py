"""`{"branch": [{"when": {"message": "remind", "is": "clicked"}, "steps": []}, {"else": [{"exit": "no click"}]}]}`"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, field_validator

from anlass.domain.condition import HistoryNeed, MessageIs, Predicate, compile_condition, walk
from anlass.domain.step import Ask, Moment, Move, onward
from anlass.language.building import Build, Here, Place
from anlass.language.conditions import Condition
from anlass.language.model import Model, by_key, mistake, tagged
from anlass.language.steps.base import StepModel, all_end, step_scope

if TYPE_CHECKING:
    from anlass.language.steps import AnyStep


UNSURE = frozenset({"opened", "not_opened", "clicked", "not_clicked"})


class When(Model):
    """A way to go if its condition is true."""

    when: Condition
    steps: list[AnyStep] = Field(description="May be empty: then the journey just goes on behind the branch")


class Else(Model):
    """The way to go if nothing before it is true."""

    else_: list[AnyStep] = Field(alias="else")


Path = Annotated[
    Annotated[When, tagged("when")] | Annotated[Else, tagged("else")],
    by_key("path", ("when", "else"), '{"when": …, "steps": […]} or {"else": […]}'),
]


class BranchStep(StepModel):
    """The first path whose condition is true is taken; then the journey goes on behind the branch."""

    branch: list[Path] = Field(min_length=1)

    @field_validator("branch")
    @classmethod
    def _else_comes_last(cls, paths: list[Path]) -> list[Path]:
        if isinstance(paths[0], Else):
            remedy = 'Begin with {"when": …, "steps": …}.'
            raise mistake("branch.else", "A branch needs a condition.", remedy, [0])
        early = next((position for position, path in enumerate(paths[:-1]) if isinstance(path, Else)), None)
        if early is not None:
            remedy = "Put the one path with else at the end."
            raise mistake("branch.else", '"else" is not the last path.', remedy, [early])
        return paths

    @property
    def ends(self) -> bool:
        return isinstance(self.branch[-1], Else) and all_end([steps for _, steps in self.paths()])

    def paths(self) -> Iterator[tuple[Place, Sequence[StepModel]]]:
        for position, path in enumerate(self.branch):
            if isinstance(path, When):
                yield ("branch", position, "steps"), path.steps
            else:
                yield ("branch", position, "else"), path.else_

    def compile(self, here: Here, build: Build) -> BranchRun:
        otherwise = here.next
        ways: list[Way] = []
        place = (*here.place, "branch")
        for position, path in enumerate(self.branch):
            at = (*place, position)
            if isinstance(path, Else):
                otherwise = build.path(path.else_, (*at, "else"), here.next)
            else:
                written = path.when.compiled((*at, "when"), step_scope(here), build)
                ways.append(Way(compile_condition(written), build.path(path.steps, (*at, "steps"), here.next)))
        if not isinstance(self.branch[-1], Else):
            self._check_opens(place, ways, build)
        needs = frozenset[HistoryNeed]().union(*(way.when.history for way in ways))
        build.asks |= needs
        return BranchRun(here.id, here.next, tuple(ways), otherwise, frozenset(need.event for need in needs))

    def _check_opens(self, place: Place, ways: Sequence[Way], build: Build) -> None:
        """Where opens are not tracked, both "opened" and "not_opened" are false: somebody must say what then."""
        asked = [part.state for way in ways for part in walk(way.when.condition) if isinstance(part, MessageIs)]
        if not UNSURE.isdisjoint(asked):
            message = "Whether a message was opened or clicked is not known of everybody, and there is no else."
            build.error("branch.opens", place, message, 'Add {"else": [...]} for those of whom it is not known.')


@dataclass(frozen=True, slots=True)
class Way:
    when: Predicate
    start: str | None


@dataclass(frozen=True, slots=True)
class BranchRun:
    id: str
    next: str | None
    ways: tuple[Way, ...]
    otherwise: str | None
    history: frozenset[str]
    after_send: ClassVar[bool] = True

    def run(self, moment: Moment) -> Move:
        facts = moment.facts
        if facts is None or (self.history and not self.history <= facts["history"].keys()):
            return Ask(moment.journey.asks)
        for way in self.ways:
            if way.when.test(facts):
                return onward(way.start)
        return onward(self.otherwise)
