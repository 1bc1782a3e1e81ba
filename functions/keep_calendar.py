"""The journeys table's stream -> EventBridge Scheduler: one schedule for each row that asks for one."""

from __future__ import annotations

from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_journey_row
from anlass.bootstrap import application
from anlass.telemetry import Batch
from anlass.usecases.dispatch import keep_calendar
from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

processor = Batch(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return dict(process_partial_response(event, _one, processor, context))


def _one(record: DynamoDBRecord) -> None:
    app = application()
    row = decode_journey_row(record.raw_event["dynamodb"]["NewImage"])
    keep_calendar(row, calendar=app.calendar, queues=app.queues, clock=app.clock)
