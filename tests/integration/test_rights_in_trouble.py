"""Rights that are needed when something was lost, failed, or is to be made good: see `test_rights.py`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.domain.changes import Append
from anlass.domain.enrolment import INBOX, Enrolment, Heard
from anlass.domain.send import Send

from cli.dev import looking
from cli.dev.reporting import feedback_event
from cli.runtime.aws_calls import AwsCall, AwsReply
from cli.runtime.world import LocalRuntime
from tests.rights_in_use import Told
from tests.shop import content, journey, mails
from tests.subscriber import link, presses
from tests.trouble import broken, lost, trouble
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT_A_VIEW = {"type": "event", "event": "Product Viewed"}
TWICE = {"event": "Product Viewed", "count": {"gte": 2}}
OFFER = journey(
    "offer",
    trigger=AT_A_VIEW,
    exit=[{"event": "Order Completed", "steps": []}],
    steps=[mails("offer"), {"wait": "1 day"}],
)
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


def does(event: str, at: datetime, user: str = "anna") -> dict[str, Any]:
    return track(event, at, user, product_id="beans", order_id="1001", price=12, total=12)


def abandoned(after: str) -> dict[str, Any]:
    return {"type": "abandonment", "event": "Product Viewed", "unless": ["Order Completed"], "after": after}


@told.uses(
    "journey function/quarantine_enrolment lambda:InvokeFunction",
    "quarantine_enrolment table/journeys dynamodb:BatchGetItem dynamodb:PutItem",
    failing=("advance_enrolment",),
)
def test_an_execution_that_fails_is_written_down_and_the_sweeper_goes_on(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content(OFFER, templates=("offer",)))
    trouble(runtime, "advance_enrolment", "Query", broken, 1)
    shop.batch(identify("anna", START), does("Product Viewed", START))
    (row,) = shop.rows(Enrolment)
    assert (row.status, row.attempts) == ("active", 1)
    runtime.advance(2 * DAY)
    (row,) = shop.rows(Enrolment)
    assert (row.status, row.outcome, row.attempts) == ("done", "finished", 0)


@told.uses(
    "sweep index/journeys/sweep dynamodb:Query",
    "sweep table/definitions dynamodb:GetItem",
    "sweep table/events dynamodb:GetItem dynamodb:Query",
    "sweep table/journeys dynamodb:BatchGetItem dynamodb:PutItem dynamodb:DeleteItem",
    "sweep table/profiles dynamodb:BatchGetItem dynamodb:PutItem",
)
def test_a_timer_whose_schedule_was_lost_rings_by_the_sweeper(runtime: LocalRuntime) -> None:
    later = journey("later", trigger=abandoned("2 hours"), who=TWICE, steps=[mails("later")])
    shop = MotoWorld(runtime, content(later, templates=("later",)))
    shop.batch(identify("anna", START), *(does("Product Viewed", START + n * MINUTE) for n in (0, 1)))
    group, scheduler = runtime.names.physical(runtime.names.topology.schedule_group), runtime.client("scheduler")
    for schedule in scheduler.list_schedules(GroupName=group)["Schedules"]:
        scheduler.delete_schedule(GroupName=group, Name=schedule["Name"])
    shop.advance(START + 2 * HOUR + 10 * MINUTE)
    assert shop.told() == ["03-02 11:10 anna@shop.example later"]


@told.uses(
    "sweep queue/email sqs:GetQueueAttributes",
    "sweep machine/journey states:SendTaskSuccess",
    "sweep table/journeys dynamodb:Query dynamodb:PutItem",
    "sweep table/profiles dynamodb:UpdateItem",
)
def test_what_queues_forget_the_sweeper_remembers(runtime: LocalRuntime) -> None:
    """Anna's message, Ben's start, and that Cleo has bought."""
    shop = MotoWorld(runtime, content(OFFER, templates=("offer",)))
    shop.batch(*(identify(user, START) for user in ("anna", "ben", "cleo")))
    for user, queue in (("anna", "email"), ("ben", "start")):
        with lost(runtime, queue):
            shop.batch(does("Product Viewed", START, user))
    shop.batch(does("Product Viewed", START, "cleo"))
    shop.advance(START + HOUR)
    with lost(runtime, "wake"):
        shop.batch(does("Order Completed", START + HOUR, "cleo"))
    shop.advance(START + 2 * DAY)
    assert sorted(shop.told()) == [
        "03-02 09:00 ben@shop.example offer",
        "03-02 09:00 cleo@shop.example offer",
        "03-02 09:05 anna@shop.example offer",
    ]
    outcomes = {row.profile: (row.status, row.outcome) for row in shop.rows(Enrolment)}
    finished = ("done", "finished")
    assert outcomes == {"u:anna": finished, "u:ben": finished, "u:cleo": ("done", "exit")}


@told.uses("record_feedback table/journeys dynamodb:UpdateItem", "sweep table/journeys dynamodb:UpdateItem")
def test_a_message_whose_sender_died_is_settled_by_a_report_or_by_the_sweeper(runtime: LocalRuntime) -> None:
    """The last step: their enrolments wait for nothing but to hear that the message left."""

    def die(call: AwsCall, _reply: AwsReply) -> None:
        if call.operation == "SendEmail":
            raise RuntimeError("the process is gone")

    last = journey("last", trigger=AT_A_VIEW, steps=[mails("offer")])
    shop = MotoWorld(runtime, content(last, templates=("offer",)))
    runtime.calls.observers.append(die)
    for user in ("anna", "ben"):
        shop.batch(identify(user, START), does("Product Viewed", START, user))
    assert {(row.profile, row.status) for row in shop.rows(Enrolment)} == {("u:anna", "closing"), ("u:ben", "closing")}
    hers = next(send for send in shop.rows(Send) if send.profile == "u:anna")
    report = feedback_event(runtime, runtime.application(), hers.id, "delivery")
    assert report is not None
    runtime.emit_bus(report)
    runtime.client("sqs").purge_queue(QueueUrl=runtime.names.queue_url("email"))
    shop.advance(START + HOUR)
    sends = {send.profile: (send.status, send.reason) for send in shop.rows(Send)}
    assert sends == {"u:anna": ("SENT", None), "u:ben": ("UNKNOWN", "claim ran out")}
    assert {row.status for row in shop.rows(Enrolment)} == {"done"}
    assert len(shop.told()) == 2


@told.uses("match_events objects/failures/* s3:PutObject")
def test_an_event_of_somebody_whose_row_is_spoiled_is_set_aside(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content(OFFER, templates=("offer",)))
    shop.batch(identify("anna", START))
    place = {"TableName": runtime.names.physical("profiles")}
    where = {"profile": {"S": "u:anna"}, "row": {"S": "STATE"}}
    row = runtime.client("dynamodb").get_item(**place, Key=where)["Item"]
    runtime.client("dynamodb").put_item(**place, Item={**row, "body": {"S": "\u2026"}})
    shop.batch(does("Product Viewed", START))
    assert (shop.unapplied(), shop.told()) == (1, [])


@told.uses(
    "redrive bucket/failures s3:ListBucket",
    "redrive objects/failures/* s3:DeleteObject s3:GetObject",
    "redrive table/definitions dynamodb:GetItem",
    "redrive table/events dynamodb:PutItem dynamodb:Query",
    "redrive table/journeys dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem",
    "redrive table/profiles dynamodb:BatchGetItem dynamodb:PutItem",
    failing=("match_events",),
)
def test_events_that_could_not_be_applied_are_made_up_for(runtime: LocalRuntime) -> None:
    """Anna's second view is worth an offer, her order is one too many for her inbox, her cart starts a timer; and Ben
    has subscribed."""
    waiting = journey(
        "waiting",
        trigger={"type": "event", "event": "Account Created"},
        exit=[{"event": "Order Completed", "steps": [mails("thanks")]}],
        steps=[{"wait": "1 day"}],
    )
    offer = journey("offer", trigger=AT_A_VIEW, who=TWICE, steps=[mails("offer")])
    cart = journey("cart", trigger=abandoned("1 hour") | {"event": "Product Added"}, steps=[mails("cart")])
    shop = MotoWorld(runtime, content(waiting, offer, cart, templates=("thanks", "offer", "cart")))
    shop.batch(identify("anna", START), does("Product Viewed", START), does("Account Created", START))
    app, (row,) = runtime.application(), shop.rows(Enrolment)
    with lost(runtime, "wake"):
        filler = tuple(Heard(f"f{n}", "Product Viewed", START) for n in range(INBOX))
        app.store.commit([Append(row.id, filler, START + DAY)])
        runtime.settle()
    fault = trouble(runtime, "match_events", "BatchGetItem", broken)
    runtime.advance(MINUTE)
    names = ("Product Viewed", "Order Completed", "Product Added")
    shop.batch(identify("ben", START), *(does(name, START + n * MINUTE) for n, name in enumerate(names, 1)))
    runtime.advance(HOUR)
    assert (shop.told(), shop.unapplied()) == ([], 4)
    fault.left = 0
    assert shop.redrive() == {"done": 4, "left": 0}
    runtime.advance(HOUR)
    assert sorted(line.split()[-1] for line in shop.told()) == ["cart", "offer", "thanks"]
    assert looking.profile(runtime, app, "ben") is not None
    assert shop.unapplied() == 0


@told.uses("redrive table/profiles dynamodb:DeleteItem dynamodb:UpdateItem", failing=("match_events",))
def test_a_login_and_a_no_that_could_not_be_applied_are_made_up_for(runtime: LocalRuntime) -> None:
    """Who turns out to be Anna gave her name before; and the shop was told that Ben wants nothing."""
    shop = MotoWorld(runtime, content())
    visitor = {"type": "identify", "anonymousId": "v1", "traits": {"first_name": "Anna", "birthday": "1990-02-28"}}
    shop.batch(identify("anna", START), identify("ben", START), visitor)
    fault = trouble(runtime, "match_events", "BatchGetItem", broken)
    runtime.advance(MINUTE)
    login = does("Product Viewed", START + MINUTE) | {"anonymousId": "v1"}
    shop.batch(login, identify("ben", START + MINUTE, status="UNSUBSCRIBED"))
    runtime.advance(HOUR)
    fault.left = 0
    assert shop.redrive()["left"] == shop.unapplied() == 0
    app = runtime.application()
    hers, his = (looking.profile(runtime, app, name) for name in ("anna", "ben"))
    assert hers is not None
    assert his is not None
    assert (hers["traits"]["birthday"], hers["identities"]) == ("1990-02-28", ["u:anna", "a:v1"])
    assert [grant["status"] for grant in his["consents"]] == ["withdrawn"]


@told.uses("redrive table/profiles dynamodb:Query", failing=("match_events",))
def test_of_a_no_that_could_not_be_applied_the_proof_expires_all_the_same(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content(OFFER, templates=("offer",)))
    shop.batch(identify("anna", START), does("Product Viewed", START))
    fault = trouble(runtime, "match_events", "BatchGetItem", broken)
    presses(shop, link(shop, "unsubscribe"), "unsubscribe")
    runtime.advance(HOUR)
    assert shop.unapplied() == 1
    fault.left = 0
    assert shop.redrive() == {"done": 1, "left": 0}
    items = runtime.client("dynamodb").scan(TableName=runtime.names.physical("profiles"))["Items"]
    assert all("ttl" in item for item in items if item["row"]["S"].startswith("LEDGER#"))


@told.uses(
    "redrive queue/due sqs:SendMessage",
    "redrive queue/email sqs:SendMessage",
    "redrive queue/start sqs:SendMessage",
    "redrive queue/wake sqs:SendMessage",
    "redrive role/calendar iam:PassRole",
    "redrive schedules scheduler:CreateSchedule",
    failing=("dispatch",),
)
def test_requests_that_could_not_be_forwarded_are_made_up_for(runtime: LocalRuntime) -> None:
    """Of Anna's view came a message, a start and two timers; of Ben's a word that nobody forwards at first."""
    soon = journey("soon", trigger=abandoned("5 minutes"), steps=[mails("soon")])
    later = journey("later", trigger=abandoned("5 hours"), steps=[mails("later")])
    shop = MotoWorld(runtime, content(OFFER, soon, later, templates=("offer", "soon", "later")))

    def no_wake(call: AwsCall) -> bool:
        return not call.params["QueueUrl"].endswith("wake")

    faults = [
        trouble(runtime, "dispatch", "SendMessageBatch", broken, 1_000_000, no_wake),
        trouble(runtime, "keep_calendar", "SendMessageBatch", broken),
        trouble(runtime, "keep_calendar", "CreateSchedule", broken),
    ]
    shop.batch(identify("anna", START), does("Product Viewed", START))
    runtime.advance(HOUR, maintenance=False)
    faults.append(trouble(runtime, "dispatch", "SendMessageBatch", broken))
    shop.batch(identify("ben", START), does("Product Viewed", START + HOUR, "ben"))
    runtime.advance(HOUR, maintenance=False)
    assert (shop.told(), shop.unapplied()) == ([], 7)
    for fault in faults:
        fault.left = 0
    assert shop.redrive() == {"done": 7, "left": 0}
    runtime.advance(DAY)
    left = sorted(line.split()[2:] for line in shop.told())
    assert left == [[f"{user}@shop.example", step] for user in ("anna", "ben") for step in ("later", "offer", "soon")]
    assert shop.unapplied() == 0
