"""SQS to Lambda on the virtual clock: visibility, delay, partial failure and the dead-letter queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cli.runtime.world import LocalRuntime
from tests.integration.runtime.small_world import NOON, Seen, world


def send(runtime: LocalRuntime, *bodies: str, delay: int = 0) -> None:
    for body in bodies:
        runtime.client("sqs").send_message(
            QueueUrl="https://sqs.eu-central-1.amazonaws.com/123456789012/local-jobs",
            MessageBody=body,
            DelaySeconds=delay,
        )


def test_messages_are_handed_over_in_batches_and_deleted() -> None:
    seen = Seen()
    with world({"do_job": seen}) as runtime:
        send(runtime, *(str(n) for n in range(12)))
        runtime.settle()
        runtime.advance(timedelta(hours=1))
    assert seen.bodies == [[str(n) for n in range(10)], ["10", "11"]]


def test_a_delayed_message_arrives_at_its_virtual_second() -> None:
    times: list[Any] = []
    with world({"do_job": lambda event, context: times.append(runtime.clock.now())}) as runtime:
        send(runtime, "later", delay=600)
        runtime.settle()
        assert times == []
        runtime.advance(timedelta(hours=1))
    assert times == [NOON + timedelta(seconds=600)]


def test_only_the_failed_messages_of_a_batch_come_back_after_the_visibility_timeout() -> None:
    times: list[Any] = []

    def fail_odd(event: Any) -> Any:
        times.append(runtime.clock.now())
        odd = [
            r for r in event["Records"] if int(r["body"]) % 2 and int(r["attributes"]["ApproximateReceiveCount"]) < 2
        ]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in odd]}

    seen = Seen(fail_odd)
    with world({"do_job": seen}) as runtime:
        send(runtime, "1", "2", "3")
        runtime.advance(timedelta(hours=1))
        assert runtime.dead_letters("jobs") == []
    assert seen.bodies == [["1", "2", "3"], ["1", "3"]]
    assert times == [NOON, NOON + timedelta(seconds=90)]


def test_a_message_that_always_fails_ends_in_the_dead_letter_queue() -> None:
    def fails(event: Any) -> None:
        raise RuntimeError("no")

    seen = Seen(fails)
    with world({"do_job": seen}) as runtime:
        send(runtime, "poison")
        runtime.advance(timedelta(hours=1))
        assert runtime.dead_letters("jobs") == ["poison"]
        assert [name for name, _ in runtime.lambdas.errors] == ["do_job"] * 3
    assert len(seen.events) == 3


def test_an_unreadable_answer_fails_the_whole_batch() -> None:
    seen = Seen(lambda event: {"batchItemFailures": [{"itemIdentifier": ""}]})
    with world({"do_job": seen}) as runtime:
        send(runtime, "a", "b")
        runtime.advance(timedelta(hours=1))
        assert sorted(runtime.dead_letters("jobs")) == ["a", "b"]
