"""Queue `erase` -> one run of an erasure after the other, until nothing of the person is left."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from anlass.batches import each
from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Counts, Telling, counting, logger
from anlass.usecases.erase_person import erase_person
from anlass.wire import Erase, decode
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


@masked
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    with counting() as counts:
        return each(event, context, EventType.SQS, lambda record: _one(record, counts))


def _one(record: SQSRecord, counts: Counts) -> None:
    app = application()
    message: Erase = decode(Erase, record.body)
    work = replace(app.people, store=Telling(app.store, counts))
    erased = erase_person(message, work, app.content, app.definitions)
    logger.info("erased", erasure=message.erasure, **asdict(erased))
