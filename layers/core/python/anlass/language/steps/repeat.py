"""`{"repeat": {"times": 3, "every": "7 days", "steps": [{"send": {"template": "tip"}}]}}`"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from anlass.domain.condition import Predicate, compile_condition
from anlass.domain.duration import parse_duration
from anlass.domain.enrolment import Loop
from anlass.domain.step import ON_TIME, Ask, Moment, Move, Park, Turn, on_time
from anlass.language.building import Build, Here, Place
from anlass.language.conditions import Condition
from anlass.language.model import Duration, Model
from anlass.language.steps.base import StepModel, all_end, step_scope

if TYPE_CHECKING:
    from anlass.language.steps import AnyStep


class Repeating(Model):
    times: int = Field(ge=1, le=100, description="How often at most")
    every: Duration
    until: Condition | None = Field(None, description="Looked at before each round; once it is true the rounds end")
    steps: list[AnyStep] = Field(min_length=1, description="What happens in each round")


class RepeatStep(StepModel):
    """Does the same again: at once, then every so often."""

    repeat: Repeating

    @property
    def ends(self) -> bool:
        return self.repeat.until is None and all_end([self.repeat.steps])

    def paths(self) -> Iterator[tuple[Place, Sequence[StepModel]]]:
        yield ("repeat", "steps"), self.repeat.steps

    def compile(self, here: Here, build: Build) -> RepeatRun:
        place, until = (*here.place, "repeat"), None
        if self.repeat.until is not None:
            until = compile_condition(self.repeat.until.compiled((*place, "until"), step_scope(here), build))
            build.asks |= until.history
        body = build.path(self.repeat.steps, (*place, "steps"), here.id)
        return RepeatRun(here.id, here.next, self.repeat.times, parse_duration(self.repeat.every), until, body)


@dataclass(frozen=True, slots=True)
class RepeatRun:
    id: str
    next: str | None
    times: int
    every: timedelta
    until: Predicate | None
    body: str | None
    after_send: ClassVar[bool] = True

    def run(self, moment: Moment) -> Move:
        loop = moment.enrolment.loops.get(self.id)
        if loop is not None and loop.count >= self.times:
            return Turn(self.next, None)
        now, every = moment.now, self.every * moment.enrolment.pace
        planned = loop.at + every if loop is not None else now
        ahead = moment.last_send()
        if now < planned or (loop is not None and ahead is not None and ahead.is_open):
            return Park(max(now, planned))
        since = planned if now - planned <= ON_TIME and loop is not None else None
        if self.until is not None:
            facts = moment.facts
            if facts is None or not {need.event for need in self.until.history} <= facts["history"].keys():
                return Ask(moment.journey.asks)
            if self.until.test(facts):
                return Turn(self.next, None, since)
        # Rounds keep their beat, however late one of them was begun; unless a whole round was missed.
        begun = on_time(moment.started(), now)
        beat = planned if loop is not None and begun - planned < every else begun
        return Turn(self.body, Loop(loop.count + 1 if loop is not None else 1, beat), since)
