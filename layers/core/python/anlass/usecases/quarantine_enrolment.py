"""A failed attempt is written on the row; after five the enrolment rests until a person looks at it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from anlass.domain.changes import SaveEnrolment
from anlass.domain.enrolment import ATTEMPTS, CALENDAR, SWEEP_AFTER, Enrolment
from anlass.domain.errors import Conflict
from anlass.keys import EnrolmentKey
from anlass.ports import Clock, Store


def quarantine_enrolment(id_: str, runner: str, *, store: Store, clock: Clock) -> int:
    """The failed attempts so far, 0 if the row is not the runner's any more."""
    while True:
        row = store.read([EnrolmentKey(id_)]).enrolment(id_)
        if row is None or row.owner != runner or row.status in ("done", "quarantined"):
            return 0
        failed = with_failed_attempt(row, clock.now())
        try:
            store.commit([SaveEnrolment(failed, row.seq, row.appended, row.owner)])
        except Conflict:
            continue
        return failed.attempts


def with_failed_attempt(row: Enrolment, now: datetime) -> Enrolment:
    """The calendar owns it from here: the sweeper tries again, later each time."""
    attempts = row.attempts + 1
    row = replace(row, seq=row.seq + 1, attempts=attempts, owner=CALENDAR, token=None, request=None)
    if attempts >= ATTEMPTS:
        return replace(row, status="quarantined", sweep_at=None)
    return replace(row, sweep_at=now + SWEEP_AFTER * 2**attempts)
