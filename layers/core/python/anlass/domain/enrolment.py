"""A person on their way through a journey: the row E, and the events it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from anlass.domain.ids import correlation_id, is_address

CALENDAR = "calendar"  # the owner of a row that no execution runs
INBOX = 50
HEARD = 50
ATTEMPTS = 5
SWEEP_AFTER = timedelta(minutes=5)
TURNS = 500  # an execution's history holds 25,000 events

# What the system itself puts into an inbox; names no shop can send.
MERGED = "@merged"
RESTARTED = "@restarted"
ENDINGS = (MERGED, RESTARTED)

ENTERED_BY_DAY = "@day"  # the entry of somebody whom no event brings but the calendar

Status = Literal["active", "closing", "done", "quarantined"]


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as an enrolment keeps it. `late`: history, which exits and disarms but answers nothing."""

    id: str
    name: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    late: bool = False
    by_browser: bool = False  # anybody can make it up: it counts no money and brings no transactional mail


@dataclass(frozen=True, slots=True)
class StepMemory:
    """What a step that was reached left behind, for `steps.<id>.*` and for the base of later waits."""

    at: datetime
    seq: int
    visit: int = 1
    event: Heard | None = None
    variant: str | None = None  # of a split
    contest: str | None = None  # in which this one was counted


@dataclass(frozen=True, slots=True)
class Loop:
    """Where a `repeat` is: how often its steps were begun, and when the last time."""

    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The row E. Every change is conditional on `seq`, `appended` and `owner` as they were read.

    status: active → (closing: the steps are done, messages still open) → done; or quarantined.
    """

    id: str
    journey: str
    version: str
    profile: str  # at enrolling; a loader follows the pointer of a merge
    entry: Heard
    entered_at: datetime
    step: str | None  # None: past the last step
    step_since: datetime  # when the step was reached
    status: Status = "active"
    seq: int = 0
    appended: int = 0
    generation: int = 0  # raised by each request, so that no name is used twice
    owner: str = CALENDAR
    token: str | None = None
    due: datetime | None = None
    sweep_at: datetime | None = None
    awaits: frozenset[str] = frozenset()  # names of events that wake it now
    inbox: tuple[Heard, ...] = ()
    catch_up: bool = False  # the inbox does not hold everything: ask the events table
    heard: tuple[Heard, ...] = ()
    event: Heard | None = None  # the event that opened the path we are on
    steps: Mapping[str, StepMemory] = field(default_factory=dict)
    last_send: str | None = None  # the step of this path's latest send
    open: frozenset[str] = frozenset()  # rows of sends that have not left yet
    exit_seq: int | None = None  # sends created before this seq are cancelled
    outcome: str | None = None  # finished | exit | goal | merged | restarted | the word of an `exit` step
    goal_at: datetime | None = None
    attempts: int = 0  # failed ones only
    turns: int = 0
    pace: float = 1.0  # 1/1440 in test: days as minutes
    loops: Mapping[str, Loop] = field(default_factory=dict)  # of the `repeat` steps we are in
    variant: str | None = None  # of the last split, or "holdout"
    is_held_out: bool = False  # gets nothing and is measured just the same
    held_at: datetime | None = None  # its journey is paused: when it would have gone on, or was put on hold
    request: Literal["wake", "start", "schedule"] | None = None  # the outbox: what this write asks for
    nudge: str | None = None  # with request "wake": the event that may be awaited

    @property
    def since(self) -> datetime | None:
        """What its messages and webhooks are to know of an address, which may change hands."""
        return self.entered_at if is_address(self.profile) else None

    @property
    def correlation_id(self) -> str:
        """Of the event that enrolled, in every log line about what came of it."""
        return correlation_id(self.entry.id)


class Draft(Enrolment):
    """An enrolment while an advance works on it, and what of it may be set. `opener` makes it, `closed` ends it."""

    __slots__ = ()
    if TYPE_CHECKING:
        step: str | None
        step_since: datetime
        status: Status
        seq: int
        due: datetime | None
        sweep_at: datetime | None
        awaits: frozenset[str]
        inbox: tuple[Heard, ...]
        catch_up: bool
        heard: tuple[Heard, ...]
        event: Heard | None
        steps: dict[str, StepMemory]
        last_send: str | None
        open: frozenset[str]
        exit_seq: int | None
        outcome: str | None
        goal_at: datetime | None
        attempts: int
        loops: Mapping[str, Loop]
        variant: str | None
        held_at: datetime | None


def cancellation(enrolment: Enrolment, created_seq: int) -> Literal["goal", "exited"] | None:
    """Why a send of this enrolment must not leave any more: an exit or the goal cancels what was made before it."""
    if enrolment.exit_seq is None or created_seq >= enrolment.exit_seq:
        return None
    return "goal" if enrolment.outcome == "goal" else "exited"


def execution_name(enrolment: str, generation: int) -> str:
    """AWS keeps used names for 90 days, hence the generation."""
    return f"{enrolment}-{generation}"
