"""The journeys table's stream -> queues. Forwards what rows ask for and nothing else."""

from __future__ import annotations

from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_journey_row
from anlass.bootstrap import application
from anlass.masking import masked
from anlass.usecases.dispatch import dispatch


@masked
def handler(event: dict[str, Any], _context: object) -> None:
    """A fault makes the whole batch come again: a message twice in a queue does no harm, a lost one would."""
    rows = [decode_journey_row(record["dynamodb"]["NewImage"]) for record in event["Records"]]
    dispatch(rows, queues=application().queues)
