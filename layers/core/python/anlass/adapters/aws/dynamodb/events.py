"""The events table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_event, encode_event
from anlass.adapters.aws.dynamodb.keys import Item, stamp
from anlass.adapters.aws.dynamodb.requests import Of, batch_write, pages
from anlass.adapters.aws.faults import transient_faults
from anlass.adapters.aws.patience import Patience
from anlass.adapters.moments import first_moment, in_time
from anlass.domain.event import Event, EventKey
from anlass.domain.keeping import Retention

NAMES_IN_A_FILTER = 50  # the server's own limit is 100 operands


class DynamoEventLog:
    """`kept`: how long an event is."""

    def __init__(
        self, client: Any, table: str, patience: Patience | None = None, kept: Callable[[], Retention] = Retention
    ) -> None:
        self._client = client
        self._table = table
        self._patience = patience or Patience()
        self._kept = kept

    def put(self, events: Sequence[Event]) -> None:
        kept = self._kept()
        writes = (Of(self._table, {"PutRequest": {"Item": encode_event(event, kept)}}) for event in events)
        batch_write(self._client, writes, self._patience, "storing events")

    def get(self, key: EventKey) -> Event | None:
        wanted = {"identity": {"S": key.identity}, "moment": {"S": key.moment}}
        with transient_faults("reading an event"):
            answer = self._client.get_item(TableName=self._table, Key=wanted, ConsistentRead=True)
        item = answer.get("Item")
        return None if item is None else decode_event(item)

    def of_person(
        self, identities: Collection[str], since: datetime, until: datetime, names: Collection[str] | None = None
    ) -> list[Event]:
        """A query for each identity. What the events' corrected time or name rules out does not travel, but is read
        and paid for."""
        if names is not None and not names:
            return []
        values: Item = {":since": {"S": stamp(since)}, ":until": {"S": stamp(until)}}
        condition = "#at BETWEEN :since AND :until"
        placeholders = {"#at": "at"}
        if names is not None and len(set(names)) <= NAMES_IN_A_FILTER:
            wanted = {f":name{number}": {"S": name} for number, name in enumerate(sorted(set(names)))}
            values |= wanted
            placeholders["#name"] = "name"
            condition += f" AND #name IN ({', '.join(wanted)})"
        found: list[Event] = []
        start = first_moment(since)
        for identity in set(identities):
            items = pages(
                self._client,
                "query",
                "reading a person's events",
                TableName=self._table,
                KeyConditionExpression="#identity = :identity AND #moment >= :start",
                FilterExpression=condition,
                ExpressionAttributeNames={"#identity": "identity", "#moment": "moment", **placeholders},
                ExpressionAttributeValues={":identity": {"S": identity}, ":start": {"S": start}, **values},
                ConsistentRead=True,
            )
            found += map(decode_event, items)
        return sorted((event for event in found if names is None or event.name in names), key=in_time)
