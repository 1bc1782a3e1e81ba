"""SES events on the default bus -> the message's row, suppressions, and events that journeys may wait for."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.language.ses_feedback import read_feedback
from anlass.usecases.record_feedback import record_feedback
from aws_lambda_powertools.logging import Logger

logger = Logger(service="record_feedback")


def handler(event: dict[str, Any], _context: object) -> None:
    feedback = read_feedback(event)
    if feedback is None:
        logger.info("not about a message of ours", extra={"kind": event.get("detail-type")})
        return
    app = application()
    outcome = record_feedback(feedback, store=app.store)
    logger.info("recorded", extra={"enrolment": feedback.enrolment, "kind": feedback.kind, "outcome": outcome})
