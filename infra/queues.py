"""The queues, and for each the one that keeps what failed."""

from __future__ import annotations

from aws_cdk import Duration, aws_sqs
from constructs import Construct

from infra.names import Names

DEAD_DAYS = 14  # the longest that SQS keeps a message


def make_queues(scope: Construct, names: Names) -> dict[str, aws_sqs.Queue]:
    """By logical name, dead-letter queues included. Bodies hold ids only: SQS's own encryption is enough."""
    made = {name: _queue(scope, name, names) for name in names.dead_letter_queues}
    for queue in names.topology.queues:
        made[queue.name] = _queue(
            scope,
            queue.name,
            names,
            visibility_timeout=Duration.seconds(queue.visibility_seconds),
            dead_letter_queue=aws_sqs.DeadLetterQueue(queue=made[queue.dead], max_receive_count=queue.max_receives),
        )
    return made


def _queue(scope: Construct, name: str, names: Names, **how: object) -> aws_sqs.Queue:
    return aws_sqs.Queue(
        scope,
        f"Queue-{name}",
        queue_name=names.physical(name),
        encryption=aws_sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(DEAD_DAYS),
        **how,
    )
