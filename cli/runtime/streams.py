"""DynamoDB streams to Lambda, as an event source mapping does it: in order, in batches, failing as AWS fails.

A batch that fails is halved (which costs no retry) until the bad record stands alone; alone it is retried, then it
goes with its payload to the failures bucket and the shard moves on. A partial response keeps what came before the
first failed record. While a batch waits for its next try the shard stands still, as it does on AWS.
"""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from anlass.adapters.memory.clock import VirtualClock
from anlass.domain.instants import iso

from cli.runtime import moto_patches
from cli.runtime.batch_response import NOTHING_FAILED, failed_items
from cli.runtime.lambdas import LambdaError, Lambdas, Returned
from cli.runtime.patterns import matches
from infra.names import Names
from infra.topology import StreamSource

SHARD = "shardId-00000001541626099285-f35f62ef"  # moto has one a table
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(seconds=60)

Record = dict[str, Any]
Keep = Callable[[str, str], None]  # key and text of an object in the failures bucket


@dataclass
class _Batch:
    records: list[Record]
    retries: int = 0
    due: datetime | None = None  # not before
    invocations: int = 0


@dataclass
class StreamReader:
    source: StreamSource
    table: str  # physical
    function_arn: str
    lambdas: Lambdas
    clock: VirtualClock
    keep: Keep
    position: int = 0
    _batches: deque[_Batch] = field(default_factory=deque)  # read, not done; the first one blocks the rest
    _mapping: str = field(default_factory=lambda: str(uuid.uuid4()))

    def due(self) -> datetime | None:
        return self._batches[0].due if self._batches else None

    def run_due(self) -> bool:
        """One invocation, if there is something for it."""
        if not self._batches and not self._read():
            return False
        batch = self._batches[0]
        if batch.due is not None and batch.due > self.clock.now():
            return False
        self._invoke(self._batches.popleft())
        return True

    def _read(self) -> bool:
        """The next records that pass the filter; those that do not are passed over without an invocation."""
        while True:
            start, records = moto_patches.stream_records(self.table, self.position, self.source.batch_size)
            if not records:
                return False
            self.position = start + len(records)
            wanted = [r for r in (record.to_json() for record in records) if self._wants(r)]
            if wanted:
                self._batches.append(_Batch(wanted))
                return True

    def _wants(self, record: Record) -> bool:
        return any(matches(pattern, record) for pattern in self.source.patterns)

    def _invoke(self, batch: _Batch) -> None:
        batch.invocations += 1
        outcome = self.lambdas.invoke(self.source.function, {"Records": batch.records})
        failed = self._first_failed(outcome, batch.records)
        if failed is None:
            return
        if failed > 0:
            # What came before is done: the rest starts anew, halved if the mapping bisects.
            rest = _Batch(batch.records[failed:])
            self._batches.extendleft(reversed(self._halves(rest)))
        elif self.source.bisect and len(batch.records) > 1:
            self._batches.extendleft(reversed(self._halves(batch)))
        elif batch.retries < self.source.max_retries:
            delay = min(FIRST_DELAY * 2**batch.retries, LONGEST_DELAY)
            batch.due = self.clock.now() + delay
            batch.retries += 1
            self._batches.appendleft(batch)
        else:
            self._give_up(batch, outcome)

    def _first_failed(self, outcome: Returned | LambdaError, records: list[Record]) -> int | None:
        """Index of the first record that failed; None if none did."""
        if isinstance(outcome, LambdaError):
            return 0
        if not self.source.partial_failures:
            return None
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        failed = failed_items(outcome.payload, numbers)
        return None if failed is NOTHING_FAILED else min(numbers.index(number) for number in failed)

    def _halves(self, batch: _Batch) -> list[_Batch]:
        middle = len(batch.records) // 2
        if not self.source.bisect or middle == 0:
            return [batch]
        return [_Batch(batch.records[:middle]), _Batch(batch.records[middle:])]

    def _give_up(self, batch: _Batch, outcome: Returned | LambdaError) -> None:
        now = self.clock.now()
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
        arrivals = [record["dynamodb"]["ApproximateCreationDateTime"] for record in batch.records]
        document = {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": self.function_arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": batch.invocations,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled" if isinstance(outcome, LambdaError) else None,
            },
            "version": "1.0",
            "timestamp": iso(now, "milliseconds"),
            "DDBStreamBatchInfo": {
                "shardId": SHARD,
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "approximateArrivalOfFirstRecord": iso(datetime.fromtimestamp(arrivals[0], UTC), "milliseconds"),
                "approximateArrivalOfLastRecord": iso(datetime.fromtimestamp(arrivals[-1], UTC), "milliseconds"),
                "batchSize": len(batch.records),
                "streamArn": batch.records[0]["eventSourceARN"],
            },
            "payload": json.dumps({"Records": batch.records}),
        }
        # AWS chooses the key and takes no prefix.
        key = f"aws/lambda/{self._mapping}/{SHARD}/{now:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
        self.keep(key, json.dumps(document))


class Streams:
    """All readers of all tables. Records that every reader of a table has passed are forgotten."""

    def __init__(self, names: Names, lambdas: Lambdas, clock: VirtualClock, keep: Keep) -> None:
        self.readers = [
            StreamReader(
                source, names.physical(source.table), names.function_arn(source.function), lambdas, clock, keep
            )
            for source in names.topology.streams
        ]

    def due(self) -> datetime | None:
        return min((due for reader in self.readers if (due := reader.due()) is not None), default=None)

    def run_due(self) -> bool:
        worked = [reader.run_due() for reader in self.readers]
        if any(worked):
            for table in {reader.table for reader in self.readers}:
                moto_patches.trim_stream(table, min(r.position for r in self.readers if r.table == table))
        return any(worked)
