"""Good days and bad ones, and what the functions counted of them: each of these numbers may wake somebody up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from anlass.domain.changes import CountReport
from anlass.domain.enrolment import Enrolment
from anlass.domain.mailbox import MOST
from anlass.domain.send import Send

from cli.dev import looking
from cli.dev.reporting import feedback_event
from cli.runtime.aws_calls import AwsCall, AwsReply, refuse
from cli.runtime.world import LocalRuntime
from tests.overhearing import Overheard
from tests.shop import content, journey
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFER = journey(
    "offer",
    trigger={"type": "event", "event": "Product Viewed"},
    entry={"again": "always", "per": "product_id"},
    exit=[{"event": "Order Completed", "steps": []}],
    steps=[{"id": "offer", "send": {"template": "offer"}}, {"wait": "1 day"}],
)


@pytest.fixture
def overheard() -> Overheard:
    return Overheard()


@pytest.fixture
def runtime(overheard: Overheard) -> Iterator[LocalRuntime]:
    with LocalRuntime(START, handlers=overheard.handlers) as running:
        yield running


@pytest.fixture
def shop(runtime: LocalRuntime, overheard: Overheard) -> MotoWorld:
    world = MotoWorld(runtime, content(OFFER, templates=("offer",)))
    world.batch(identify("anna", START))
    overheard.forget()
    return world


def view(at: datetime, product: str = "beans") -> dict[str, Any]:
    return track("Product Viewed", at, "anna", product_id=product)


def trouble(
    runtime: LocalRuntime,
    actor: str,
    operation: str,
    reply: AwsReply,
    times: int = 1_000_000,
    only: Callable[[AwsCall], bool] = lambda _: True,
) -> None:
    """The next calls of this kind are answered so."""
    left = iter(range(times))

    def answer(call: AwsCall) -> AwsReply | None:
        if (call.actor, call.operation) != (actor, operation) or not only(call) or next(left, None) is None:
            return None
        return reply

    runtime.calls.answers.insert(0, answer)


def lost_race(changes: int) -> AwsReply:
    """Somebody else changed the first of the rows, whatever is tried."""
    reasons = [{"Code": "ConditionalCheckFailed"}, *({"Code": "None"} for _ in range(changes - 1))]
    return AwsReply(400, {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons})


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        ([], {"MessagesSent": 1}),
        ([refuse("TooManyRequestsException", "slow", 429)] * 2, {"MessagesNotTaken": 2, "MessagesSent": 1}),
        ([refuse("MessageRejected", "anna@shop.example is not verified")], {"MessagesFailed": 1}),
        ([refuse("InternalServiceError", "?", 500)], {"MessagesUnknown": 1}),
    ],
)
def test_what_the_provider_says(
    answers: list[AwsReply], counted: dict[str, int], runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard
) -> None:
    for answer in reversed(answers):
        trouble(runtime, "deliver_message", "SendEmail", answer, 1)
    shop.batch(view(START))
    runtime.advance(HOUR)
    assert overheard.counted() == {"EventsAccepted": 1, "Enrolled": 1, **counted}
    assert "@" not in overheard.text


@pytest.mark.parametrize(
    ("kind", "counted"),
    [("delivery", {"Delivered": 1}), ("bounce", {"Bounced": 1}), ("complaint", {"Complained": 1}), ("delay", {})],
)
def test_what_is_reported_of_a_message_counts_once(
    kind: str, counted: dict[str, int], runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard
) -> None:
    shop.batch(view(START))
    [send] = [row for row in looking.journey_rows(runtime) if isinstance(row, Send)]
    report = feedback_event(runtime, runtime.application(), send.id, kind)
    assert report is not None
    overheard.forget()
    for _ in range(2):
        runtime.emit_bus(report)
    runtime.emit_bus(json.loads(json.dumps(report).replace(send.enrolment, "0" * 36)))
    runtime.settle()
    assert overheard.counted() == counted
    assert [line["message"] for line in overheard.lines("record_feedback", kind=kind)] == [
        "recorded",
        "recorded",
        "no such message",
    ]


def test_complaints_warn_and_then_stop_and_the_sweeper_tells_as_long_as_they_do(
    runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard
) -> None:
    store = runtime.application().store
    shop.batch(view(START))
    [send] = [row for row in looking.journey_rows(runtime) if isinstance(row, Send)]
    said = {"warn": {"ComplaintsHigh": 1}, "stop": {"ComplaintsTooHigh": 1, "BrakeOn": 1}}
    for number, outcome in enumerate(("warn", "stop")):
        store.commit([CountReport("complained", START, 0)])
        for _ in range(0 if number else 200):
            store.commit([CountReport("delivered", START, 1)])
        report = feedback_event(runtime, runtime.application(), send.id, "complaint")
        assert report is not None
        overheard.forget()
        runtime.emit_bus(report)
        runtime.settle()
        counted = overheard.counted()
        assert {name: counted[name] for name in said[outcome]} == said[outcome]
    overheard.forget()
    runtime.lambdas.invoke("sweep", {})
    assert overheard.counted() == {"BrakeOn": 1}


def test_a_message_that_is_put_off_and_one_that_is_cancelled(
    runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard
) -> None:
    capped = content(settings={"caps": {"email": {"day": 1}}})["settings.json"]
    runtime.put_content("content/settings.json", capped.encode())
    shop.batch(view(START))
    overheard.forget()
    shop.batch(view(START + MINUTE, "mill"))
    assert overheard.counted() == {"EventsAccepted": 1, "Enrolled": 1, "MessagesDeferred": 1}
    overheard.forget()
    shop.batch(track("Order Completed", START + 2 * MINUTE, "anna", order_id="1", total=1))
    runtime.advance(2 * DAY)
    assert overheard.counted() == {"EventsAccepted": 1, "MessagesSkipped": 1}


def test_an_intake_that_cannot_store_and_messages_that_cannot_be_read(
    runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard
) -> None:
    trouble(runtime, "ingest_event", "BatchWriteItem", refuse("ValidationException", "no"), 1)
    headers = {"authorization": "Basic bG9jYWwtc2VydmVyOg==", "content-type": "application/json"}
    body = json.dumps({"batch": [view(START), {"type": "track"}]}).encode()
    answers = [runtime.http("POST", "/v1/batch", headers, body).status for _ in range(2)]
    assert answers == [503, 200]
    assert overheard.counted() == {"IntakeUnavailable": 1, "EventsAccepted": 1, "EventsRejected": 1}


def test_an_event_whose_person_keeps_changing(runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard) -> None:
    trouble(runtime, "match_events", "PutItem", refuse("ConditionalCheckFailedException", "changed"), 8)
    shop.batch(track("Order Completed", START, "anna", order_id="1", total=1))
    runtime.advance(10 * MINUTE)
    assert overheard.counted() == {"EventsAccepted": 1, "NotApplied": 1}


def test_what_a_redrive_leaves(runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard) -> None:
    trouble(runtime, "match_events", "BatchGetItem", refuse("ValidationException", "broken"))
    trouble(runtime, "redrive", "TransactWriteItems", lost_race(2), 8)
    shop.batch(track("Order Completed", START, "anna", order_id="1", total=1))
    runtime.advance(HOUR)
    for _ in range(2):
        runtime.lambdas.invoke("redrive", {})
    assert overheard.counted() == {"EventsAccepted": 1, "RecordsLeft": 1}
    assert [(line["done"], line["left"]) for line in overheard.lines(message="redriven")] == [(0, 1), (1, 0)]


def test_what_a_redrive_makes_up_for_is_told_as_if_nothing_had_happened(
    runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard
) -> None:
    trouble(runtime, "match_events", "BatchGetItem", refuse("ValidationException", "broken"))
    shop.batch(view(START))
    runtime.advance(HOUR)
    runtime.lambdas.invoke("redrive", {})
    runtime.settle()
    assert overheard.counted() == {"EventsAccepted": 1, "Enrolled": 1, "MessagesSent": 1}


def test_an_enrolment_that_fails_again_and_again(runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard) -> None:
    shop.batch(view(START))
    [hers] = [row for row in looking.journey_rows(runtime) if isinstance(row, Enrolment)]
    for function in ("advance_enrolment", "sweep"):
        trouble(
            runtime,
            function,
            "Query",
            refuse("ValidationException", "broken"),
            only=lambda call: "IndexName" not in call.params,
        )
    overheard.forget()
    for _ in range(20):
        runtime.advance(6 * HOUR)
        shop.batch(track("Page Dwelled Long", runtime.clock.now(), "cleo"))  # the sweeper rings with work
    counted = overheard.counted()
    assert counted["Quarantined"] == 1
    assert counted["RowsPastTime"] == 4  # the first attempt was the execution's
    assert [line["enrolment"] for line in overheard.lines(message="advance failed")] == [hers.id]
    attempts = [line["attempts"] for line in overheard.lines(message="saved") if "attempts" in line]
    assert attempts[-1] == 5
    assert overheard.lines(message="saved")[-1]["status"] == "quarantined"


def test_a_file_that_is_refused(runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard) -> None:
    runtime.put_content("content/journeys/offer.json", b"{}")
    runtime.put_content("content/journeys/offer.json", OFFER["journeys/offer.json"].encode())
    assert overheard.counted() == {"ContentRefused": 1}
    lines = overheard.lines(message="published")
    journeys = [line for line in lines if str(line["path"]).startswith("journeys/")]
    assert [line["status"] for line in journeys] == ["refused", "live"]


def test_days_without_trouble_are_no_news(runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard) -> None:
    """What merely waits is looked at by the sweeper, and must wake nobody up."""
    shop.batch(view(START))
    for _ in range(6):
        runtime.advance(timedelta(hours=2))
        shop.batch(track("Product List Viewed", runtime.clock.now(), "anna"))
    runtime.advance(3 * DAY)
    assert overheard.counted() == {"EventsAccepted": 7, "Enrolled": 1, "MessagesSent": 1}


def test_a_record_that_fails_says_of_what_and_nothing_of_anybody(
    shop: MotoWorld, runtime: LocalRuntime, overheard: Overheard
) -> None:
    shop.batch(view(START))
    overheard.forget()
    url = runtime.names.queue_url
    for queue in ("wake", "start", "due", "email"):
        runtime.client("sqs").send_message(QueueUrl=url(queue), MessageBody='{"anna@shop.example": 1}')
    trouble(runtime, "start_journey", "StartExecution", refuse("ValidationException", "anna@shop.example is no name"))
    shop.batch(view(START + MINUTE, "tea"))
    runtime.settle()
    failed = overheard.lines(message="failed, comes again")
    said = {(line["level"], line["error"], line.get("said")) for line in failed}
    assert said == {("ERROR", "TypeError", None), ("ERROR", "ValidationException", "ValidationException")}, said
    assert all(line["record"] for line in failed)
    assert "anna" not in overheard.text


@pytest.mark.parametrize("way", ["/v1/subscribe", "/signup"])
def test_a_mailbox_that_is_asked_for_more_often_than_anybody_would(
    runtime: LocalRuntime, shop: MotoWorld, overheard: Overheard, way: str
) -> None:
    page = runtime.http("GET", "/signup").body.decode()
    said = {"topics": "news", "text_version": re.findall(r'name="text_version" value="([^"]+)"', page)[0]}
    for number in range(MOST + 2):
        said["email"] = f"nele+{number}@example.com"
        if way == "/signup":
            headers, body = {"content-type": "application/x-www-form-urlencoded"}, urlencode(said)
        else:
            headers = {"authorization": "Basic bG9jYWwtYnJvd3Nlcjo=", "content-type": "application/json"}
            body = json.dumps({**said, "topics": ["news"], "form_url": "https://shop.example/"})
        assert runtime.http("POST", way, headers, body.encode()).status in (200, 202)
    assert overheard.counted()["AskedTooOften"] == 2
