"""Queue `webhook` -> the shop's own systems."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from anlass.batches import each
from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Counts, Telling, counting, logger
from anlass.usecases.call_webhook import Calling, call_webhook
from anlass.wire import Webhook, decode
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


@masked
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    with counting() as counts:
        return each(event, context, EventType.SQS, lambda record: _one(record, counts))


def _one(record: SQSRecord, counts: Counts) -> None:
    app = application()
    message: Webhook = decode(Webhook, record.body)
    called = call_webhook(message, Calling(Telling(app.store, counts), app.shop, app.seals, app.clock))
    logger.info("called", enrolment=message.enrolment, webhook=message.call, **asdict(called))
