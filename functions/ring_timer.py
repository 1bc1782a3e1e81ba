"""Queue `due` (the calendar's target) -> lazy timers and long waits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from anlass.batches import each
from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Counts, Telling, counting, logger
from anlass.usecases.ring_timer import ring_timer
from anlass.wire import Due, decode
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


@masked
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    with counting() as counts:
        return each(event, context, EventType.SQS, lambda record: _one(record, counts))


def _one(record: SQSRecord, counts: Counts) -> None:
    app = application()
    message: Due = decode(Due, record.body)
    rung = ring_timer(
        message,
        store=Telling(app.store, counts),
        event_log=app.event_log,
        definitions=app.definitions,
        clock=app.clock,
        border=app.config.wait_border,
    )
    logger.info("rang", kind=message.kind, row=message.id, **asdict(rung))
