"""The events table's stream -> profiles, enrolments and timers."""

from __future__ import annotations

from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_event
from anlass.bootstrap import application
from anlass.domain.applying import Record
from anlass.telemetry import Telling, counting
from anlass.usecases.match_events import match_events


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
    with counting() as counts:
        failed = match_events(
            records,
            store=Telling(app.store, counts),
            event_log=app.event_log,
            definitions=app.definitions,
            clock=app.clock,
        )
        counts["NotApplied"] += len(failed)
    return {"batchItemFailures": [{"itemIdentifier": record.sequence} for record in failed]}


def stream_life(arn: str) -> str:
    """The part of a stream's ARN that a restored table has anew."""
    return arn.rsplit("/", 1)[-1]
