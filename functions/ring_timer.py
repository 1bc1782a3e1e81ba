"""Queue `due` (the calendar's target) -> lazy timers and long waits."""

from __future__ import annotations

from dataclasses import asdict

from anlass.batches import queue_handler
from anlass.bootstrap import application
from anlass.telemetry import Counts, Telling, logger
from anlass.usecases.ring_timer import ring_timer
from anlass.wire import Due


def _one(message: Due, counts: Counts) -> None:
    app = application()
    rung = ring_timer(
        message,
        store=Telling(app.store, counts),
        event_log=app.event_log,
        definitions=app.definitions,
        clock=app.clock,
        border=app.config.wait_border,
    )
    logger.info("rang", kind=message.kind, row=message.id, **asdict(rung))


handler = queue_handler(Due, _one)
