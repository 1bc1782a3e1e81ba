"""Queue `due` (the calendar's target) -> lazy timers and long waits."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.usecases.ring_timer import ring_timer
from anlass.wire import Due, decode
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

logger = Logger(service="ring_timer")
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return dict(process_partial_response(event, _one, processor, context))


def _one(record: SQSRecord) -> None:
    app = application()
    message: Due = decode(Due, record.body)
    outcome = ring_timer(
        message,
        store=app.store,
        event_log=app.event_log,
        definitions=app.definitions,
        clock=app.clock,
        border=app.config.wait_border,
    )
    logger.info("rang", extra={"kind": message.kind, "row": message.id, "outcome": outcome})
