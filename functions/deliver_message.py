"""Queue `email` -> the last look and SES."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.usecases.deliver_message import Delivery, deliver_message
from anlass.wire import Deliver, decode
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

logger = Logger(service="deliver_message")
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    request = context.aws_request_id
    return dict(process_partial_response(event, lambda record: _one(record, request), processor, context))


def _one(record: SQSRecord, request: str) -> None:
    app = application()
    message: Deliver = decode(Deliver, record.body)
    work = Delivery(app.store, app.definitions, app.mailer, app.links, app.queues, app.clock, app.config.claim_seconds)
    outcome = deliver_message(message, f"{request}/{record.message_id}", work)
    logger.info("looked", extra={"enrolment": message.enrolment, "send": message.send, "outcome": outcome})
