"""The journeys table's stream -> EventBridge Scheduler: one schedule for each row that asks for one."""

from __future__ import annotations

from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_journey_row
from anlass.batches import each
from anlass.bootstrap import application
from anlass.masking import masked
from anlass.usecases.dispatch import keep_calendar
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord


@masked
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return each(event, context, EventType.DynamoDBStreams, _one)


def _one(record: DynamoDBRecord) -> None:
    app = application()
    row = decode_journey_row(record.raw_event["dynamodb"]["NewImage"])
    keep_calendar(row, calendar=app.calendar, queues=app.queues, clock=app.clock)
