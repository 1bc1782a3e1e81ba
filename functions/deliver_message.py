"""Queue `email` -> the last look and SES."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from anlass.batches import each
from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Counts, Telling, counting, logger
from anlass.usecases.deliver_message import deliver_message
from anlass.usecases.delivery import Delivery
from anlass.wire import Deliver, decode
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


@masked
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    request = context.aws_request_id
    with counting() as counts:
        return each(event, context, EventType.SQS, lambda record: _one(record, request, counts))


def _one(record: SQSRecord, request: str, counts: Counts) -> None:
    app = application()
    message: Deliver = decode(Deliver, record.body)
    work = Delivery(
        Telling(app.store, counts),
        app.definitions,
        app.mailer,
        app.texter,
        app.links,
        app.queues,
        app.clock,
        app.hashes,
        app.config.claim_seconds,
    )
    looked = deliver_message(message, f"{request}/{record.message_id}", work)
    logger.info("looked", enrolment=message.enrolment, send=message.send, **asdict(looked))
