"""The state machine's task `Advance`: brings the row up to date and answers the route."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Telling, counting
from anlass.usecases.advance_enrolment import advance_enrolment


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    app = application()
    with counting() as counts:
        route = advance_enrolment(
            event["enrolment"],
            event["execution"],
            store=Telling(app.store, counts),
            event_log=app.event_log,
            definitions=app.definitions,
            clock=app.clock,
            border=app.config.wait_border,
        )
    return asdict(route)
