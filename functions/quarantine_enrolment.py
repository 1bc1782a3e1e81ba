"""The state machine's task `Quarantine`: an advance failed in a way that trying again at once will not mend."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Telling, counting, logger
from anlass.usecases.quarantine_enrolment import quarantine_enrolment


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    app = application()
    logger.error("advance failed", enrolment=event["enrolment"], error=event["error"])
    with counting() as counts:
        store = Telling(app.store, counts)
        attempts = quarantine_enrolment(event["enrolment"], event["execution"], store=store, clock=app.clock)
    return {"attempts": attempts}
