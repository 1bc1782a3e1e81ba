"""Queue `wake` -> the parked execution, or an advance in place."""

from __future__ import annotations

from anlass.batches import queue_handler
from anlass.bootstrap import application
from anlass.telemetry import Counts, Telling
from anlass.usecases.wake_enrolment import wake_enrolment
from anlass.wire import Wake


def _one(message: Wake, counts: Counts) -> None:
    app = application()
    wake_enrolment(
        message,
        store=Telling(app.store, counts),
        event_log=app.event_log,
        definitions=app.definitions,
        executions=app.executions,
        clock=app.clock,
        border=app.config.wait_border,
    )


handler = queue_handler(Wake, _one)
