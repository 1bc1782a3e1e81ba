"""Mail that SES received for the address to unsubscribe at. Who wrote what from where is neither kept nor logged."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import logger
from anlass.usecases.unsubscribe_by_mail import unsubscribe_by_mail


@masked
def handler(event: dict[str, Any], _context: object) -> None:
    app = application()
    for record in event["Records"]:
        for address in record["ses"]["receipt"]["recipients"]:
            outcome = unsubscribe_by_mail(address, app)
            logger.info("mail received", outcome=outcome)
