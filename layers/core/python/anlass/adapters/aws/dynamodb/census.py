"""Everybody, part by part: a scan of the profiles table, and the two sparse indexes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from anlass.adapters.aws.dynamodb.keys import DAYS_INDEX, HELD_INDEX, Item, Tables, day_key, held_key
from anlass.adapters.aws.faults import transient_faults
from anlass.adapters.rows import ATTRIBUTES, ENROLMENT
from anlass.ports import PARTS, EnrolmentKey, Page, SendKey

SCANNED = 1000  # rows of all kinds; a person has about five
FOUND = 100


class DynamoCensus:
    def __init__(self, client: Any, tables: Tables) -> None:
        self._client = client
        self._tables = tables

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
        page = self._read(self._client.scan, request, after)
        return Page(tuple(item["profile"]["S"] for item in page["Items"]), _after(page))

    def with_date(self, field: str, day: date, part: int, after: str | None) -> Page[str]:
        request = self._index("profiles", DAYS_INDEX, "day", day_key(field, day, part))
        page = self._read(self._client.query, request, after)
        return Page(tuple(item["profile"]["S"] for item in page["Items"]), _after(page))

    def held(self, journey: str, part: int, after: str | None) -> Page[EnrolmentKey | SendKey]:
        request = self._index("journeys", HELD_INDEX, "held", held_key(journey, part))
        page = self._read(self._client.query, request, after)
        return Page(tuple(_key(item) for item in page["Items"]), _after(page))

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
    def _read(call: Any, request: dict[str, Any], after: str | None) -> dict[str, Any]:
        if after is not None:
            request["ExclusiveStartKey"] = json.loads(after)
        with transient_faults("reading a page of a selection"):
            page: dict[str, Any] = call(**request)
        return page


def _after(page: dict[str, Any]) -> str | None:
    last = page.get("LastEvaluatedKey")
    return None if last is None else json.dumps(last, separators=(",", ":"))


def _key(item: Item) -> EnrolmentKey | SendKey:
    id_, row = item["id"]["S"], item["row"]["S"]
    return EnrolmentKey(id_) if row == ENROLMENT else SendKey(id_, row)
