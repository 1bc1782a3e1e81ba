"""Something came that an enrolment waits for: wake its execution, or advance it in place if it has none."""

from __future__ import annotations

from datetime import timedelta

from anlass.domain.enrolment import CALENDAR
from anlass.ports import (
    Clock,
    Definitions,
    EventLog,
    Executions,
    Store,
)
from anlass.usecases.advance_enrolment import advance_enrolment
from anlass.wire import Wake


def wake_enrolment(
    message: Wake,
    *,
    store: Store,
    event_log: EventLog,
    definitions: Definitions,
    executions: Executions,
    clock: Clock,
    border: timedelta,
) -> None:
    """A dead token does no harm: whoever owns the row by now finds the inbox, or the sweeper does."""
    if message.token is not None and executions.wake(message.token):
        return
    advance_enrolment(
        message.enrolment,
        CALENDAR,
        store=store,
        event_log=event_log,
        definitions=definitions,
        clock=clock,
        border=border,
    )
