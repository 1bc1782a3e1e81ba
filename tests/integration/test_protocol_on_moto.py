"""The rules between the rows where AWS itself misbehaves: calls that fail, processes that die, hops that repeat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.keys import SuppressionKey
from anlass.ports import Ticket
from anlass.wire import Deliver, Due, Wake, encode

from cli.dev import looking
from cli.dev.reporting import feedback_event
from cli.runtime.aws_calls import AwsCall, AwsReply, refuse
from cli.runtime.world import LocalRuntime
from tests.shop import CART, content
from tests.trouble import Trouble, broken, throttled, trouble
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILES = content(CART, templates=("first", "second", "last", "thanks"))
ANNA = "anna@shop.example"


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


@pytest.fixture
def shop(runtime: LocalRuntime) -> MotoWorld:
    world = MotoWorld(runtime, FILES)
    world.batch(identify("anna", START))
    return world


def rows(runtime: LocalRuntime, kind: type) -> list[Any]:
    return [row for row in looking.journey_rows(runtime) if isinstance(row, kind)]


def profile(runtime: LocalRuntime) -> dict[str, Any]:
    found = looking.profile(runtime, runtime.application(), "anna")
    assert found is not None
    return found


def cart(at: datetime) -> dict[str, Any]:
    return track("Product Added", at, "anna", product_id="beans", price=12)


def order(at: datetime) -> dict[str, Any]:
    return track("Order Completed", at, "anna", order_id="1001", total=12)


def test_an_event_that_cannot_be_applied_goes_to_s3_and_the_redrive_applies_it_once(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    fault = trouble(runtime, "match_events", "BatchGetItem", broken)
    shop.batch(order(START))
    runtime.advance(HOUR)
    fault.left = 0
    assert profile(runtime)["orders"]["count"] == 0
    bucket = {"Bucket": runtime.names.bucket("failures")}
    (kept,) = runtime.client("s3").list_objects_v2(**bucket)["Contents"]
    body = json.loads(runtime.client("s3").get_object(**bucket, Key=kept["Key"])["Body"].read())

    shop.batch(cart(START + HOUR))  # later events are not held up, and move the position past it
    for _ in range(2):
        runtime.client("s3").put_object(**bucket, Key=kept["Key"], Body=json.dumps(body).encode())
        runtime.lambdas.invoke("redrive", {})
        runtime.settle()
    assert profile(runtime)["orders"]["count"] == 1
    assert "Contents" not in runtime.client("s3").list_objects_v2(**bucket)


def test_a_kept_object_that_nobody_can_read_holds_up_no_other(runtime: LocalRuntime, shop: MotoWorld) -> None:
    fault = trouble(runtime, "match_events", "BatchGetItem", broken)
    shop.batch(order(START))
    runtime.advance(HOUR)
    fault.left = 0
    bucket = {"Bucket": runtime.names.bucket("failures")}
    runtime.client("s3").put_object(**bucket, Key="a-first", Body=b"no JSON")
    assert shop.redrive() == {"done": 1, "left": 1}
    assert profile(runtime)["orders"]["count"] == 1
    (left,) = runtime.client("s3").list_objects_v2(**bucket)["Contents"]
    assert left["Key"] == "a-first"


def test_throttling_in_the_middle_of_a_batch_loses_and_repeats_nothing(runtime: LocalRuntime, shop: MotoWorld) -> None:
    trouble(runtime, "match_events", "TransactWriteItems", throttled, 3)
    trouble(runtime, "match_events", "PutItem", throttled, 3)
    shop.batch(
        *(order(START) | {"messageId": f"o{n}", "properties": {"order_id": str(n), "total": 1}} for n in range(5))
    )
    shop.batch(cart(START + MINUTE))
    runtime.advance(3 * HOUR)
    assert profile(runtime)["orders"]["count"] == 5
    assert shop.told() == ["03-02 10:01 anna@shop.example first"]


def test_an_event_whose_person_keeps_changing_comes_again_until_it_is_applied(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    """The function gives up after some tries and names the record; the stream brings it back."""
    lost = trouble(runtime, "match_events", "PutItem", lambda: refuse("ConditionalCheckFailedException", "changed"), 10)
    shop.batch(order(START))
    runtime.advance(10 * MINUTE)
    assert lost.met == 10
    assert profile(runtime)["orders"]["count"] == 1


def test_a_wake_that_the_queue_never_took_heals_by_the_sweeper(runtime: LocalRuntime, shop: MotoWorld) -> None:
    shop.batch(cart(START))
    runtime.advance(2 * HOUR)
    fault = trouble(runtime, "dispatch", "SendMessageBatch", broken)
    shop.batch(order(runtime.clock.now()))
    runtime.advance(timedelta(seconds=90))
    fault.left = 0
    runtime.advance(DAY)
    (row,) = rows(runtime, Enrolment)
    assert (row.status, row.outcome) == ("done", "goal")
    assert [line.split()[-1] for line in shop.told()] == ["first", "thanks"]


def test_a_schedule_that_was_never_written_heals_by_the_sweeper(runtime: LocalRuntime, shop: MotoWorld) -> None:
    fault = trouble(runtime, "keep_calendar", "CreateSchedule", broken)
    shop.batch(cart(START))
    runtime.advance(10 * MINUTE)
    assert fault.met > 0
    fault.left = 0
    runtime.advance(HOUR)
    runtime.advance(HOUR)
    assert [line.split()[-1] for line in shop.told()] == ["first"]


def test_hops_that_repeat_do_nothing_twice(runtime: LocalRuntime, shop: MotoWorld) -> None:
    """Every message of every queue comes three times, as at-least-once allows."""
    sqs, url = runtime.client("sqs"), runtime.names.queue_url
    shop.batch(cart(START))
    due = Due("timer", next(row.id for row in timers(runtime)), 1)
    runtime.advance(HOUR)
    for _ in range(3):
        sqs.send_message(QueueUrl=url("due"), MessageBody=encode(due))
    runtime.settle()
    (send,) = rows(runtime, Send)
    (row,) = rows(runtime, Enrolment)
    for _ in range(3):
        sqs.send_message(QueueUrl=url("email"), MessageBody=encode(Deliver(send.enrolment, send.row, "u:anna")))
        sqs.send_message(QueueUrl=url("wake"), MessageBody=encode(Wake(row.id)))
        start = {"enrolment": row.id, "name": row.owner}
        sqs.send_message(QueueUrl=url("start"), MessageBody=json.dumps(start))
    runtime.settle()
    runtime.advance(10 * DAY)
    assert [line.split()[-1] for line in shop.told()] == ["first", "second", "last"]
    assert len(rows(runtime, Enrolment)) == 1


def test_a_process_that_dies_after_the_provider_took_the_mail_never_sends_it_again(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    shop.batch(cart(START))

    def die() -> AwsReply:
        raise RuntimeError("the process is gone")

    class AfterSes(Trouble):
        """Dies at the first write after the provider answered."""

        def answer(self, call: AwsCall) -> AwsReply | None:
            return super().answer(call) if runtime.sent_mails() else None

    deadly = AfterSes("deliver_message", "PutItem", die, 1)
    runtime.calls.answers.insert(0, deadly.answer)
    runtime.advance(3 * HOUR)
    assert deadly.met == 1
    (send,) = rows(runtime, Send)
    assert (send.status, send.reason) == ("UNKNOWN", "claim ran out")
    assert len(runtime.sent_mails()) == 1

    event = feedback_event(runtime, runtime.application(), send.id, "delivery")
    assert event is not None
    runtime.emit_bus(event)
    runtime.settle()
    (settled,) = rows(runtime, Send)
    assert settled.status == "SENT"


def test_a_throttled_provider_is_asked_again_and_the_mail_leaves_once(runtime: LocalRuntime, shop: MotoWorld) -> None:
    fault = trouble(runtime, "deliver_message", "SendEmail", lambda: refuse("TooManyRequestsException", "slow", 429), 2)
    shop.batch(cart(START))
    runtime.advance(3 * HOUR)
    assert fault.met == 2
    assert [line.split()[-1] for line in shop.told()] == ["first"]
    assert runtime.dead_letters("email") == []


def test_an_advance_that_fails_five_times_rests_in_quarantine_and_nobody_else_suffers(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    shop.batch(identify("ben", START), cart(START), cart(START) | {"userId": "ben", "messageId": "ben's cart"})
    runtime.advance(2 * HOUR)
    (hers,) = [row for row in rows(runtime, Enrolment) if row.profile == "u:anna"]

    def of_hers(call: AwsCall) -> bool:
        return hers.id in json.dumps(call.params, default=str) and "IndexName" not in call.params

    trouble(runtime, "advance_enrolment", "Query", broken, 1_000_000, of_hers)
    trouble(runtime, "sweep", "Query", broken, 1_000_000, of_hers)
    for _ in range(40):
        runtime.advance(6 * HOUR)
        shop.batch(track("Product Viewed", runtime.clock.now(), "cleo", product_id="x"))  # the sweeper rings with work
    statuses = {row.profile: (row.status, row.attempts) for row in rows(runtime, Enrolment)}
    assert statuses == {"u:anna": ("quarantined", 5), "u:ben": ("done", 0)}


def test_a_complaint_suppresses_the_address_and_a_report_without_a_message_creates_nothing(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    shop.batch(cart(START))
    runtime.advance(2 * HOUR)
    (send,) = rows(runtime, Send)
    event = feedback_event(runtime, runtime.application(), send.id, "complaint")
    assert event is not None
    unknown = json.loads(json.dumps(event).replace(send.enrolment, "0" * 36))
    for report in (event, unknown):
        runtime.emit_bus(report)
    runtime.settle()
    runtime.advance(10 * DAY)
    assert [line.split()[-1] for line in shop.told()] == ["first"]
    assert {s.reason for s in rows(runtime, Send) if s.status == "SKIPPED"} == {"no_consent"}, "she has said no"
    app = runtime.application()
    key = SuppressionKey(app.hashes.of(ANNA), "email")
    suppression = app.store.read([key]).suppression(key.address_hash, "email")
    assert suppression is not None
    assert suppression.reason == "complaint", "and to whoever has this address nothing goes either"


def test_no_execution_history_holds_anything_personal(runtime: LocalRuntime, shop: MotoWorld) -> None:
    """AWS keeps histories for 90 days, and whoever may look at executions is not whoever may look at customers."""
    shop.batch(identify("anna", START, firstName="Annabella"), cart(START))
    fault = trouble(runtime, "advance_enrolment", "Query", broken, 1)
    runtime.advance(10 * DAY)
    assert fault.met == 1
    told = json.dumps([asdict(execution) for execution in runtime.machine.executions.values()], default=str)
    assert "Quarantined" in told
    for personal in (ANNA, "Annabella", "u:anna", "beans"):
        assert personal not in told


def test_looking_at_the_unsubscribe_link_changes_nothing_and_the_button_does(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    """Mail programs and virus scanners fetch every link of a mail (RFC 8058)."""
    shop.batch(cart(START))
    runtime.advance(2 * HOUR)
    (send,) = rows(runtime, Send)
    link = runtime.application().links.url("unsubscribe", Ticket(send.id, runtime.clock.now()))
    path = "/unsubscribe/" + link.rsplit("/", 1)[-1]
    assert runtime.http("GET", path).status == 200
    runtime.advance(DAY)
    assert [line.split()[-1] for line in shop.told()] == ["first", "second"]
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert runtime.http("POST", path, form, b"List-Unsubscribe=One-Click").status == 200
    runtime.advance(10 * DAY)
    assert [line.split()[-1] for line in shop.told()] == ["first", "second"]
    assert {s.reason for s in rows(runtime, Send) if s.status == "SKIPPED"} == {"no_consent"}


def test_a_journey_whose_file_is_deleted_takes_nobody_new_and_ends_well_for_those_in_it(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    shop.batch(cart(START))
    runtime.advance(2 * HOUR)
    (path,) = (path for path in FILES if path.startswith("journeys/"))
    runtime.delete_content(f"content/{path}")
    shop.batch(identify("ben", runtime.clock.now()), track("Product Added", runtime.clock.now(), "ben", product_id="7"))
    runtime.advance(10 * DAY)
    assert [line.split()[2:] for line in shop.told()] == [[ANNA, step] for step in ("first", "second", "last")]


def timers(runtime: LocalRuntime) -> list[Any]:
    return rows(runtime, Timer)
