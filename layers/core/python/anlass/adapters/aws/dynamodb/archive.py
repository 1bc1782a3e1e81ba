"""Everything of one person, by queries of three tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_event, decode_journey_row, decode_profile_row
from anlass.adapters.aws.dynamodb.keys import KEYS, PERSON_INDEX, Item, Tables, key_of
from anlass.adapters.aws.dynamodb.requests import Of, batch_get, batch_write, pages
from anlass.adapters.aws.faults import transient_faults
from anlass.adapters.aws.patience import Patience
from anlass.adapters.rows import DATE, Place
from anlass.domain.event import Event
from anlass.ports import Kept, Page

EVENTS_AT_ONCE = 200
_PLAIN = (DATE,)  # rows that say nothing beside their key


class DynamoArchive:
    def __init__(self, client: Any, tables: Tables, patience: Patience | None = None) -> None:
        self._client = client
        self._tables = tables
        self._patience = patience or Patience()

    def profile_rows(self, profile: str) -> list[Kept]:
        found = []
        for item in self._pages(self._request("profiles", profile, ConsistentRead=True)):
            sort = item["row"]["S"]
            row = None if sort.startswith(_PLAIN) else decode_profile_row(item)
            found.append(Kept("profiles", profile, sort, row))
        return found

    def journey_rows(self, profile: str) -> list[Kept]:
        """The index has keys only, and lags: what it names is read from the table, and may be gone."""
        table = self._tables["journeys"]
        of_person = {
            "TableName": table,
            "IndexName": PERSON_INDEX,
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": "profile"},
            "ExpressionAttributeValues": {":key": {"S": profile}},
        }
        keys = (Of(table, {name: item[name] for name in KEYS["journeys"]}) for item in self._pages(of_person))
        rows = (item for _, item in batch_get(self._client, keys, self._patience))
        found = [Kept("journeys", item["id"]["S"], item["row"]["S"], decode_journey_row(item)) for item in rows]
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
        places = dict.fromkeys(Place(kept.table, kept.partition, kept.sort) for kept in rows)
        writes = (Of(self._tables[each.table], {"DeleteRequest": {"Key": key_of(each)}}) for each in places)
        batch_write(self._client, writes, self._patience, "deleting rows")

    def _request(self, table: Any, partition: str, **more: Any) -> dict[str, Any]:
        return {
            "TableName": self._tables[table],
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": KEYS[table][0]},
            "ExpressionAttributeValues": {":key": {"S": partition}},
            **more,
        }

    def _pages(self, request: dict[str, Any]) -> Iterator[Item]:
        return pages(self._client, "query", "reading what is kept of somebody", **request)
