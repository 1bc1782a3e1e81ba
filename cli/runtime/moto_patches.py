"""What we replace inside moto 5.2.5: its private parts are named in this file, `moto_indexes.py` and
`dynamodb_shortcut.py` only.

Reasons are speed (a copy of whole tables per transaction, a scan per query), the virtual clock (SQS reads the
real one) and AWS's behaviour where moto's differs (stream records, 400 KB items, rollback of a failed upsert).
"""

from __future__ import annotations

import base64
import copy
import json
import uuid
from contextlib import ExitStack
from functools import lru_cache
from typing import Any, NamedTuple
from unittest.mock import patch

import moto.sqs.models as sqs
from anlass.adapters.memory.clock import VirtualClock
from moto.dynamodb.exceptions import ItemSizeToUpdateTooLarge
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import StreamShard, Table
from moto.scheduler.models import scheduler_backends
from moto.ses.models import SESBackend
from moto.sqs.models import Message, sqs_backends

from cli.runtime.moto_indexes import sorted_rows
from cli.runtime.names import ACCOUNT, REGION

ITEM_LIMIT = 400 * 1024

_cast = DynamoType.cast_value.fget
_query = Table.query
_put_item = Table.put_item
_delete_item = Table.delete_item
_update_item = DynamoDBBackend.update_item
_transact_write_items = DynamoDBBackend.transact_write_items


def install(cleanup: ExitStack, clock: VirtualClock) -> None:
    """Patches moto until `cleanup` is closed."""

    def replace(target: Any, name: str, new: object) -> None:
        cleanup.enter_context(patch.object(target, name, new))

    def seconds() -> float:
        return clock.now().timestamp()

    replace(sqs, "unix_time", seconds)
    replace(sqs, "unix_time_millis", lambda: seconds() * 1000)
    # A millisecond's grace: an instant that went through a float must not be missed by its rounding.
    replace(Message, "visible", property(lambda message: seconds() * 1000 + 1 >= message.visible_at))
    replace(Message, "delayed", property(lambda message: seconds() * 1000 + 1 < message.delayed_until))

    def add(shard: Any, old: Any, new: Any) -> None:
        # AWS writes no record for a write that changes nothing.
        if old is None or new is None or old != new:
            shard.items.append(StreamRecord.of(shard, old, new, int(seconds())))

    replace(StreamShard, "add", add)
    replace(Item, "__init__", _build_item)
    # Asked with every comparison, and nearly always of a text.
    replace(DynamoType, "cast_value", property(lambda value: value.value if value.type == "S" else _cast(value)))
    replace(sqs, "camelcase_to_underscores", lru_cache(sqs.camelcase_to_underscores))  # with every message
    replace(LimitedSizeDict, "__setitem__", dict.__setitem__)
    replace(DynamoDBBackend, "update_item", _update_or_leave_alone)
    replace(DynamoDBBackend, "transact_write_items", _transact_or_undo)
    # The copy that a transaction makes of its tables, to put them back: `_transact_or_undo` does that by item.
    cleanup.enter_context(patch.object(Table, "__deepcopy__", lambda table, _: table, create=True))
    replace(Table, "query", _query_one_partition)
    replace(Table, "put_item", _put_and_note)
    replace(Table, "delete_item", _delete_and_note)
    replace(SESBackend, "_is_verified_address", lambda *_: True)  # nobody verifies a domain on his own machine


class StreamRecord(NamedTuple):
    """A stream record as Lambda gets it, frozen as JSON: moto changes the items of an image in place later."""

    sequence: str
    at: int  # epoch seconds
    text: str

    @classmethod
    def of(cls, shard: Any, old: Any, new: Any, at: int) -> StreamRecord:
        table = shard.table
        view = table.stream_specification["StreamViewType"]
        keys = {table.hash_key_attr: (new or old).hash_key.to_json()}
        if table.range_key_attr is not None:
            keys[table.range_key_attr] = (new or old).range_key.to_json()
        sequence = str(shard.starting_sequence_number + len(shard.items))
        change: dict[str, Any] = {"ApproximateCreationDateTime": at, "Keys": keys, "SequenceNumber": sequence}
        if new is not None and view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["NewImage"] = new.to_json()["Attributes"]
        if old is not None and view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["OldImage"] = old.to_json()["Attributes"]
        record = {
            "eventID": uuid.uuid4().hex,
            "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": {**change, "SizeBytes": 0, "StreamViewType": view},
            "eventSourceARN": f"{table.table_arn}/stream/{table.latest_stream_label}",
        }
        return cls(sequence, at, json.dumps(record, default=_binary))

    def to_json(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.text)
        record["dynamodb"]["SizeBytes"] = len(self.text)
        return record


def _binary(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _build_item(item: Any, hash_key: Any, range_key: Any, attrs: dict[str, Any]) -> None:
    item.hash_key = hash_key
    item.range_key = range_key
    item.attrs = LimitedSizeDict()
    for name, value in attrs.items():
        item.attrs[name] = DynamoType(value)


def _update_or_leave_alone(backend: Any, table_name: str, key: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
    """moto's upsert writes two stream records, and leaves the bare key behind when the expression is wrong."""
    before = _Row.of(backend, table_name, key)
    if before.range_key is not None:
        sorted_rows(before.table).note((before.hash_key, before.range_key))
    try:
        item = _update_item(backend, table_name, key, *args, **kwargs)
    except Exception:
        before.restore()
        raise
    if item.size() > ITEM_LIMIT:
        before.restore()
        raise ItemSizeToUpdateTooLarge
    if before.item is None:
        before.forget_records()
        if before.table.stream_shard:
            before.table.stream_shard.add(None, item)
    return item


def _put_and_note(table: Any, *args: Any, **kwargs: Any) -> Any:
    item = _put_item(table, *args, **kwargs)
    if table.has_range_key:
        sorted_rows(table).note((item.hash_key, item.range_key))
    return item


def _delete_and_note(table: Any, hash_key: Any, range_key: Any) -> Any:
    if table.has_range_key:
        sorted_rows(table).note((hash_key, range_key))
    return _delete_item(table, hash_key, range_key)


def _transact_or_undo(backend: Any, transact_items: list[dict[str, Any]]) -> None:
    """Puts back the touched items and nothing else when the transaction is cancelled."""
    rows = []
    for entry in transact_items:
        kind, request = next(iter(entry.items()))
        if kind != "ConditionCheck":
            key = request["Item"] if kind == "Put" else request["Key"]
            rows.append(_Row.of(backend, request["TableName"], key))
    try:
        _transact_write_items(backend, transact_items)
    except Exception:
        for row in reversed(rows):
            row.restore()
        raise


class _Row(NamedTuple):
    """What stood under a key, and how long the table's stream was, before a write."""

    table: Any
    hash_key: Any
    range_key: Any
    item: Any
    records: int

    @classmethod
    def of(cls, backend: Any, table_name: str, key: dict[str, Any]) -> _Row:
        table = backend.get_table(table_name)
        hash_key = DynamoType(key[table.hash_key_attr])
        range_key = DynamoType(key[table.range_key_attr]) if table.range_key_attr else None
        item = copy.deepcopy(table.get_item(hash_key, range_key))
        return cls(table, hash_key, range_key, item, len(table.stream_shard.items) if table.stream_shard else 0)

    def restore(self) -> None:
        partition = self.table.items if self.range_key is None else self.table.items[self.hash_key]
        key = self.hash_key if self.range_key is None else self.range_key
        if self.item is None:
            partition.pop(key, None)
        else:
            partition[key] = self.item
        self.forget_records()

    def forget_records(self) -> None:
        if self.table.stream_shard:
            del self.table.stream_shard.items[self.records :]


def _query_one_partition(table: Any, hash_key: Any, *args: Any, **kwargs: Any) -> Any:
    index_name = args[6] if len(args) > 6 else kwargs.get("index_name")
    wanted = kwargs.get("hash_key_conditions")
    if not table.has_range_key or (index_name and not wanted):
        return _query(table, hash_key, *args, **kwargs)
    items = table.items
    if index_name and wanted:  # moto would sort the whole table first
        ((name, value),) = wanted
        table.items = sorted_rows(table).rows(name, value.value)
    else:
        table.items = {hash_key: items.get(hash_key, {})}
    try:
        return _query(table, hash_key, *args, **kwargs)
    finally:
        table.items = items


def item_size(item: dict[str, Any]) -> int:
    """Bytes of an item in wire form, as DynamoDB counts them."""
    return int(Item(None, None, item).size())


def attribute_of(table: str, partition: str, sort: str, attribute: str) -> str:
    """One attribute of one item, as text; "" if it is not there. No call of anybody."""
    items = dynamodb_backends[ACCOUNT][REGION].tables[table].items
    rows = items.get(DynamoType({"S": partition}), {})
    item = rows.get(DynamoType({"S": sort}))
    found = item.attrs.get(attribute) if item is not None else None
    return "" if found is None else str(found.value)


def keys_of_index(table: str, partition_key: str) -> set[str]:
    """All partition keys of an index. No call of anybody."""
    return sorted_rows(dynamodb_backends[ACCOUNT][REGION].tables[table]).values(partition_key)


def earliest_of_index(table: str, partition_key: str, sort_key: str) -> str:
    """The first sort key in any partition of an index; "" if there is none. No call of anybody."""
    return sorted_rows(dynamodb_backends[ACCOUNT][REGION].tables[table]).earliest(partition_key, sort_key)


def partitions_of(table: str) -> set[str]:
    """All partition keys of a table that has sort keys. No call of anybody."""
    return {partition.value for partition in dynamodb_backends[ACCOUNT][REGION].tables[table].items}


def stream_records(table: str, position: int, limit: int) -> tuple[int, list[StreamRecord]]:
    """Up to `limit` records from the absolute `position` on, and where that position really begins."""
    shard = dynamodb_backends[ACCOUNT][REGION].tables[table].stream_shard
    start = max(0, position - shard.starting_sequence_number)
    return shard.starting_sequence_number + start, shard.items[start : start + limit]


def trim_stream(table: str, position: int) -> None:
    """Forgets the records before `position`, which every reader has passed."""
    shard = dynamodb_backends[ACCOUNT][REGION].tables[table].stream_shard
    done = position - shard.starting_sequence_number
    if done > 0:
        del shard.items[:done]
        shard.starting_sequence_number = position


def queue_backend() -> Any:
    return sqs_backends[ACCOUNT][REGION]


def messages(queue: str) -> list[Any]:
    """All messages of a queue, visible or not."""
    found: list[Any] = queue_backend().queues[queue]._messages
    return found


def delete_schedule(group: str, name: str) -> None:
    """What the scheduler does by itself after a ring: no call of anybody."""
    scheduler_backends[ACCOUNT][REGION].delete_schedule(group, name)
