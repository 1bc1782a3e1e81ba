"""The state machine's task `Quarantine`: an advance failed in a way that trying again at once will not mend."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.usecases.quarantine_enrolment import quarantine_enrolment
from aws_lambda_powertools.logging import Logger

logger = Logger(service="quarantine_enrolment")


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    app = application()
    attempts = quarantine_enrolment(event["enrolment"], event["execution"], store=app.store, clock=app.clock)
    logger.error(
        "advance failed", extra={"enrolment": event["enrolment"], "error": event["error"], "attempts": attempts}
    )
    return {"attempts": attempts}
