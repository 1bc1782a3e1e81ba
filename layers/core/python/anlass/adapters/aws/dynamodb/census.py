"""Everybody, part by part: a scan of the profiles table, and the two sparse indexes.

Where a page ended is the key of a person, and executions show in their histories what they hand on: so that key is kept
in a row of its own, and handed on is what the row is called.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from anlass.adapters.aws.dynamodb.keys import DAYS_INDEX, HELD_INDEX, Item, Tables, day_key, held_key
from anlass.adapters.aws.faults import transient_faults
from anlass.adapters.rows import ATTRIBUTES, ENROLMENT
from anlass.domain.errors import Transient
from anlass.keys import EnrolmentKey, SendKey
from anlass.ports import (
    PARTS,
    Clock,
    Page,
)

SCANNED = 1000  # rows of all kinds; a person has about five
FOUND = 100
ENDED = "PAGE"  # sort key of the row that keeps where a page ended
KEPT = timedelta(days=15)  # a failed execution can be redriven for 14


class DynamoCensus:
    def __init__(self, client: Any, tables: Tables, clock: Clock) -> None:
        self._client = client
        self._tables = tables
        self._clock = clock

    def people(self, part: int, after: str | None) -> Page[str]:
        request: dict[str, Any] = {
            "TableName": self._tables["profiles"],
            "Segment": part,
            "TotalSegments": PARTS,
            "Limit": SCANNED,
            "ProjectionExpression": "#profile",
            "FilterExpression": "#row = :row",
            "ExpressionAttributeNames": {"#profile": "profile", "#row": "row"},
            "ExpressionAttributeValues": {":row": {"S": ATTRIBUTES}},
        }
        return self._people(self._client.scan, request, after)

    def with_date(self, field: str, day: date, part: int, after: str | None) -> Page[str]:
        request = self._index("profiles", DAYS_INDEX, "day", day_key(field, day, part))
        return self._people(self._client.query, request, after)

    def held(self, journey: str, part: int, after: str | None) -> Page[EnrolmentKey | SendKey]:
        request = self._index("journeys", HELD_INDEX, "held", held_key(journey, part))
        page = self._read(self._client.query, request, None if after is None else json.loads(after))
        last = page.get("LastEvaluatedKey")
        return Page(tuple(_key(item) for item in page["Items"]), None if last is None else json.dumps(last))

    def _people(self, call: Any, request: dict[str, Any], after: str | None) -> Page[str]:
        page = self._read(call, request, None if after is None else self._ended(after))
        last = page.get("LastEvaluatedKey")
        return Page(tuple(item["profile"]["S"] for item in page["Items"]), None if last is None else self._keep(last))

    def _keep(self, last: Item) -> str:
        name = str(uuid4())
        goes = self._clock.now() + KEPT
        row = {
            "profile": {"S": f"@{name}"},
            "row": {"S": ENDED},
            "body": {"M": last},
            "ttl": {"N": str(int(goes.timestamp()))},
        }
        with transient_faults("keeping where a page of a selection ended"):
            self._client.put_item(TableName=self._tables["profiles"], Item=row)
        return name

    def _ended(self, name: str) -> Item | None:
        """None, and so from the beginning, if that is too long ago: who is selected twice is selected once."""
        table = self._tables["profiles"]
        request = {table: {"Keys": [{"profile": {"S": f"@{name}"}, "row": {"S": ENDED}}], "ConsistentRead": True}}
        with transient_faults("reading where a page of a selection ended"):
            rows = self._client.batch_get_item(RequestItems=request)
        if rows["UnprocessedKeys"]:
            raise Transient("where a page of a selection ended was left unread; try again")
        found = rows["Responses"][table]
        return found[0]["body"]["M"] if found else None

    def _index(self, table: Any, index: str, attribute: str, value: str) -> dict[str, Any]:
        return {
            "TableName": self._tables[table],
            "IndexName": index,
            "Limit": FOUND,
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": attribute},
            "ExpressionAttributeValues": {":key": {"S": value}},
        }

    @staticmethod
    def _read(call: Any, request: dict[str, Any], start: Item | None) -> dict[str, Any]:
        if start is not None:
            request["ExclusiveStartKey"] = start
        with transient_faults("reading a page of a selection"):
            page: dict[str, Any] = call(**request)
        return page


def _key(item: Item) -> EnrolmentKey | SendKey:
    id_, row = item["id"]["S"], item["row"]["S"]
    return EnrolmentKey(id_) if row == ENROLMENT else SendKey(id_, row)
