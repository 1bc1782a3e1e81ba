"""Limits of DynamoDB that moto lets pass, and moto's own slips that we mend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.runtime import dynamodb_shortcut, s3_shortcut
from cli.runtime.world import LocalRuntime
from tests.integration.runtime.small_world import Seen, put, world


def key(name: str) -> dict[str, dict[str, str]]:
    return {"id": {"S": name}, "row": {"S": "E"}}


def ids(runtime: LocalRuntime) -> set[str]:
    return {item["id"]["S"] for item in runtime.client("dynamodb").scan(TableName="local-rows")["Items"]}


def write(runtime: LocalRuntime, *items: dict[str, Any]) -> None:
    requests = [{"PutRequest": {"Item": item}} for item in items]
    runtime.client("dynamodb").batch_write_item(RequestItems={"local-rows": requests})


def transact(runtime: LocalRuntime, *requests: dict[str, Any]) -> None:
    runtime.client("dynamodb").transact_write_items(TransactItems=list(requests))


def put_row(name: str, **extra: Any) -> dict[str, Any]:
    return {"Put": {"TableName": "local-rows", "Item": key(name), **extra}}


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_a_batch_of_26_items_is_refused_as_a_whole() -> None:
    with world() as runtime:
        with pytest.raises(ClientError) as refused:
            write(runtime, *(key(str(n)) for n in range(26)))
        assert code_of(refused) == "ValidationException"
        assert ids(runtime) == set()


def test_a_batch_that_names_a_key_twice_is_refused_even_with_different_items() -> None:
    with world() as runtime:
        with pytest.raises(ClientError) as refused:
            write(runtime, key("a"), key("b"), key("a") | {"color": {"S": "red"}})
        assert "duplicates" in refused.value.response["Error"]["Message"]
        assert ids(runtime) == set()


def test_101_keys_are_too_many_to_get() -> None:
    keys = [key(str(n)) for n in range(101)]
    with world() as runtime, pytest.raises(ClientError) as refused:
        runtime.client("dynamodb").batch_get_item(RequestItems={"local-rows": {"Keys": keys}})
    assert code_of(refused) == "ValidationException"


def test_a_key_twice_in_a_batch_get_is_refused() -> None:
    with world() as runtime, pytest.raises(ClientError) as refused:
        runtime.client("dynamodb").batch_get_item(RequestItems={"local-rows": {"Keys": [key("a"), key("a")]}})
    assert code_of(refused) == "ValidationException"


def test_101_items_are_too_many_for_a_transaction() -> None:
    with world() as runtime, pytest.raises(ClientError) as refused:
        transact(runtime, *(put_row(str(n)) for n in range(101)))
    assert code_of(refused) == "ValidationException"


WAYS: dict[str, Callable[[LocalRuntime, dict[str, Any]], object]] = {
    "put": lambda runtime, item: runtime.client("dynamodb").put_item(TableName="local-rows", Item=item),
    "batch": lambda runtime, item: write(runtime, key("a"), item),
    "transaction": lambda runtime, item: transact(runtime, {"Put": {"TableName": "local-rows", "Item": item}}),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_item_over_400_kb_is_refused(way: str) -> None:
    big = key("big") | {"body": {"S": "x" * 400 * 1024}}
    with world() as runtime:
        with pytest.raises(ClientError) as refused:
            WAYS[way](runtime, big)
        assert code_of(refused) == "ValidationException"
        assert ids(runtime) == set()


def test_an_update_that_would_pass_400_kb_leaves_the_item_as_it_was() -> None:
    with world() as runtime:
        put(runtime, "a", body="x" * 300 * 1024)
        with pytest.raises(ClientError) as refused:
            runtime.client("dynamodb").update_item(
                TableName="local-rows",
                Key=key("a"),
                UpdateExpression="SET more = :m",
                ExpressionAttributeValues={":m": {"S": "x" * 200 * 1024}},
            )
        item = runtime.client("dynamodb").get_item(TableName="local-rows", Key=key("a"))["Item"]
    assert code_of(refused) == "ValidationException"
    assert "more" not in item


def test_a_cancelled_transaction_leaves_items_and_stream_untouched() -> None:
    seen = Seen()
    with world({"read_rows": seen}) as runtime:
        put(runtime, "kept", color="red")
        put(runtime, "deleted", color="red")
        runtime.settle()
        seen.events.clear()
        before = runtime.client("dynamodb").scan(TableName="local-rows")["Items"]
        with pytest.raises(ClientError) as cancelled:
            transact(
                runtime,
                put_row("new"),
                {
                    "Update": {
                        "TableName": "local-rows",
                        "Key": key("kept"),
                        "UpdateExpression": "SET color = :c",
                        "ExpressionAttributeValues": {":c": {"S": "blue"}},
                    }
                },
                {"Delete": {"TableName": "local-rows", "Key": key("deleted")}},
                put_row("guarded", ConditionExpression="attribute_exists(id)"),
            )
        assert runtime.client("dynamodb").scan(TableName="local-rows")["Items"] == before
        runtime.settle()
    assert code_of(cancelled) == "TransactionCanceledException"
    reasons = [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "None", "ConditionalCheckFailed"]
    assert seen.events == []


def test_a_transaction_on_one_item_twice_is_refused() -> None:
    with world() as runtime:
        with pytest.raises(ClientError) as refused:
            transact(runtime, put_row("other"), put_row("a"), put_row("a"))
        assert ids(runtime) == set()
    assert code_of(refused) == "ValidationException"


def test_a_committed_transaction_is_seen_by_the_stream_once() -> None:
    seen = Seen()
    with world({"read_rows": seen}) as runtime:
        transact(runtime, put_row("a"), put_row("b"))
        runtime.settle()
    assert seen.ids == [["a", "b"]]


def test_the_short_way_to_dynamodb_gives_what_the_long_way_gives() -> None:
    def answers(short: bool) -> list[Any]:
        with world() as runtime:
            if not short:
                runtime.calls.answers.remove(dynamodb_shortcut.answer)
            dynamodb = runtime.client("dynamodb")
            rich = key("rich") | {
                "amount": {"N": "1.50"},
                "items_": {"L": [{"S": "a"}, {"M": {"deep": {"BOOL": True}}}]},
                "set": {"SS": ["x", "y"]},
                "null": {"NULL": True},
                "bytes": {"B": b"\x00\xff"},
                "shard": {"S": "s1"},
                "at": {"S": "2024"},
            }
            update: dict[str, Any] = {
                "UpdateExpression": "SET #n = #n + :one",
                "ExpressionAttributeNames": {"#n": "amount"},
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
            table = {"TableName": "local-rows"}
            replies = [
                dynamodb.put_item(**table, Item=rich, ReturnValues="ALL_OLD"),
                dynamodb.put_item(**table, Item=key("poor") | {"amount": {"N": "1"}}),
                dynamodb.get_item(**table, Key=key("rich"), ConsistentRead=True),
                dynamodb.get_item(**table, Key=key("none")),
                dynamodb.get_item(**table, Key=key("rich"), ProjectionExpression="amount, items_"),
                dynamodb.update_item(**table, Key=key("rich"), **update, ReturnValues="ALL_NEW"),
                dynamodb.query(
                    **table, KeyConditionExpression="id = :i", ExpressionAttributeValues={":i": {"S": "rich"}}
                ),
                dynamodb.query(
                    **table,
                    IndexName="sweep",
                    KeyConditionExpression="shard = :s AND #at < :t",
                    ExpressionAttributeNames={"#at": "at"},
                    ExpressionAttributeValues={":s": {"S": "s1"}, ":t": {"S": "2025"}},
                ),
                dynamodb.scan(**table, Limit=1, ProjectionExpression="id, amount"),
                dynamodb.scan(
                    **table,
                    Segment=1,
                    TotalSegments=2,
                    FilterExpression="#at = :at",
                    ExpressionAttributeNames={"#at": "at"},
                    ExpressionAttributeValues={":at": {"S": "2024"}},
                ),
                dynamodb.batch_get_item(RequestItems={"local-rows": {"Keys": [key("rich"), key("poor"), key("no")]}}),
                dynamodb.transact_get_items(TransactItems=[{"Get": {**table, "Key": key("rich")}}]),
                dynamodb.delete_item(**table, Key=key("poor"), ReturnValues="ALL_OLD"),
            ]
            with pytest.raises(ClientError) as refused:
                dynamodb.put_item(**table, Item=key("rich"), ConditionExpression="attribute_not_exists(id)")
            replies.append(refused.value.response["Error"])
            with pytest.raises(ClientError) as refused:
                dynamodb.put_item(**table, Item={"id": {"S": "no sort key"}})
            replies.append(refused.value.response["Error"])
        return [{k: v for k, v in reply.items() if k != "ResponseMetadata"} for reply in replies]

    long_way = [{k: v for k, v in reply.items() if k != "ConsumedCapacity"} for reply in answers(short=False)]
    assert answers(short=True) == long_way


def test_the_short_way_to_s3_gives_what_the_long_way_gives() -> None:
    def answers(short: bool) -> list[Any]:
        with world() as runtime:
            if not short:
                runtime.calls.answers.remove(s3_shortcut.answer)
            s3, bucket = runtime.client("s3"), runtime.names.bucket("content")
            for key_ in ("content/ä b.json", "content/a/x.txt", "reports/a.json"):
                s3.put_object(Bucket=bucket, Key=key_, Body=key_.encode(), ContentType="text/plain; charset=utf-8")
            read = s3.get_object(Bucket=bucket, Key="content/ä b.json")
            listed = s3.list_objects_v2(Bucket=bucket, Prefix="content/")
            nothing = s3.list_objects_v2(Bucket=bucket, Prefix="other/")
            with pytest.raises(s3.exceptions.NoSuchKey) as refused:
                s3.get_object(Bucket=bucket, Key="content/none")
            with pytest.raises(ClientError) as lost:
                s3.list_objects_v2(Bucket="no-such-bucket")
            return [
                (read["Body"].read(), read["ETag"], read["ContentType"], read["ContentLength"]),
                [(each["Key"], each["Size"], each["ETag"]) for each in listed["Contents"]],
                (listed["KeyCount"], listed["IsTruncated"], nothing.get("Contents")),
                (refused.value.response["Error"]["Code"], code_of(lost)),
            ]

    assert answers(short=True) == answers(short=False)
