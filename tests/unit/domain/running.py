"""Runs an enrolment as its rows would: what an advance stores is what the next one reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from anlass.domain.engine import CLOSED, Decision, advance
from anlass.domain.enrolment import Enrolment, Heard
from anlass.domain.journey import Exit, Goal, Journey, Listening
from anlass.domain.send import Send, SendStatus
from anlass.domain.step import Ask, Step
from anlass.language.steps.send import SendRun
from anlass.language.steps.wait import WaitRun
from anlass.language.steps.wait_for import Answer, WaitForRun

from tests.builders import HOUR, NOON, a_journey, an_enrolment


def send(id_: str, next_: str | None = None) -> SendRun:
    return SendRun(id_, next_, "reminder", "email", None)


def wait(id_: str, time: timedelta, next_: str | None = None) -> WaitRun:
    return WaitRun(id_, next_, time)


def wait_for(
    id_: str, timeout: timedelta, answers: Mapping[str, str | None], late: str | None = None, since: str | None = None
) -> WaitForRun:
    """`answers`: event name -> the step that it leads to."""
    return WaitForRun(id_, None, tuple(Answer(Listening(e), to) for e, to in answers.items()), since, timeout, late)


def out(event: str, start: str | None = None, **listening: Any) -> Exit:
    return Exit(Listening(event, **listening), start)


def goal(event: str, within: timedelta | None = None) -> Goal:
    return Goal(Listening(event), within, None)


def program(*steps: Step, **fields: Any) -> Journey:
    """A journey that starts with the first of the steps."""
    awaited = tuple(answer.on for step in steps if isinstance(step, WaitForRun) for answer in step.answers)
    start = steps[0].id if steps else None
    return a_journey(**{"steps": {s.id: s for s in steps}, "start": start, "awaited": awaited, **fields})


@dataclass
class Running:
    """An enrolment on the way. `asked` are the questions of the last advance."""

    journey: Journey
    row: Enrolment
    sends: dict[str, Send] = field(default_factory=dict)
    now: datetime = NOON
    asked: list[Ask] = field(default_factory=list)

    def advance(
        self, to: datetime | None = None, missed: tuple[Heard, ...] = (), facts: Mapping[str, Any] | None = None
    ) -> Decision:
        """Answers what the engine asks for, and stores what it decides."""
        self.now = to or self.now
        self.asked = []
        answer = advance(self.journey, self.row, self.sends, self.now)
        if isinstance(answer, Ask):
            self.asked.append(answer)
            known = {"now": self.now, "profile": {}, "history": {}, **(facts or {})}
            answer = advance(self.journey, self.row, self.sends, self.now, facts=known, missed=missed)
        assert isinstance(answer, Decision)
        self.row = answer.enrolment
        self.sends |= {each.row: each for each in (*answer.sends, *answer.cancelled)}
        return answer

    def hear(self, *events: Heard) -> Running:
        self.row = replace(self.row, inbox=(*self.row.inbox, *events), appended=self.row.appended + 1)
        return self

    def close(self, step: str, status: SendStatus = "SENT", at: datetime | None = None) -> Running:
        """The message of this step left, or never will."""
        rows = {each for each, one in self.sends.items() if one.step == step and one.is_open}
        assert rows
        self.sends |= {row: replace(self.sends[row], status=status, closed_at=at or self.now) for row in rows}
        self.row = replace(self.row, open=self.row.open - rows, appended=self.row.appended + 1)
        return self

    @property
    def is_woken_by_a_close(self) -> bool:
        return CLOSED in self.row.awaits

    @property
    def is_done(self) -> bool:
        return self.row.status == "done"

    def sent(self) -> list[str]:
        return [each.step for each in self.sends.values()]


def running(journey: Journey, **fields: Any) -> Running:
    """Just entered, by what was done at noon."""
    return Running(journey, an_enrolment(**{"step": journey.start, "request": None, **fields}))


def in_hours(hours: float) -> datetime:
    return NOON + hours * HOUR
