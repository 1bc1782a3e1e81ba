"""Queue `start` -> executions of the state machine, no faster than StartExecution's quota refills."""

from __future__ import annotations

from typing import Any

from anlass.batches import each
from anlass.bootstrap import application
from anlass.masking import masked
from anlass.wire import Start, decode
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


@masked
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return each(event, context, EventType.SQS, _one)


def _one(record: SQSRecord) -> None:
    message: Start = decode(Start, record.body)
    application().executions.start(message.name, message.enrolment)
