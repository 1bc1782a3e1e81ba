"""The events table's stream -> profiles, enrolments and timers."""

from __future__ import annotations

from functools import partial
from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_event
from anlass.bootstrap import Application, application
from anlass.domain.applying import Record
from anlass.domain.subscribing import REQUESTED
from anlass.masking import masked, place_of, said_of
from anlass.telemetry import Telling, counting, logger
from anlass.usecases.catalog import load_catalog
from anlass.usecases.expire_proofs import expire_proofs
from anlass.usecases.learn_names import learn_names
from anlass.usecases.match_events import match_events
from anlass.usecases.set_aside import told_apart


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answers the first record that must come again; positions skip those behind it that were applied already. What
    nobody can apply is set aside at once: by Lambda's retries it would hold up everybody on its shard.
    """
    app = application()
    load_catalog(app.definitions)  # where it cannot be read no record is to blame
    records = [
        Record(
            decode_event(record["dynamodb"]["NewImage"]),
            stream_life(record["eventSourceARN"]),
            record["dynamodb"]["SequenceNumber"],
        )
        for record in event["Records"]
    ]
    with counting() as counts:
        apply = partial(
            match_events,
            store=Telling(app.store, counts),
            event_log=app.event_log,
            definitions=app.definitions,
            clock=app.clock,
            hashes=app.hashes,
        )
        failed, aside = told_apart(records, apply)
        counts["NotApplied"] += len(failed)
        counts["SetAside"] += len(aside)
        counts["SubscriptionsRequested"] += sum(record.event.name == REQUESTED for record in records)
    whole = {record["dynamodb"]["SequenceNumber"]: record for record in event["Records"]}
    for record, fault in aside:
        logger.error("set aside", extra={"sequence": record.sequence, "at": place_of(fault), **said_of(fault)})
        app.failures.keep(record.sequence, [whole[record.sequence]], app.clock.now())
    _learn(records, app)
    undone = {record.sequence for record in (*failed, *(record for record, _ in aside))}
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
