"""`{"wait_for": {"first_of": [{"event": "Product Reviewed", "match": "order_id"}], "timeout": "5 days"}}`"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from anlass.domain.duration import parse_duration
from anlass.domain.engine import answers
from anlass.domain.enrolment import Heard
from anlass.domain.journey import Listening
from anlass.domain.send import send_row
from anlass.domain.step import Goto, Moment, Move, after_waiting, park
from anlass.language.building import Build, Here, Place
from anlass.language.listening import ListeningModel
from anlass.language.model import Duration, Id, Model
from anlass.language.steps.base import StepModel, all_end

if TYPE_CHECKING:
    from anlass.language.steps import AnyStep

WORDS = ("now", "entry")


class AnswerModel(ListeningModel):
    """An event, and what happens when it comes first."""

    steps: list[AnyStep] = Field([], description="What happens then, before the journey goes on behind the wait_for")


class Waiting(Model):
    first_of: list[AnswerModel] = Field(min_length=1, description="The first of these events to come decides")
    since: Id | None = Field(
        None,
        description='From when on events count: "now", "entry" or a step\'s id; else from the last send of this path',
    )
    timeout: Duration
    on_timeout: list[AnyStep] = Field([], description="What happens if none of them came in time")


class WaitForStep(StepModel):
    """Waits for the first of several events, or for the timeout."""

    wait_for: Waiting

    @property
    def ends(self) -> bool:
        return all_end([steps for _, steps in self.paths()])

    def paths(self) -> Iterator[tuple[Place, Sequence[StepModel]]]:
        for position, answer in enumerate(self.wait_for.first_of):
            yield ("wait_for", "first_of", position, "steps"), answer.steps
        yield ("wait_for", "on_timeout"), self.wait_for.on_timeout

    def compile(self, here: Here, build: Build) -> WaitForRun:
        waiting, place = self.wait_for, (*here.place, "wait_for")
        if waiting.since and waiting.since not in WORDS:
            build.reference(waiting.since, (*place, "since"), here.place)
        found: list[Answer] = []
        for position, answer in enumerate(waiting.first_of):
            at = (*place, "first_of", position)
            on = answer.listening(at, build, here.place)
            found.append(Answer(on, build.path(answer.steps, (*at, "steps"), here.next)))
            build.awaited.append(on)
        late = build.path(waiting.on_timeout, (*place, "on_timeout"), here.next)
        return WaitForRun(here.id, here.next, tuple(found), waiting.since, parse_duration(waiting.timeout), late)


@dataclass(frozen=True, slots=True)
class Answer:
    on: Listening
    start: str | None


@dataclass(frozen=True, slots=True)
class WaitForRun:
    id: str
    next: str | None
    answers: tuple[Answer, ...]
    since: str | None
    timeout: timedelta
    late: str | None
    after_send: ClassVar[bool] = False

    def run(self, moment: Moment) -> Move:
        """By the events' own times, so that it decides the same however late it runs."""
        due = moment.started() + moment.paced(self.timeout)
        if moment.enrolment.heard and (answer := self._answer(moment, self._since(moment), due)) is not None:
            return Goto(answer[1].start, answer[0])
        if moment.now >= due and not moment.is_message_ahead():
            return after_waiting(self.late, due, moment.now)
        return park(due, frozenset(each.on.event for each in self.answers))

    def _answer(self, moment: Moment, since: datetime, due: datetime) -> tuple[Heard, Answer] | None:
        enrolment = moment.enrolment
        taken = {memory.event.id for memory in enrolment.steps.values() if memory.event}  # one event answers once
        for heard in sorted(enrolment.heard, key=lambda h: (h.at, h.id)):
            if heard.late or heard.id in taken or not since <= heard.at <= due:
                continue
            for answer in self.answers:
                if answers(heard, answer.on, enrolment):
                    return heard, answer
        return None

    def _since(self, moment: Moment) -> datetime:
        enrolment = moment.enrolment
        if self.since == "now":
            return enrolment.step_since
        if self.since == "entry":
            return enrolment.entry.at
        step = self.since if self.since in enrolment.steps else enrolment.last_send
        if step is None:
            return enrolment.step_since
        memory = enrolment.steps[step]
        send = moment.sends.get(send_row(step, memory.visit))
        # A message that was made to leave later can have been answered only then.
        return max(memory.at, send.until) if send is not None and send.until is not None else memory.at
