"""Records of one invocation, each on its own: one that fails is said to the log, and it alone comes again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    ExceptionInfo,
    FailureResponse,
    process_partial_response,
)

from anlass.masking import said_of
from anlass.telemetry import logger


def each(event: dict[str, Any], context: Any, kind: EventType, one: Callable[[Any], None]) -> dict[str, Any]:
    """Calls `one` with each record, as Powertools' data class; answers which failed, as Lambda wants it."""
    processor = _Batch(event_type=kind, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event, one, processor, context))


class _Batch(BatchProcessor):
    """Powertools itself says nothing of a failure."""

    def failure_handler(self, record: Any, exception: ExceptionInfo) -> FailureResponse:
        logger.error("failed, comes again", extra={"record": _id_of(record), **said_of(exception[1])})
        return super().failure_handler(record, exception)


def _id_of(record: Mapping[str, Any]) -> object:
    """Of a message in a queue, or of a record in a stream."""
    return record.get("messageId") or record.get("dynamodb", {}).get("SequenceNumber")
