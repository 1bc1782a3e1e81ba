"""SQS to Lambda. moto keeps the messages, their visibility and their delay, on the virtual clock (`moto_patches`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anlass.adapters.memory.clock import VirtualClock

from cli.runtime import moto_patches
from cli.runtime.batch_response import failed_items
from cli.runtime.lambdas import LambdaError, Lambdas
from cli.runtime.names import REGION
from infra.names import Names
from infra.topology import Queue, QueueSource


@dataclass
class QueueReader:
    """One event source mapping: what fails comes back after the visibility timeout, then goes to `<queue>-dead`."""

    source: QueueSource
    queue: Queue
    name: str  # physical
    arn: str
    lambdas: Lambdas
    clock: VirtualClock
    received: int = 0  # ReceiveMessage calls that brought something, and as many DeleteMessageBatch: AWS bills them

    def due(self) -> datetime | None:
        """When the next message that waits can be received."""
        messages = moto_patches.messages(self.name)
        if not messages:
            return None
        milliseconds = min(max(message.visible_at, message.delayed_until) for message in messages)
        return datetime.fromtimestamp(round(milliseconds) / 1000, UTC)

    def run_due(self) -> bool:
        """One invocation, if there are messages for it."""
        if not moto_patches.messages(self.name):
            return False
        backend = moto_patches.queue_backend()
        messages = backend.receive_message(self.name, self.source.batch_size, 0, self.queue.visibility_seconds)
        if not messages:
            return False
        self.received += 1
        outcome = self.lambdas.invoke(self.source.function, {"Records": [self._record(m) for m in messages]})
        if isinstance(outcome, LambdaError):
            return True
        failed = failed_items(outcome.payload, [m.id for m in messages]) if self.source.partial_failures else ()
        for message in messages:
            if message.id not in failed:
                backend.delete_message(self.name, message.receipt_handle)
        return True

    def _record(self, message: Any) -> dict[str, Any]:
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.approximate_receive_count),
                "SentTimestamp": str(message.sent_timestamp),
                "SenderId": message.sender_id,
                "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
            },
            "messageAttributes": {},
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": self.arn,
            "awsRegion": REGION,
        }


class Queues:
    def __init__(self, names: Names, lambdas: Lambdas, clock: VirtualClock) -> None:
        queues = {queue.name: queue for queue in names.topology.queues}
        self.readers = [
            QueueReader(
                source,
                queues[source.queue],
                names.physical(source.queue),
                names.queue_arn(source.queue),
                lambdas,
                clock,
            )
            for source in names.topology.queue_sources
        ]

    def due(self) -> datetime | None:
        return min((due for reader in self.readers if (due := reader.due()) is not None), default=None)

    def run_due(self) -> bool:
        worked = [reader.run_due() for reader in self.readers]
        return any(worked)


def send(queue_arn: str, body: str) -> None:
    """Delivers as another AWS service would. LookupError if there is no such queue."""
    name = queue_arn.rsplit(":", 1)[-1]
    backend = moto_patches.queue_backend()
    if name not in backend.queues:
        raise LookupError(f"no queue {queue_arn}")
    backend.send_message(name, body)


def bodies(queue: str) -> list[str]:
    """What lies in a queue, visible or not; `queue` is its physical name."""
    return [message.body for message in moto_patches.messages(queue)]
