"""SES events on the default bus -> the message's row, suppressions, and events that journeys may wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anlass.bootstrap import application
from anlass.domain.feedback import Kind
from anlass.language.ses_feedback import read_feedback
from anlass.masking import masked
from anlass.metrics import Metric
from anlass.telemetry import Telling, counting, logger
from anlass.usecases.record_feedback import record_feedback

METRICS: Mapping[Kind, Metric] = {"delivery": "Delivered", "bounce": "Bounced", "complaint": "Complained"}


@masked
def handler(event: dict[str, Any], _context: object) -> None:
    feedback = read_feedback(event)
    if feedback is None:
        logger.info("not about a message of ours", kind=event.get("detail-type"))
        return
    app = application()
    with counting() as counts:
        recorded = record_feedback(feedback, store=Telling(app.store, counts), hashes=app.hashes)
        if recorded.is_first and feedback.kind in METRICS:
            counts[METRICS[feedback.kind]] += 1
    if recorded.outcome != "known":
        about = {"enrolment": feedback.enrolment, "step": feedback.step, "kind": feedback.kind}
        logger.info(recorded.outcome, extra={**about, "event": recorded.event})
