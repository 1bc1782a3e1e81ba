"""Takes away what is left of somebody whose tombstones stand: journeys, events, profiles, the shop's lists.

Every run looks for what is there and deletes it, so a run that died is simply run again. It ends when a look some
minutes later finds nothing: indexes lag, and what others had read before, they have written by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Literal

from anlass.domain.call import Call
from anlass.domain.changes import SaveEnrolment, SaveErasure
from anlass.domain.enrolment import CALENDAR, Enrolment
from anlass.domain.erasure import Erasure, after_pass
from anlass.domain.errors import Conflict
from anlass.domain.ledger import Proof, Statement
from anlass.domain.owning import Holding, moment_of
from anlass.domain.profile import State
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.keys import EnrolmentKey, ErasureKey
from anlass.ports import (
    Kept,
    Shelf,
    VersionedContent,
)
from anlass.usecases.begin_erasure import KNOWN_BY, bury
from anlass.usecases.forget_in_content import forget_in_content
from anlass.usecases.people import owner_of
from anlass.usecases.people_work import PeopleWork
from anlass.usecases.whole_person import all_events
from anlass.wire import Erase

ROWS = 2_000  # of one run: some seconds' work
AT_ONCE = 200  # events
TRIES = 8
ERASED = "erased"  # the outcome of an enrolment that is cut short

Outcome = Literal["closed", "early", "more", "verifying", "done"]


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of a run, for the log."""

    outcome: Outcome
    rows: int = 0


def erase_person(message: Erase, work: PeopleWork, content: VersionedContent, shelf: Shelf) -> Erased:
    """One run of an erasure. Raises Transient; then the same message does the rest."""
    row = work.store.read([ErasureKey(message.erasure)]).erasure(message.erasure)
    if row is None or row.status == "done":
        return Erased("closed")
    if row.until is not None and work.clock.now() < row.until:
        return Erased("early")
    if row.status == "burying":
        row = bury(row, work)
    erased: Counter[str] = Counter()
    is_complete = True
    for batch in _remains(row, work):
        _end(batch, work)
        work.archive.drop(batch)
        erased.update(kept.kind for kept in batch)
        if erased.total() >= ROWS:
            is_complete = False
            break
    cleaned = forget_in_content(row, content, shelf) if is_complete else None
    lists, mentions = (cleaned.lists, cleaned.mentions) if cleaned else ((), ())
    after = after_pass(row, erased, lists, mentions, work.clock.now(), is_complete=is_complete)
    try:
        work.store.commit([SaveErasure(after, row.generation)])
    except Conflict:
        return Erased("closed", erased.total())  # the same message, delivered twice: the other run goes on
    return Erased("more" if not is_complete else "done" if after.status == "done" else "verifying", erased.total())


def _remains(row: Erasure, work: PeopleWork) -> Iterator[list[Kept]]:
    """What is there of whoever was erased, and nothing of who came after them under the same name."""
    for identity in row.identities:
        armed, holding = _armed(identity, work), row.holding(identity)
        found = (kept for kept in work.archive.journey_rows(identity) if _is_theirs(kept, holding))
        yield [kept for kept in found if _is_of_journeys(kept, row, armed)]
        yield from _events(identity, row, work)
        rows = work.archive.profile_rows(identity)
        is_anew = any(kept.kind == "STATE" for kept in rows)
        theirs = (kept for kept in rows if _is_theirs(kept, holding))
        yield [kept for kept in theirs if not is_anew or _is_of_profile(kept, row)]


def _is_theirs(kept: Kept, holding: Holding) -> bool:
    """Of an address that others have or had as well: by when it began."""
    return holding.holds(moment_of(kept.row))


def _armed(identity: str, work: PeopleWork) -> frozenset[str]:
    """Timers of somebody who is there again."""
    state = owner_of(identity, work.store)[1]
    return frozenset(timer.armed for timer in state.timers.values() if timer.armed) if state else frozenset()


def _is_of_journeys(kept: Kept, row: Erasure, armed: frozenset[str]) -> bool:
    match kept.row:
        case Enrolment(entered_at=at) | Send(created_at=at) | Call(created_at=at):
            return at <= row.started_at
        case Timer(id=id_):
            return id_ not in armed
        case _:
            return False


def _events(identity: str, row: Erasure, work: PeopleWork) -> Iterator[list[Kept]]:
    holding = row.holding(identity)
    found = (event for event in all_events(work.archive, identity) if holding.holds(moment_of(event)))
    old = (Kept("events", e.identity, e.moment) for e in found if row.knows(e.at, e.received_at))
    while batch := list(islice(old, AT_ONCE)):
        yield batch


def _is_of_profile(kept: Kept, row: Erasure) -> bool:
    """Beside rows of somebody who is there again. Those by which they are known were voided at the beginning."""
    match kept.row:
        case Statement(at=at) | Proof(confirmed_at=at):
            return at <= row.started_at
        case State():
            return False
        case datetime() as at:
            return at <= row.started_at
        case _:
            return kept.kind not in KNOWN_BY


def _end(batch: Sequence[Kept], work: PeopleWork) -> None:
    """What an execution runs is marked and woken, so that it ends now, not in a week."""
    for kept in batch:
        enrolment = kept.row if isinstance(kept.row, Enrolment) else None
        for _ in range(TRIES):
            if enrolment is None or enrolment.status == "done":
                break
            ended = replace(
                enrolment,
                status="done",
                outcome=ERASED,
                seq=enrolment.seq + 1,
                owner=CALENDAR,
                due=None,
                sweep_at=None,
                held_at=None,
                request="wake",
                nudge=None,
            )
            try:
                work.store.commit([SaveEnrolment(ended, enrolment.seq, enrolment.appended, enrolment.owner)])
            except Conflict:
                enrolment = work.store.read([EnrolmentKey(enrolment.id)]).enrolment(enrolment.id)
            else:
                break
