"""Kind `release`: what a pause held goes on. Whoever was to go on meanwhile looks now; late messages look first."""

from __future__ import annotations

from dataclasses import replace

from anlass.domain.changes import Change, SaveEnrolment, SaveSend
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.keys import EnrolmentKey
from anlass.usecases.catalog import load_catalog
from anlass.usecases.selecting.work import Work
from anlass.wire import Selection


def release(selection: Selection, part: int, cursor: str | None, work: Work) -> str | None:
    if load_catalog(work.definitions).is_paused(selection.journey):
        return None  # paused again: its next release finds them
    page = work.census.held(selection.journey, part, cursor)
    rows, soon = work.store.read(page.found), work.clock.now() + SWEEP_AFTER
    changes: list[Change] = []
    for key in page.found:
        if isinstance(key, EnrolmentKey):
            row = rows.enrolment(key.id)
            if row is not None and row.held_at is not None:
                goes_on = replace(row, seq=row.seq + 1, request="wake", nudge=None, sweep_at=soon)
                changes.append(SaveEnrolment(goes_on, row.seq, row.appended, row.owner))
        else:
            send = rows.send(key.enrolment, key.row)
            if send is not None and send.is_held and send.is_open:
                leaves = replace(send, is_held=False, request="send", sweep_at=soon)
                changes.append(SaveSend(leaves, send.status, send.claim))
    work.commit(changes)
    return page.after
