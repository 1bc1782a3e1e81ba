"""Limits and checks of AWS that moto lets pass. What AWS would refuse is refused here with AWS's error."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from anlass.adapters.memory.clock import VirtualClock

from cli.runtime.aws_calls import AwsCall, AwsReply, refuse
from cli.runtime.calendar import due_time
from cli.runtime.moto_patches import ITEM_LIMIT, item_size
from infra.names import Names

BATCH_WRITE_ITEMS = 25
BATCH_GET_KEYS = 100
TRANSACTION_ITEMS = 100
TRANSACTION_BYTES = 4 * 1024 * 1024
SCHEDULE_NAME = re.compile(r"[0-9a-zA-Z\-_.]{1,64}")


class AwsLimits:
    def __init__(self, names: Names, clock: VirtualClock) -> None:
        self._keys = {
            names.physical(table.name): (table.partition_key, table.sort_key) for table in names.topology.tables
        }
        self._clock = clock
        self._checks = {
            "dynamodb.PutItem": self._put,
            "dynamodb.BatchWriteItem": self._batch_write,
            "dynamodb.BatchGetItem": self._batch_get,
            "dynamodb.TransactWriteItems": self._transaction,
            "scheduler.CreateSchedule": self._schedule,
            "scheduler.UpdateSchedule": self._schedule,
        }

    def answer(self, call: AwsCall) -> AwsReply | None:
        check = self._checks.get(f"{call.service}.{call.operation}")
        return check(call) if check else None

    def _put(self, call: AwsCall) -> AwsReply | None:
        return _within_size(call, [call.params["Item"]])

    def _batch_write(self, call: AwsCall) -> AwsReply | None:
        keys, items = [], []
        for table, requests in call.params["RequestItems"].items():
            for request in requests:
                if "PutRequest" in request:
                    items.append(request["PutRequest"]["Item"])
                    keys.append(self._key(table, items[-1]))
                else:
                    keys.append(self._key(table, request["DeleteRequest"]["Key"]))
        if not 1 <= len(keys) <= BATCH_WRITE_ITEMS:
            return refuse("ValidationException", f"Too many items requested for the BatchWriteItem call: {len(keys)}")
        return _no_repeats(keys) or _within_size(call, items)

    def _batch_get(self, call: AwsCall) -> AwsReply | None:
        requests = call.params["RequestItems"]
        keys = [self._key(table, key) for table, request in requests.items() for key in request["Keys"]]
        if not 1 <= len(keys) <= BATCH_GET_KEYS:
            return refuse("ValidationException", f"Too many items requested for the BatchGetItem call: {len(keys)}")
        return _no_repeats(keys)

    def _transaction(self, call: AwsCall) -> AwsReply | None:
        items = call.params["TransactItems"]
        if not 1 <= len(items) <= TRANSACTION_ITEMS:
            return refuse(
                "ValidationException",
                f"Value at 'transactItems' failed to satisfy constraint: length between 1 and 100, found {len(items)}",
            )
        if len(call.body) > TRANSACTION_BYTES:
            return refuse("ValidationException", "Transaction payload exceeds 4 MB")
        return _within_size(call, [item["Put"]["Item"] for item in items if "Put" in item])

    def _schedule(self, call: AwsCall) -> AwsReply | None:
        params = call.params
        if not SCHEDULE_NAME.fullmatch(params["Name"]):
            return refuse("ValidationException", f"Value at 'name' must match [0-9a-zA-Z-_.]{{1,64}}: {params['Name']}")
        try:
            due = due_time(params["ScheduleExpression"], params.get("ScheduleExpressionTimezone", "UTC"))
            json.loads(params["Target"].get("Input", "{}"))
        except ValueError as fault:
            return refuse("ValidationException", str(fault))
        if due < self._clock.now():
            return refuse(
                "ValidationException", f"Invalid Schedule Expression {params['ScheduleExpression']}: it is in the past."
            )
        return None

    def _key(self, table: str, row: Mapping[str, Any]) -> str:
        names: Iterator[str] = iter(self._keys.get(table, ()))
        return json.dumps([table, *(row.get(name) for name in names)])


def _no_repeats(keys: list[str]) -> AwsReply | None:
    if max(Counter(keys).values()) > 1:
        return refuse("ValidationException", "Provided list of item keys contains duplicates")
    return None


def _within_size(call: AwsCall, items: list[dict[str, Any]]) -> AwsReply | None:
    # The request is longer than the items in it: most need no closer look.
    if len(call.body) > ITEM_LIMIT and any(item_size(item) > ITEM_LIMIT for item in items):
        return refuse("ValidationException", "Item size has exceeded the maximum allowed size")
    return None
