"""Whose rows were written: the partition keys of one table, as the calls name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli.runtime.aws_calls import AwsCall, AwsReply


class Written:
    """`names` fill up until somebody takes them."""

    def __init__(self, table: str, key: str) -> None:
        self._table = table
        self._key = key
        self.names: set[str] = set()

    def observe(self, call: AwsCall, reply: AwsReply) -> None:
        if call.service == "dynamodb" and reply.status < 300:
            self.names.update(row[self._key]["S"] for table, row in _rows(call) if table == self._table)

    def take(self) -> set[str]:
        taken, self.names = self.names, set()
        return taken


def _rows(call: AwsCall) -> Iterator[tuple[str, Any]]:
    """Table and row, or its key, of all that a call writes."""
    params = call.params
    match call.operation:
        case "PutItem":
            yield params["TableName"], params["Item"]
        case "UpdateItem" | "DeleteItem":
            yield params["TableName"], params["Key"]
        case "TransactWriteItems":
            for entry in params["TransactItems"]:
                for kind, request in entry.items():
                    if kind != "ConditionCheck":
                        yield request["TableName"], request.get("Item") or request["Key"]
        case "BatchWriteItem":
            for table, requests in params["RequestItems"].items():
                for entry in requests:
                    for request in entry.values():
                        yield table, request.get("Item") or request["Key"]
        case _:
            pass
