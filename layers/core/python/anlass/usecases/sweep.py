"""Finds rows past their time and gets them going again: whatever was lost on the way, the row remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from anlass.domain.call import Call
from anlass.domain.changes import SaveCall, SaveEnrolment, SaveErasure, SaveSend, SaveTimer
from anlass.domain.engine import has_work
from anlass.domain.enrolment import ATTEMPTS, CALENDAR, SWEEP_AFTER, Enrolment
from anlass.domain.erasure import Erasure
from anlass.domain.errors import Conflict
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.keys import EnrolmentKey
from anlass.ports import (
    Clock,
    Definitions,
    EventLog,
    Executions,
    QueueName,
    Queues,
    Store,
)
from anlass.usecases.advance_enrolment import advance_enrolment
from anlass.usecases.close_send import close_as_unknown
from anlass.usecases.quarantine_enrolment import with_failed_attempt
from anlass.usecases.ring_timer import clear_timer, ring_timer
from anlass.wire import Due

AT_ONCE = 200
BACKLOG = 1000  # messages: a queue that is behind is not lost, only slow

# Outcomes where nothing was lost: something came that nobody waits for, or somebody else was at it just then.
HARMLESS = frozenset(
    (
        "enrolments at rest",
        "enrolments that wait on",
        *(f"{rows} that moved by themselves" for rows in ("enrolments", "timers", "sends", "webhooks", "erasures")),
    )
)


@dataclass(frozen=True, slots=True)
class Sweeper:
    store: Store
    event_log: EventLog
    definitions: Definitions
    queues: Queues
    executions: Executions
    clock: Clock
    border: timedelta
    log: Callable[[str, str, BaseException], None]  # (row's kind, id, error): a failure of one row stops no other
    unsettled: Callable[[Send], None] = lambda _: None  # told of what nobody will ever know more about


def sweep(work: Sweeper) -> Counter[str]:
    """How many rows of which kind were taken up, failed or quarantined."""
    done: Counter[str] = Counter()
    backlogs: dict[QueueName, int] = {}

    def is_behind(queue: QueueName) -> bool:
        if queue not in backlogs:
            backlogs[queue] = work.queues.backlog(queue)
        return backlogs[queue] > BACKLOG

    for row in work.store.overdue(work.clock.now(), AT_ONCE):
        match row:
            case Enrolment():
                done[_enrolment(row, work)] += 1
            case Timer():
                done[_timer(row, work)] += 1
            case Send():
                done[_send(row, is_behind("email"), work)] += 1
            case Call():
                done[_call(row, is_behind("webhook"), work)] += 1
            case Erasure():
                done[_erasure(row, work)] += 1
            case _:
                assert_never(row)
    return done


def _enrolment(row: Enrolment, work: Sweeper) -> str:
    now = work.clock.now()
    if row.status in ("done", "quarantined"):
        return _look_again(row, None, "enrolments at rest", work)
    if row.due is not None and _waits_on(row, now):
        return _look_again(row, row.due + SWEEP_AFTER, "enrolments that wait on", work)
    if row.token is not None and work.executions.wake(row.token):
        return _look_again(row, now + SWEEP_AFTER, "enrolments woken", work)
    if row.owner != CALENDAR:
        taken = replace(row, owner=CALENDAR, token=None, seq=row.seq + 1, request=None, sweep_at=now + SWEEP_AFTER)
        try:
            work.store.commit([SaveEnrolment(taken, row.seq, row.appended, row.owner)])
        except Conflict:
            return "enrolments that moved by themselves"
        row = taken
    try:
        advance_enrolment(
            row.id,
            CALENDAR,
            store=work.store,
            event_log=work.event_log,
            definitions=work.definitions,
            clock=work.clock,
            border=work.border,
        )
    except Exception as error:  # noqa: BLE001 - logged and counted; one row's failure must stop no other
        work.log("enrolment", row.id, error)
        return _failed(row, now, work)
    return "enrolments taken over"


def _waits_on(row: Enrolment, now: datetime) -> bool:
    """Something came that is nothing it waits for, so nobody wakes it, and it is not due."""
    cared_for = row.token is not None or row.owner == CALENDAR
    return cared_for and row.status == "active" and not has_work(row, now)


def _look_again(row: Enrolment, at: datetime | None, outcome: str, work: Sweeper) -> str:
    """Nothing to take over now; at the latest then."""
    try:
        work.store.commit([SaveEnrolment(replace(row, sweep_at=at, request=None), row.seq, row.appended, row.owner)])
    except Conflict:
        return "enrolments that moved by themselves"
    return outcome


def _failed(row: Enrolment, now: datetime, work: Sweeper) -> str:
    present = work.store.read([EnrolmentKey(row.id)]).enrolment(row.id)
    if present is None:
        return "enrolments gone"
    failed = with_failed_attempt(present, now)
    try:
        work.store.commit([SaveEnrolment(failed, present.seq, present.appended, present.owner)])
    except Conflict:
        return "enrolments that moved by themselves"
    return "enrolments quarantined" if failed.status == "quarantined" else "enrolments failed"


def _timer(row: Timer, work: Sweeper) -> str:
    try:
        ring_timer(
            Due("timer", row.id, row.generation),
            store=work.store,
            event_log=work.event_log,
            definitions=work.definitions,
            clock=work.clock,
            border=work.border,
        )
    except Exception as error:  # noqa: BLE001 - logged and counted; one row's failure must stop no other
        work.log("timer", row.id, error)
        attempts = row.attempts + 1
        again = replace(row, attempts=attempts, sweep_at=work.clock.now() + SWEEP_AFTER * 2**attempts, request=None)
        try:
            if attempts >= ATTEMPTS:
                clear_timer(row, store=work.store)
                return "timers quarantined"
            work.store.commit([SaveTimer(again, read_generation=row.generation)])
        except Conflict:
            return "timers that moved by themselves"
        return "timers failed"
    return "timers rung"


def _send(row: Send, is_behind: bool, work: Sweeper) -> str:
    now = work.clock.now()
    try:
        if row.status == "UNKNOWN":
            settled = replace(row, sweep_at=None, request=None)
            work.store.commit([SaveSend(settled, row.status, row.claim, row.reports)])
            work.unsettled(row)
            return "sends unsettled"
        if row.status == "SENDING":
            close_as_unknown(row, now, work.store)
            return "sends unknown"
        later = now + SWEEP_AFTER * 2 ** min(row.requeues + 1, 8)
        if is_behind:
            work.store.commit([SaveSend(replace(row, sweep_at=later, request=None), row.status, row.claim)])
            return "sends left to a queue that is behind"
        again = replace(row, sweep_at=later, requeues=row.requeues + 1, request="send")
        work.store.commit([SaveSend(again, row.status, row.claim)])
    except Conflict:
        return "sends that moved by themselves"
    return "sends queued again"


def _erasure(row: Erasure, work: Sweeper) -> str:
    again = replace(row, sweep_at=work.clock.now() + SWEEP_AFTER, request="erase")
    try:
        work.store.commit([SaveErasure(again, row.generation)])
    except Conflict:
        return "erasures that moved by themselves"
    return "erasures queued again"


def _call(row: Call, is_behind: bool, work: Sweeper) -> str:
    """Looked at again after twice the time that it is late: a queue that is slow must not fill up with copies."""
    now = work.clock.now()
    later = now + max(SWEEP_AFTER, now - (row.until or row.created_at))
    again = replace(row, sweep_at=later, request=None if is_behind else "call")
    try:
        work.store.commit([SaveCall(again, row.attempts)])
    except Conflict:
        return "webhooks that moved by themselves"
    return "webhooks left to a queue that is behind" if is_behind else "webhooks queued again"
