"""The queues, and for each the one that keeps what failed."""

from __future__ import annotations

from aws_cdk import Duration, aws_kms, aws_sqs
from constructs import Construct

from infra.names import Names

WORK_DAYS = 4
DEAD_DAYS = 14  # the longest that SQS keeps a message, counted from when it was sent first


def make_queues(scope: Construct, names: Names, key: aws_kms.IKey) -> dict[str, aws_sqs.Queue]:
    """By logical name, dead-letter queues included, all with the stage's key: bodies hold ids only, but where user ids
    are addresses there are addresses in them, and what a bus could not deliver is kept as it came.
    """
    made = {name: _queue(scope, name, names, DEAD_DAYS, key) for name in names.topology.dead_letter_queues}
    for queue in names.topology.queues:
        made[queue.name] = _queue(
            scope,
            queue.name,
            names,
            WORK_DAYS,
            key,
            visibility_timeout=Duration.seconds(queue.visibility_seconds),
            dead_letter_queue=aws_sqs.DeadLetterQueue(queue=made[queue.dead], max_receive_count=queue.max_receives),
        )
    return made


def _queue(scope: Construct, name: str, names: Names, days: int, key: aws_kms.IKey, **how: object) -> aws_sqs.Queue:
    return aws_sqs.Queue(
        scope,
        f"Queue-{name}",
        queue_name=names.physical(name),
        enforce_ssl=True,
        retention_period=Duration.days(days),
        encryption=aws_sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        **how,
    )
