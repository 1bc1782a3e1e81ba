"""The events table's stream -> profiles, enrolments and timers."""

from __future__ import annotations

from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_event
from anlass.bootstrap import application
from anlass.domain.applying import Record
from anlass.usecases.match_events import match_events
from aws_lambda_powertools.logging import Logger

logger = Logger(service="match_events")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answers the first record that must come again; positions skip those behind it that were applied already."""
    app = application()
    records = [
        Record(
            decode_event(record["dynamodb"]["NewImage"]),
            stream_life(record["eventSourceARN"]),
            record["dynamodb"]["SequenceNumber"],
        )
        for record in event["Records"]
    ]
    failed = match_events(
        records,
        store=app.store,
        event_log=app.event_log,
        definitions=app.definitions,
        clock=app.clock,
    )
    if failed:
        logger.warning("not applied, will come again", extra={"records": len(failed)})
    return {"batchItemFailures": [{"itemIdentifier": record.sequence} for record in failed]}


def stream_life(arn: str) -> str:
    """The part of a stream's ARN that a restored table has anew."""
    return arn.rsplit("/", 1)[-1]
