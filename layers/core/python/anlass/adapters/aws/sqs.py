"""The queues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from anlass.adapters.aws.faults import transient_faults
from anlass.domain.errors import ConfigurationError, Transient
from anlass.ports import QueueName
from anlass.wire import Message, encode

SEND_AT_ONCE = 10
LONGEST_DELAY = 900


class SqsQueues:
    """`urls`: of the queues that this function may use."""

    def __init__(self, client: Any, urls: Mapping[QueueName, str]) -> None:
        self._client = client
        self._urls = urls

    def send(self, queue: QueueName, messages: Sequence[Message], delay: int = 0) -> None:
        if not 0 <= delay <= LONGEST_DELAY:
            raise ValueError(f"a queue delays by 0 to {LONGEST_DELAY} seconds, not {delay}")
        url = self._url(queue)
        for batch in _batches(messages):
            entries = [
                {"Id": str(number), "MessageBody": encode(message), **({"DelaySeconds": delay} if delay else {})}
                for number, message in enumerate(batch)
            ]
            with transient_faults(f"sending to queue {queue}"):
                answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
            failed = answer.get("Failed", ())
            if failed:
                codes = ", ".join(sorted({str(failure.get("Code")) for failure in failed}))
                raise Transient(f"queue {queue} took all but {len(failed)} of {len(batch)} messages ({codes})")

    def backlog(self, queue: QueueName) -> int:
        name = "ApproximateNumberOfMessages"
        with transient_faults(f"asking for the backlog of queue {queue}"):
            answer = self._client.get_queue_attributes(QueueUrl=self._url(queue), AttributeNames=[name])
        return int(answer["Attributes"][name])

    def _url(self, queue: QueueName) -> str:
        url = self._urls.get(queue)
        if not url:
            raise ConfigurationError(f"{queue.upper()}_QUEUE_URL is not set; infra/topology.py names it per function")
        return url


def _batches(messages: Sequence[Message]) -> Iterator[list[Message]]:
    rest = iter(messages)
    while batch := list(islice(rest, SEND_AT_ONCE)):
        yield batch
