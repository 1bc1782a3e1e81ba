"""SNS's delivery status of SMS, read from its log -> the message's row, and events that journeys may wait for."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.language.sms_status import read_statuses
from anlass.masking import masked
from anlass.telemetry import Telling, counting, logger
from anlass.usecases.record_sms_status import record_sms_status


@masked
def handler(event: dict[str, Any], _context: object) -> None:
    app = application()
    with counting() as counts:
        store = Telling(app.store, counts)
        for status in read_statuses(event):
            recorded = record_sms_status(status, store=store, hashes=app.hashes)
            if recorded.is_first:
                counts["Delivered" if status.is_delivered else "Bounced"] += 1
            logger.info(recorded.outcome, sms=status.provider_id, event=recorded.event)
