"""Called by ops after a fault is mended: stream records from the failures bucket, once more.

Events are applied whatever the positions say, each fenced by a SEEN row; requests of the outbox are forwarded again,
which does no harm. An object goes when its records went through; one that cannot be applied yet stops no other.
"""

from __future__ import annotations

import json
from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_event, decode_journey_row
from anlass.bootstrap import Application, application
from anlass.domain.applying import Record
from anlass.masking import masked, said_of
from anlass.telemetry import Counts, Telling, counting, logger
from anlass.usecases.dispatch import dispatch, keep_calendar
from anlass.usecases.expire_proofs import expire_proofs
from anlass.usecases.match_events import match_events


@masked
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    app = application()
    done = left = 0
    with counting() as counts:
        for key in app.failures.keys():  # noqa: SIM118 - a port, not a dict
            if _went_through(key, app, counts):
                app.failures.remove(key)
                done += 1
            else:
                counts["RecordsLeft"] += 1
                left += 1
    logger.info("redriven", done=done, left=left)
    return {"done": done, "left": left}


def _went_through(key: str, app: Application, counts: Counts) -> bool:
    try:
        records = json.loads(json.loads(app.failures.read(key))["payload"])["Records"]
        return _again(records, app, counts)
    except Exception as fault:  # noqa: BLE001 - what it was is said, and the object stays
        logger.error("not redriven", extra={"key": key, **said_of(fault)})
        return False


def _again(records: list[dict[str, Any]], app: Application, counts: Counts) -> bool:
    """Whether all of them went through. Which table they are of, their keys tell."""
    if all("identity" in record["dynamodb"]["Keys"] for record in records):
        events = [
            Record(decode_event(r["dynamodb"]["NewImage"]), "redrive", r["dynamodb"]["SequenceNumber"]) for r in records
        ]
        failed = match_events(
            events,
            store=Telling(app.store, counts),
            event_log=app.event_log,
            definitions=app.definitions,
            clock=app.clock,
            hashes=app.hashes,
            redrive=True,
        )
        for record in () if failed else events:
            expire_proofs(record.event, store=app.store, archive=app.archive, retention=app.kept())
        return not failed
    rows = [decode_journey_row(record["dynamodb"]["NewImage"]) for record in records]
    dispatch([row for row in rows if row.request != "schedule"], queues=app.queues)
    for row in rows:
        if row.request == "schedule":
            keep_calendar(row, calendar=app.calendar, queues=app.queues, clock=app.clock)
    return True
