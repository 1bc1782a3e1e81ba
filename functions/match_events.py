"""The events table's stream -> profiles, enrolments and timers."""

from __future__ import annotations

from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_event
from anlass.bootstrap import Application, application
from anlass.domain.applying import Record
from anlass.domain.subscribing import REQUESTED
from anlass.masking import masked, said_of
from anlass.telemetry import Telling, counting, logger
from anlass.usecases.expire_proofs import expire_proofs
from anlass.usecases.learn_names import learn_names
from anlass.usecases.match_events import match_events


@masked
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
            hashes=app.hashes,
        )
        counts["NotApplied"] += len(failed)
        counts["SubscriptionsRequested"] += sum(record.event.name == REQUESTED for record in records)
    _learn(records, app)
    undone = {record.sequence for record in failed}
    for record in records:
        if record.sequence not in undone:
            expire_proofs(record.event, store=app.store, archive=app.archive, retention=app.kept())
    return {"batchItemFailures": [{"itemIdentifier": record.sequence} for record in failed]}


def _learn(records: list[Record], app: Application) -> None:
    """Editors complete what was learned: no reason to apply events again."""
    try:
        learn_names([record.event for record in records], vocabulary=app.vocabulary)
    except Exception as fault:  # noqa: BLE001 - what it was is said, and the next event of this sort tries again
        logger.warning("names not learned", extra=said_of(fault))


def stream_life(arn: str) -> str:
    """The part of a stream's ARN that a restored table has anew."""
    return arn.rsplit("/", 1)[-1]
