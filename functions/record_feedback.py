"""SES events on the default bus -> the message's row, suppressions, and events that journeys may wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anlass.bootstrap import Application, application
from anlass.domain.feedback import Kind
from anlass.language.ses_feedback import read_feedback
from anlass.masking import masked
from anlass.metrics import Metric
from anlass.telemetry import Counts, Telling, counting, logger
from anlass.usecases.complaint_rate import watch_complaints
from anlass.usecases.record_feedback import record_feedback

METRICS: Mapping[Kind, Metric] = {"delivery": "Delivered", "bounce": "Bounced", "complaint": "Complained"}
RATES: Mapping[str, Metric] = {"warn": "ComplaintsHigh", "stop": "ComplaintsTooHigh"}


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
        if feedback.kind == "complaint":  # also where it is known already: the attempt before may have ended there
            _watch(app, counts)
    if recorded.outcome != "known":
        about = {"enrolment": feedback.enrolment, "step": feedback.step, "kind": feedback.kind}
        logger.info(recorded.outcome, extra={**about, "event": recorded.event})


def _watch(app: Application, counts: Counts) -> None:
    standing = watch_complaints(store=app.store, clock=app.clock)
    if standing.judged.outcome is not None:
        counts[RATES[standing.judged.outcome]] += 1
        logger.warning("complaints", outcome=standing.judged.outcome, why=standing.judged.why)
    if standing.is_new:
        held = {"all": "marketing waits", "questions": "what sign-ups ask waits"}[standing.judged.scope]
        logger.error(f"the brake is on: {held} until it is lifted", why=standing.judged.why)
        counts["BrakeOn"] += 1
