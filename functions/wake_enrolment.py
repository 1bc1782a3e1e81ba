"""Queue `wake` -> the parked execution, or an advance in place."""

from __future__ import annotations

from typing import Any

from anlass.batches import each
from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Counts, Telling, counting
from anlass.usecases.wake_enrolment import wake_enrolment
from anlass.wire import Wake, decode
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


@masked
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    with counting() as counts:
        return each(event, context, EventType.SQS, lambda record: _one(record, counts))


def _one(record: SQSRecord, counts: Counts) -> None:
    app = application()
    wake_enrolment(
        decode(Wake, record.body),
        store=Telling(app.store, counts),
        event_log=app.event_log,
        definitions=app.definitions,
        executions=app.executions,
        clock=app.clock,
        border=app.config.wait_border,
    )
