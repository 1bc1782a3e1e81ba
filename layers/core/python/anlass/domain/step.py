"""What a step is to the engine: something that looks at a moment and answers with a move.

The step types themselves live in `anlass/language/steps/`, one file each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Protocol

from anlass.domain.condition import Facts, HistoryNeed
from anlass.domain.contest import Standing
from anlass.domain.effects import Count, Declare, Effect
from anlass.domain.enrolment import Enrolment, Heard, Loop
from anlass.domain.local_time import next_local
from anlass.domain.quick import maker
from anlass.domain.send import Send, send_row

if TYPE_CHECKING:
    from anlass.domain.journey import Journey


# What happens this soon after its time happens at its time: the calendar rings up to a minute late, and queues and
# functions take seconds. What follows is counted from the time that was meant, so that "until 09:00" is today.
ON_TIME = timedelta(minutes=15)
_NO_TIME = timedelta(0)


def on_time(planned: datetime, now: datetime) -> datetime:
    """The time that was meant, unless it is missed."""
    return now if now - planned > ON_TIME else planned


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a step may look at. `facts` and `zone` are None until somebody asked for them (`Ask`)."""

    now: datetime
    journey: Journey
    enrolment: Enrolment
    sends: Mapping[str, Send]  # this enrolment's, by row
    facts: Facts | None
    zone: tzinfo | None  # the recipient's
    planned: datetime | None = None  # when it would have come here, if a pause held it; else now
    contests: Mapping[str, Standing] | None = None  # by id

    def last_send(self) -> Send | None:
        """The latest send of the path we are on."""
        step = self.enrolment.last_send
        if step is None:
            return None
        visit = self.enrolment.steps[step].visit
        return self.sends.get(send_row(step, visit))

    def is_message_ahead(self) -> bool:
        """Whether the latest send of this path has neither left nor been skipped."""
        return bool(self.enrolment.open) and (send := self.last_send()) is not None and send.is_open

    def paced(self, time: timedelta) -> timedelta:
        """In test, days pass as minutes."""
        pace = self.enrolment.pace
        return time if pace == 1 else time * pace

    def started(self) -> datetime:
        """When this step began: when it was reached, but not before the message ahead of it left or was skipped."""
        send = self.last_send()
        if send is None:
            return self.enrolment.step_since
        reached = self.enrolment.step_since
        if send.is_open:
            return max(on_time(reached, self.now), send.until or reached)
        left = send.closed_at or reached
        planned = reached if send.until is None else max(reached, min(send.until, left))
        return left if left - planned > ON_TIME else planned

    def next_at(self, wanted: time, begun: datetime, zone: tzinfo) -> datetime:
        """The next such time of the recipient's day since this step began: that very moment too, unless a step before
        it was for the same time already.
        """
        found = next_local(wanted, begun, zone)
        if found > begun or not self._is_used_up(wanted, begun):
            return found
        return next_local(wanted, begun + timedelta(microseconds=1), zone)

    def _is_used_up(self, wanted: time, begun: datetime) -> bool:
        send, steps = self.last_send(), self.journey.steps
        if send is not None and send.until is not None and send.until >= begun:
            return True
        passed = (id_ for id_, memory in self.enrolment.steps.items() if memory.at >= begun)
        return any(getattr(steps.get(id_), "at", None) == wanted for id_ in passed)


@dataclass(frozen=True, slots=True)
class Goto:
    """On to another step (None: the end). `event`: what opened the path; `variant`: which way a split took, and what
    that means to the contest between its ways; `since`: when what was waited for was to be, if it was just now.
    """

    step: str | None
    event: Heard | None = None
    variant: str | None = None
    contest: Count | Declare | None = None
    since: datetime | None = None


@lru_cache(4096)
def onward(step: str | None) -> Goto:
    """Just on: the same move for everybody."""
    return Goto(step)


def after_waiting(step: str | None, due: datetime, now: datetime) -> Goto:
    """On, from the time that was waited for."""
    late = now - due
    return Goto(step, since=due) if _NO_TIME < late <= ON_TIME else onward(step)


@dataclass(frozen=True, slots=True)
class Turn:
    """Into another round of a `repeat` (`loop` says which), or out of it (None). `since` as with Goto."""

    step: str | None
    loop: Loop | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """Something beside messages is to happen, then on."""

    effect: Effect
    step: str | None


@dataclass(frozen=True, slots=True)
class Emit:
    """A message is to leave, then on."""

    send: Send
    step: str | None


@dataclass(frozen=True, slots=True)
class Park:
    """Nothing to do before `due`, unless one of the events comes."""

    due: datetime
    awaits: frozenset[str] = frozenset()


emit, park = maker(Emit), maker(Park)  # as most steps make them


@dataclass(frozen=True, slots=True)
class Finish:
    """The journey ends here; `outcome` is kept and shown."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The step needs facts that were not loaded. The caller loads them and runs the same advance again."""

    history: frozenset[HistoryNeed] = frozenset()
    missed: bool = False  # the inbox does not hold everything: all events since entering
    contests: frozenset[str] = frozenset()  # how they stand


Move = Goto | Turn | Do | Emit | Park | Finish | Ask


class Step(Protocol):
    """A compiled step. `id` is stable across versions where the marketer named it."""

    after_send: ClassVar[bool]  # True: starts only when the message ahead left or was skipped

    @property
    def id(self) -> str: ...

    @property
    def next(self) -> str | None: ...

    def run(self, moment: Moment) -> Move: ...
