"""Queue `webhook` -> the shop's own systems."""

from __future__ import annotations

from dataclasses import asdict

from anlass.batches import queue_handler
from anlass.bootstrap import application
from anlass.telemetry import Counts, Telling, logger
from anlass.usecases.call_webhook import Calling, call_webhook
from anlass.wire import Webhook


def _one(message: Webhook, counts: Counts) -> None:
    app = application()
    called = call_webhook(message, Calling(Telling(app.store, counts), app.shop, app.seals, app.clock))
    logger.info("called", enrolment=message.enrolment, webhook=message.call, **asdict(called))


handler = queue_handler(Webhook, _one)
