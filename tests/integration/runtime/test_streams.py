"""DynamoDB stream to Lambda: order, filters, partial answers, halving, and the failures bucket."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import boto3

from cli.runtime.world import LocalRuntime
from infra.topology import StreamSource
from tests.integration.runtime.small_world import INSERTS, Seen, put, world


def failures(runtime: LocalRuntime) -> list[dict[str, Any]]:
    s3 = runtime.client("s3")
    objects = s3.list_objects_v2(Bucket="local-failures").get("Contents", [])
    return [json.load(s3.get_object(Bucket="local-failures", Key=entry["Key"])["Body"]) for entry in objects]


def test_records_arrive_in_order_and_in_batches() -> None:
    seen = Seen()
    with world({"read_rows": seen}) as runtime:
        put(runtime, *(f"r{n:02}" for n in range(12)))
        runtime.settle()
    assert seen.ids == [[f"r{n:02}" for n in range(10)], ["r10", "r11"]]


def test_a_record_has_the_shape_that_lambda_gives_it() -> None:
    seen = Seen()
    with world({"read_rows": seen}) as runtime:
        put(runtime, "a", color="red")
        runtime.settle()
    record = seen.events[0]["Records"][0]
    assert record["eventName"] == "INSERT"
    assert record["eventSource"] == "aws:dynamodb"
    assert record["awsRegion"] == "eu-central-1"
    assert record["eventSourceARN"].startswith("arn:aws:dynamodb:eu-central-1:123456789012:table/local-rows/stream/")
    assert record["dynamodb"]["Keys"] == {"id": {"S": "a"}, "row": {"S": "E"}}
    assert record["dynamodb"]["NewImage"]["color"] == {"S": "red"}
    assert record["dynamodb"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert record["dynamodb"]["ApproximateCreationDateTime"] == 1_714_132_800


def test_records_that_no_pattern_wants_are_passed_over() -> None:
    wanted = ({"dynamodb": {"NewImage": {"request": {"S": ["wake", "start"]}}}},)
    seen = Seen()
    streams = (StreamSource("rows", "read_rows", 10, wanted, max_retries=2),)
    with world({"read_rows": seen}, streams=streams) as runtime:
        put(runtime, "quiet")
        put(runtime, "loud", request="wake")
        put(runtime, "other", request="schedule")
        runtime.settle()
    assert seen.ids == [["loud"]]


def test_a_write_that_changes_nothing_leaves_no_record() -> None:
    seen = Seen()
    streams = (StreamSource("rows", "read_rows", 10, ({},), max_retries=2),)
    with world({"read_rows": seen}, streams=streams) as runtime:
        put(runtime, "a", color="red")
        put(runtime, "a", color="red")
        put(runtime, "a", color="blue")
        runtime.settle()
    names = [record["eventName"] for event in seen.events for record in event["Records"]]
    assert names == ["INSERT", "MODIFY"]


def test_an_update_that_creates_a_row_is_one_insert_with_the_whole_image() -> None:
    seen = Seen()
    with world({"read_rows": seen}) as runtime:
        runtime.client("dynamodb").update_item(
            TableName="local-rows",
            Key={"id": {"S": "new"}, "row": {"S": "E"}},
            UpdateExpression="SET color = :c",
            ExpressionAttributeValues={":c": {"S": "red"}},
        )
        runtime.settle()
    assert [record["dynamodb"]["NewImage"]["color"] for record in seen.events[0]["Records"]] == [{"S": "red"}]


def test_two_readers_of_one_stream_have_their_own_positions() -> None:
    def fails(event: Any) -> None:
        raise RuntimeError

    steady, broken = Seen(), Seen(fails)
    streams = (
        StreamSource("rows", "read_rows", 10, INSERTS, max_retries=2),
        StreamSource("rows", "hear", 10, INSERTS, max_retries=2),
    )
    with world({"read_rows": steady, "hear": broken}, streams=streams) as runtime:
        put(runtime, "a")
        runtime.settle()
        put(runtime, "b")
        runtime.settle()
        assert steady.ids == [["a"], ["b"]]
        assert broken.ids == [["a"]]


def test_a_partial_answer_keeps_what_came_before_the_first_failure() -> None:
    done: list[str] = []
    broken = {"c"}

    def handle(event: Any, context: Any) -> Any:
        for record in event["Records"]:
            if record["dynamodb"]["Keys"]["id"]["S"] in broken:
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
            done.append(record["dynamodb"]["Keys"]["id"]["S"])
        return {"batchItemFailures": []}

    with world({"read_rows": handle}) as runtime:
        put(runtime, *"abcde")
        runtime.settle()
        assert done == ["a", "b"]
        broken.clear()
        runtime.advance(timedelta(seconds=1))
    assert done == ["a", "b", "c", "d", "e"]


def test_a_bad_record_is_isolated_retried_and_kept_with_its_payload_while_the_rest_goes_on() -> None:
    done: list[str] = []

    def handle(event: Any, context: Any) -> None:
        ids = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
        if "bad" in ids:
            raise ValueError("cannot read it")
        done.extend(ids)

    with world({"read_rows": handle}) as runtime:
        put(runtime, "a", "b", "bad", "c", "d")
        runtime.settle()
        assert done == ["a", "b"], "the shard waits for the record's next try"
        runtime.advance(timedelta(minutes=5))
        assert done == ["a", "b", "c", "d"]
        (kept,) = failures(runtime)
    assert [r["dynamodb"]["Keys"]["id"]["S"] for r in json.loads(kept["payload"])["Records"]] == ["bad"]
    assert kept["DDBStreamBatchInfo"]["batchSize"] == 1
    assert kept["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert kept["requestContext"]["approximateInvokeCount"] == 3, "one try and two retries: halving costs none"
    assert kept["responseContext"]["functionError"] == "Unhandled"


def test_without_halving_the_whole_batch_is_given_up() -> None:
    def fails(event: Any) -> None:
        raise RuntimeError

    seen = Seen(fails)
    streams = (StreamSource("rows", "read_rows", 10, INSERTS, max_retries=1, bisect=False),)
    with world({"read_rows": seen}, streams=streams) as runtime:
        put(runtime, "a", "b")
        runtime.advance(timedelta(minutes=1))
        (kept,) = failures(runtime)
    assert seen.ids == [["a", "b"], ["a", "b"]]
    assert kept["DDBStreamBatchInfo"]["batchSize"] == 2


def test_an_answer_that_names_an_unknown_record_fails_the_batch() -> None:
    seen = Seen(lambda event: {"batchItemFailures": [{"itemIdentifier": "nonsense"}]})
    with world({"read_rows": seen}) as runtime:
        put(runtime, "a", "b")
        runtime.advance(timedelta(minutes=5))
        assert len(failures(runtime)) == 2


def test_records_that_every_reader_has_passed_are_forgotten() -> None:
    seen = Seen()
    with world({"read_rows": seen}) as runtime:
        for n in range(3):
            put(runtime, f"r{n}")
            runtime.settle()
        endpoint = "https://streams.dynamodb.eu-central-1.amazonaws.com"
        streams = boto3.client("dynamodbstreams", region_name="eu-central-1", endpoint_url=endpoint)
        arn = runtime.client("dynamodb").describe_table(TableName="local-rows")["Table"]["LatestStreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        assert streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"] == []
        numbers = [event["Records"][0]["dynamodb"]["SequenceNumber"] for event in seen.events]
    assert numbers == sorted(set(numbers)), "numbers go on although records were forgotten"
