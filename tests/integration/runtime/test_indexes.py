"""What an index answers is what stands in the table, whatever happened to it: written, undone or taken away."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from tests.integration.runtime.small_world import world

TABLE = {"TableName": "local-rows"}
SHARDS = ("s1", "s2")
NEVER = {"ConditionExpression": "attribute_exists(nothing)"}


def act(client: Any, chance: Random) -> None:
    """Puts, updates or deletes one of a few rows, alone or in a transaction; every third fails."""
    key = {"id": {"S": chance.choice("abc")}, "row": {"S": chance.choice("xy")}}
    names = {"#shard": "shard", "#at": "at"}
    values = {":shard": {"S": chance.choice(SHARDS)}, ":at": {"S": str(chance.randint(1, 3))}}
    set_ = {"UpdateExpression": "SET #shard = :shard, #at = :at", "ExpressionAttributeValues": values}
    remove = {"UpdateExpression": "REMOVE #shard"}
    condition = NEVER if chance.random() < 0.33 else {}
    kind, request = chance.choice(
        (
            ("Put", {"Item": {**key, "shard": values[":shard"], "at": values[":at"]}}),
            ("Put", {"Item": key}),
            ("Update", {"Key": key, **set_, "ExpressionAttributeNames": names}),
            ("Update", {"Key": key, **remove, "ExpressionAttributeNames": {"#shard": "shard"}}),
            ("Delete", {"Key": key}),
        )
    )
    with suppress(ClientError):
        if chance.random() < 0.5:
            other = {"Put": {**TABLE, "Item": {"id": {"S": "d"}, "row": {"S": "x"}, "shard": {"S": "s1"}}}}
            client.transact_write_items(TransactItems=[other, {kind: {**TABLE, **request, **condition}}])
        else:
            getattr(client, f"{kind.lower()}_item")(**TABLE, **request, **condition)


def found_by_index(client: Any, shard: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.query(
        **TABLE,
        IndexName="sweep",
        KeyConditionExpression="#shard = :shard",
        ExpressionAttributeNames={"#shard": "shard"},
        ExpressionAttributeValues={":shard": {"S": shard}},
    )["Items"]
    return items


def standing(client: Any, shard: str) -> list[dict[str, Any]]:
    items = [item for item in client.scan(**TABLE)["Items"] if item.get("shard") == {"S": shard} and "at" in item]
    return sorted(items, key=lambda item: item["at"]["S"])


def named(items: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return sorted((item["at"]["S"], item["id"]["S"], item["row"]["S"]) for item in items)


def test_an_index_answers_what_stands_in_the_table() -> None:
    chance, found_something = Random(5), 0  # noqa: S311 - nothing secret
    with world() as runtime:
        client = runtime.client("dynamodb")
        for _ in range(250):
            act(client, chance)
            shard = chance.choice(SHARDS)
            found, wanted = found_by_index(client, shard), standing(client, shard)
            assert named(found) == named(wanted)
            assert [item["at"] for item in found] == [item["at"] for item in wanted], "in the order of its sort key"
            found_something += bool(found)
    assert found_something > 50
