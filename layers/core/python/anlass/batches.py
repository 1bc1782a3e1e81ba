"""Records of one invocation, each on its own: one that fails is said to the log, and it alone comes again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    ExceptionInfo,
    FailureResponse,
    process_partial_response,
)

from anlass.masking import masked, said_of
from anlass.telemetry import Counts, counting, logger
from anlass.wire import Message, decode

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
_Message = TypeVar("_Message", bound=Message)


def each(event: dict[str, Any], context: Any, kind: EventType, one: Callable[[Any], None]) -> dict[str, Any]:
    """Calls `one` with each record, as Powertools' data class; answers which failed, as Lambda wants it."""
    processor = _Batch(event_type=kind, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event, one, processor, context))


def queue_handler(kind: type[_Message], one: Callable[[_Message, Counts], None]) -> Handler:
    """The handler of a queue whose messages are all of this kind: calls `one` with each, and with what is counted."""

    @masked
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        with counting() as counts:
            return each(event, context, EventType.SQS, lambda record: one(decode(kind, record.body), counts))

    return handler


class _Batch(BatchProcessor):
    """Powertools itself says nothing of a failure."""

    def failure_handler(self, record: Any, exception: ExceptionInfo) -> FailureResponse:
        logger.error("failed, comes again", extra={"record": _id_of(record), **said_of(exception[1])})
        return super().failure_handler(record, exception)


def _id_of(record: Mapping[str, Any]) -> object:
    """Of a message in a queue, or of a record in a stream."""
    return record.get("messageId") or record.get("dynamodb", {}).get("SequenceNumber")
