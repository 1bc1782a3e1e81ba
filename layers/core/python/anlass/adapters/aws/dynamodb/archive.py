"""Everything of one person, by queries of three tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_event, decode_journey_row, decode_profile_row
from anlass.adapters.aws.dynamodb.keys import KEYS, PERSON_INDEX, Item, Tables, key_of
from anlass.adapters.aws.faults import transient_faults
from anlass.adapters.aws.patience import Patience
from anlass.adapters.rows import DATE, Place
from anlass.domain.errors import Transient
from anlass.domain.event import Event
from anlass.ports import Kept, Page

READ_AT_ONCE = 100
WRITE_AT_ONCE = 25
EVENTS_AT_ONCE = 200
_PLAIN = (DATE,)  # rows that say nothing beside their key


class DynamoArchive:
    def __init__(self, client: Any, tables: Tables, patience: Patience | None = None) -> None:
        self._client = client
        self._tables = tables
        self._patience = patience or Patience()

    def profile_rows(self, profile: str) -> list[Kept]:
        found = []
        for item in self._query("profiles", profile, ConsistentRead=True):
            sort = item["row"]["S"]
            row = None if sort.startswith(_PLAIN) else decode_profile_row(item)
            found.append(Kept("profiles", profile, sort, row))
        return found

    def journey_rows(self, profile: str) -> list[Kept]:
        """The index has keys only, and lags: what it names is read from the table, and may be gone."""
        keys = [Place("journeys", item["id"]["S"], item["row"]["S"]) for item in self._of_person(profile)]
        rest = iter(keys)
        found: list[Kept] = []
        while batch := list(islice(rest, READ_AT_ONCE)):
            found += [
                Kept("journeys", item["id"]["S"], item["row"]["S"], decode_journey_row(item))
                for item in self._items(batch)
            ]
        return sorted(found, key=lambda kept: (kept.partition, kept.sort))

    def events(self, identity: str, after: str | None) -> Page[Event]:
        request = self._request("events", identity, ConsistentRead=True, Limit=EVENTS_AT_ONCE)
        if after is not None:
            request["ExclusiveStartKey"] = key_of(Place("events", identity, after))
        with transient_faults("reading a page of somebody's events"):
            page = self._client.query(**request)
        last = page.get("LastEvaluatedKey")
        return Page(tuple(map(decode_event, page["Items"])), last["moment"]["S"] if last else None)

    def drop(self, rows: Sequence[Kept]) -> None:
        rest = iter(dict.fromkeys(Place(kept.table, kept.partition, kept.sort) for kept in rows))
        while batch := list(islice(rest, WRITE_AT_ONCE)):
            self._drop(batch)

    def _drop(self, places: list[Place]) -> None:
        left: dict[str, list[dict[str, Any]]] = {}
        for place in places:
            request = {"DeleteRequest": {"Key": key_of(place)}}
            left.setdefault(self._tables[place.table], []).append(request)
        for _ in self._patience.attempts():
            with transient_faults("deleting rows"):
                left = self._client.batch_write_item(RequestItems=left).get("UnprocessedItems") or {}
            if not left:
                return
        raise Transient(f"deleting {len(places)} rows: some were left again and again; try again")

    def _items(self, places: list[Place]) -> Iterator[Item]:
        table = self._tables["journeys"]
        request: dict[str, Any] = {table: {"Keys": [key_of(place) for place in places], "ConsistentRead": True}}
        for _ in self._patience.attempts():
            with transient_faults("reading rows"):
                answer = self._client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(table, ())
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                return
        raise Transient(f"reading {len(places)} rows: some were left unread again and again; try again")

    def _of_person(self, profile: str) -> Iterator[Item]:
        request = {
            "TableName": self._tables["journeys"],
            "IndexName": PERSON_INDEX,
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": "profile"},
            "ExpressionAttributeValues": {":key": {"S": profile}},
        }
        return self._pages(request)

    def _query(self, table: Any, partition: str, **more: Any) -> Iterator[Item]:
        return self._pages(self._request(table, partition, **more))

    def _request(self, table: Any, partition: str, **more: Any) -> dict[str, Any]:
        return {
            "TableName": self._tables[table],
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": KEYS[table][0]},
            "ExpressionAttributeValues": {":key": {"S": partition}},
            **more,
        }

    def _pages(self, request: dict[str, Any]) -> Iterator[Item]:
        while True:
            with transient_faults("reading what is kept of somebody"):
                page = self._client.query(**request)
            yield from page["Items"]
            last = page.get("LastEvaluatedKey")
            if not last:
                return
            request = {**request, "ExclusiveStartKey": last}
