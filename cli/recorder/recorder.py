"""Counts every AWS request of the local runtime, with DynamoDB's units: exact, without noise, by handler.

Approximated, and only here:
- numbers count about a byte for two digits, as AWS's own words have it; a query with a filter counts what it returned;
- index entries written in a transaction count double like the items (AWS does not say; this is the upper bound);
- a cancelled transaction counts in full.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from cli.recorder.units import Item, item_size, read_units, write_units
from cli.recorder.usage import Request, Usage
from cli.runtime.aws_calls import OPERATOR, AwsCall, AwsReply
from cli.runtime.world import LocalRuntime


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is remembered of an item: its size, and per index the entry it has there."""

    size: int
    entries: tuple[str | None, ...]


ABSENT = _Stored(0, ())


class Recorder:
    """Watches from its making on; make it right after the runtime has started."""

    def __init__(self, runtime: LocalRuntime) -> None:
        self._runtime = runtime
        self._names = runtime.names
        self._keys = {
            self._names.physical(table.name): (table.partition_key, table.sort_key)
            for table in self._names.topology.tables
        }
        self._indexes = {
            self._names.physical(table.name): table.indexes for table in self._names.topology.tables if table.indexes
        }
        self._stored: dict[tuple[str, str], _Stored] = {}
        self._requests: Counter[Request] = Counter()
        self._items: Counter[Request] = Counter()
        self._writes: Counter[Request] = Counter()
        self._half_reads: Counter[Request] = Counter()
        self._looking = False  # our own look at an item is nobody's request
        self._counters: dict[str, Callable[[AwsCall, AwsReply], None]] = {
            "dynamodb.PutItem": self._one,
            "dynamodb.UpdateItem": self._one,
            "dynamodb.DeleteItem": self._one,
            "dynamodb.BatchWriteItem": self._batch_write,
            "dynamodb.TransactWriteItems": self._transaction,
            "dynamodb.GetItem": self._get,
            "dynamodb.BatchGetItem": self._batch_get,
            "dynamodb.Query": self._query,
            "dynamodb.Scan": self._scan,
            "sqs.SendMessageBatch": self._send_batch,
        }
        runtime.calls.observers.append(self._observe)

    def usage(self) -> Usage:
        """All until now."""
        runtime = self._runtime
        return Usage(
            requests=Counter(self._requests),
            items=Counter(self._items),
            writes=Counter(self._writes),
            half_reads=Counter(self._half_reads),
            invocations=Counter(runtime.lambdas.invocations),
            polls=Counter({reader.source.queue: reader.received for reader in runtime.queues.readers}),
            rings=runtime.calendar.rung,
            transitions=sum(machine.transitions for machine in runtime.machines.values()),
        )

    def _observe(self, call: AwsCall, reply: AwsReply) -> None:
        if self._looking:
            return
        request = self._request(call, self._resource(call))
        self._requests[request] += 1
        count = self._counters.get(f"{call.service}.{call.operation}")
        if count is not None:
            count(call, reply)
        else:
            self._items[request] += 1

    def _resource(self, call: AwsCall) -> str:
        """The table, queue, … that the call names; of several tables the first."""
        params = call.params
        if "TransactItems" in params:
            return self._names.logical(next(iter(params["TransactItems"][0].values()))["TableName"])
        if "RequestItems" in params:
            return self._names.logical(next(iter(params["RequestItems"])))
        for name in ("TableName", "QueueUrl", "Bucket", "SecretId"):
            if name in params:
                return self._names.logical(str(params[name]).rsplit("/", 1)[-1])
        if call.service == "scheduler" and "Target" in params:
            return self._names.logical(params["Target"]["Arn"].rsplit(":", 1)[-1])
        return ""

    @staticmethod
    def _request(call: AwsCall, resource: str) -> Request:
        return Request(call.actor, call.service, call.operation, resource)

    # Writes.

    def _one(self, call: AwsCall, reply: AwsReply) -> None:
        self._write(call, reply, call.operation.removesuffix("Item"), call.params)

    def _transaction(self, call: AwsCall, reply: AwsReply) -> None:
        for entry in call.params["TransactItems"]:
            ((kind, params),) = entry.items()
            self._write(call, reply, kind, params, transactional=True)

    def _batch_write(self, call: AwsCall, reply: AwsReply) -> None:
        for table, entries in call.params["RequestItems"].items():
            for entry in entries:
                ((kind, params),) = entry.items()
                self._write(call, reply, kind.removesuffix("Request"), {**params, "TableName": table})

    def _write(
        self, call: AwsCall, reply: AwsReply, kind: str, params: Mapping[str, Any], *, transactional: bool = False
    ) -> None:
        table = params["TableName"]
        key = self._key(table, params["Item"] if kind == "Put" else params["Key"])
        before = self._stored.get((table, key), ABSENT)
        if kind == "Put":
            after = self._remembered(table, params["Item"])
        elif kind == "Update":
            item = self._look(table, params["Key"])
            after = self._remembered(table, item) if item else ABSENT
        else:
            after = ABSENT if kind == "Delete" else before
        request = self._request(call, self._names.logical(table))
        self._items[request] += 1
        self._writes[request] += write_units(max(before.size, after.size), transactional=transactional)
        if reply.status >= 300:
            return  # refused: it costs, but nothing changed
        for old, new in zip_longest(before.entries, after.entries):
            changed = (old is not None) + (new is not None) if old != new else 0
            self._writes[request] += changed * write_units(0, transactional=transactional)
        self._stored[table, key] = after

    def _remembered(self, table: str, item: Item) -> _Stored:
        entries = tuple(
            json.dumps([item[index.partition_key], item[index.sort_key]])
            if index.partition_key in item and index.sort_key in item
            else None
            for index in self._indexes.get(table, ())
        )
        return _Stored(item_size(item), entries)

    def _look(self, table: str, key: Item) -> Item | None:
        self._looking = True
        try:
            with self._runtime.calls.acting(OPERATOR):
                found: Item | None = self._runtime.client("dynamodb").get_item(TableName=table, Key=key).get("Item")
            return found
        finally:
            self._looking = False

    def _key(self, table: str, row: Item) -> str:
        return json.dumps([row[name] for name in self._keys[table]])

    # Reads.

    def _get(self, call: AwsCall, reply: AwsReply) -> None:
        request = self._request(call, self._resource(call))
        self._items[request] += 1
        size = item_size(reply.parsed.get("Item", {}))
        self._half_reads[request] += _halves(read_units(size, consistent=call.params.get("ConsistentRead", False)))

    def _batch_get(self, call: AwsCall, reply: AwsReply) -> None:
        for table, wanted in call.params["RequestItems"].items():
            request = self._request(call, self._names.logical(table))
            consistent = wanted.get("ConsistentRead", False)
            found = reply.parsed.get("Responses", {}).get(table, [])
            sizes = [*map(item_size, found), *[0] * (len(wanted["Keys"]) - len(found))]
            self._items[request] += len(sizes)
            self._half_reads[request] += _halves(sum(read_units(size, consistent=consistent) for size in sizes))

    def _query(self, call: AwsCall, reply: AwsReply) -> None:
        request = self._request(call, self._resource(call))
        found = reply.parsed.get("Items", [])
        self._items[request] += len(found)
        size = sum(map(item_size, found))
        self._half_reads[request] += _halves(read_units(size, consistent=call.params.get("ConsistentRead", False)))

    def _scan(self, call: AwsCall, reply: AwsReply) -> None:
        """What was looked at counts, not what was found: as many rows as it says, of the table's average size."""
        table, scanned = call.params["TableName"], reply.parsed.get("ScannedCount", 0)
        sizes = [stored.size for (of, _), stored in self._stored.items() if of == table and stored.size]
        request = self._request(call, self._resource(call))
        self._items[request] += scanned
        size = round(scanned * sum(sizes) / len(sizes)) if sizes else 0
        self._half_reads[request] += _halves(read_units(size, consistent=call.params.get("ConsistentRead", False)))

    # Queues.

    def _send_batch(self, call: AwsCall, _: AwsReply) -> None:
        self._items[self._request(call, self._resource(call))] += len(call.params["Entries"])


def _halves(units: float) -> int:
    return round(2 * units)
