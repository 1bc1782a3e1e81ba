"""The profiles and journeys tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from anlass.adapters.aws.dynamodb.codec import decode_journey_row, decode_profile_row
from anlass.adapters.aws.dynamodb.keys import KEYS, SWEEP_INDEX, SWEEP_SHARDS, Item, Tables, key_of, stamp
from anlass.adapters.aws.dynamodb.requests import Of, batch_get, pages
from anlass.adapters.aws.dynamodb.writes import Write, Writer
from anlass.adapters.aws.faults import code_of, transient_faults
from anlass.adapters.aws.patience import Patience
from anlass.adapters.rows import ENROLMENT, Place, place_of_key, places
from anlass.domain.call import Call
from anlass.domain.changes import Change
from anlass.domain.enrolment import Enrolment
from anlass.domain.errors import Conflict, Transient
from anlass.domain.keeping import Retention
from anlass.domain.send import Send
from anlass.keys import (
    JourneyRow,
    Key,
    Row,
    Rows,
)
from anlass.ports import Clock

_LOST = "ConditionalCheckFailed"
_CONTENDED = frozenset(("TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"))
_SINGLE = {"ConditionalCheckFailedException": _LOST, "TransactionConflictException": "TransactionConflict"}
_PLAIN_CALLS = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}


class DynamoStore:
    """`kept`: how long what is over is still there."""

    def __init__(
        self,
        client: Any,
        tables: Tables,
        clock: Clock,
        patience: Patience | None = None,
        kept: Callable[[], Retention] = Retention,
    ) -> None:
        self._client = client
        self._tables = tables
        self._clock = clock
        self._patience = patience or Patience()
        self._kept = kept

    def read(self, keys: Iterable[Key], *, consistent: bool = True) -> Rows:
        by_place = {place_of_key(key): key for key in keys}
        items = self._items(by_place, consistent)
        return Rows({by_place[place]: _row(place, item) for place, item in items.items()})

    def enrolment(self, id_: str) -> tuple[Enrolment | None, dict[str, Send]]:
        request = {
            "TableName": self._tables["journeys"],
            "KeyConditionExpression": "#id = :id",
            "ExpressionAttributeNames": {"#id": "id"},
            "ExpressionAttributeValues": {":id": {"S": id_}},
            "ConsistentRead": True,
        }
        items = pages(self._client, "query", f"reading enrolment {id_}", **request)
        rows = {item["row"]["S"]: decode_journey_row(item) for item in items}
        found = rows.get(ENROLMENT)
        sends = {sort: row for sort, row in rows.items() if isinstance(row, Send)}
        return (found if isinstance(found, Enrolment) else None), sends

    def commit(self, changes: Sequence[Change]) -> None:
        """A single change is a plain write, which costs half of what it costs in a transaction."""
        writer = Writer(self._tables, self._clock.now(), self._kept)
        writes = [writer.write(place, change) for place, change in zip(places(changes), changes, strict=True)]
        if not writes:
            return
        for _ in self._patience.attempts():
            try:
                with transient_faults("committing"):
                    self._commit(writes)
            except ClientError as fault:
                reasons = _reasons(fault)
                lost = frozenset(position for position, reason in enumerate(reasons) if reason == _LOST)
                if lost:
                    names = ", ".join(type(changes[position]).__name__ for position in sorted(lost))
                    raise Conflict(f"the condition of {names} did not hold", lost) from fault
                if not _CONTENDED.intersection(reasons):
                    raise
            else:
                return
        raise Transient(f"committing {len(writes)} changes: others kept writing the same rows; try again")

    def overdue(self, now: datetime, limit: int) -> list[JourneyRow]:
        keys: list[tuple[str, Place]] = []
        for shard in range(SWEEP_SHARDS):
            with transient_faults("reading overdue rows"):
                page = self._client.query(
                    TableName=self._tables["journeys"],
                    IndexName=SWEEP_INDEX,
                    KeyConditionExpression="#shard = :shard AND #at <= :now",
                    ExpressionAttributeNames={"#shard": "sweep_shard", "#at": "sweep_at"},
                    ExpressionAttributeValues={":shard": {"S": str(shard)}, ":now": {"S": stamp(now)}},
                    Limit=limit,
                )
            keys += [(item["sweep_at"]["S"], _place("journeys", item)) for item in page["Items"]]
        oldest = [place for _, place in sorted(keys)[:limit]]
        rows = [decode_journey_row(item) for item in self._items(oldest, consistent=True).values()]
        # The index lags behind the table: a row may have moved on since.
        late = [(row.sweep_at, _id(row), row) for row in rows if row.sweep_at is not None and row.sweep_at <= now]
        return [row for _, _, row in sorted(late, key=lambda found: found[:2])]

    def _commit(self, writes: list[Write]) -> None:
        if len(writes) == 1 and writes[0].kind in _PLAIN_CALLS:
            call = getattr(self._client, _PLAIN_CALLS[writes[0].kind])
            call(**writes[0].request)
        else:
            self._client.transact_write_items(TransactItems=[{kind: request} for kind, request in writes])

    def _items(self, wanted: Iterable[Place], consistent: bool) -> dict[Place, Item]:
        names = {physical: name for name, physical in self._tables.items()}
        keys = (Of(self._tables[place.table], key_of(place)) for place in wanted)
        found = batch_get(self._client, keys, self._patience, consistent=consistent)
        return {_place(names[table], item): item for table, item in found}


def _reasons(fault: ClientError) -> list[str]:
    """Per write, why it was refused."""
    single = _SINGLE.get(code_of(fault))
    if single is not None:
        return [single]
    return [reason.get("Code", "None") for reason in fault.response.get("CancellationReasons", ())]


def _place(table: Any, item: Item) -> Place:
    partition, sort = KEYS[table]
    return Place(table, item[partition]["S"], item[sort]["S"])


def _row(place: Place, item: Item) -> Row:
    return decode_journey_row(item) if place.table == "journeys" else decode_profile_row(item)


def _id(row: JourneyRow) -> tuple[str, str]:
    return (row.enrolment, row.row) if isinstance(row, Send | Call) else (row.id, "")
