"""Queue `start` -> executions of the state machine, no faster than StartExecution's quota refills."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.telemetry import Batch
from anlass.wire import Start, decode
from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

processor = Batch(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return dict(process_partial_response(event, _one, processor, context))


def _one(record: SQSRecord) -> None:
    message: Start = decode(Start, record.body)
    application().executions.start(message.name, message.enrolment)
