"""Every right is used by a story, and no story needs another one.

The local runtime refuses what `infra/rights.py` does not list. Each story says which rights it is there for and is held
to it; the last test adds them up. What is lost, fails and is made good again is told in `test_rights_in_trouble.py`,
what happens without a right in `test_rights_refused.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.domain.changes import Append
from anlass.domain.enrolment import INBOX, Enrolment, Heard
from anlass.domain.send import Send
from anlass.ports import Ticket

from cli.dev import looking
from cli.dev.reporting import feedback_event
from cli.runtime.world import LocalRuntime
from tests.integration import (
    test_rights_in_trouble,
    test_rights_of_feedback,
    test_rights_of_pages,
    test_rights_of_people,
    test_rights_of_selections,
    test_rights_of_steps,
    test_rights_of_subscribing,
    test_rights_of_webhooks,
    test_rights_refused,
)
from tests.rights_in_use import ALL, Told
from tests.shop import CART, content, journey, mails
from tests.trouble import lost, throttled, trouble
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # ten o'clock in Berlin
AT_A_VIEW = {"type": "event", "event": "Product Viewed"}
TWICE = {"event": "Product Viewed", "count": {"gte": 2}}
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


def view(at: datetime, user: str = "anna") -> dict[str, Any]:
    return track("Product Viewed", at, user, product_id="beans")


def order(at: datetime, user: str = "anna") -> dict[str, Any]:
    return track("Order Completed", at, user, order_id="1001", total=12)


def steps(shop: MotoWorld) -> list[str]:
    return [line.rsplit(" ", 1)[1] for line in shop.told()]


@told.uses(
    "publish_content table/definitions dynamodb:GetItem dynamodb:PutItem",
    "publish_content bucket/content s3:ListBucket",
    "publish_content objects/content/content/* s3:GetObject",
    "publish_content objects/content/reports/* s3:PutObject",
    "ingest_event table/definitions dynamodb:GetItem",
    "ingest_event table/events dynamodb:BatchWriteItem",
    "ingest_event secret/keys secretsmanager:GetSecretValue",
    "match_events table/definitions dynamodb:GetItem",
    "match_events table/events dynamodb:PutItem",
    "match_events table/journeys dynamodb:PutItem dynamodb:UpdateItem",
    "match_events table/profiles dynamodb:BatchGetItem dynamodb:PutItem",
    "keep_calendar schedules scheduler:CreateSchedule",
    "keep_calendar role/calendar iam:PassRole",
    "calendar queue/due sqs:SendMessage",
    "ring_timer table/definitions dynamodb:GetItem",
    "ring_timer table/events dynamodb:GetItem",
    "ring_timer table/journeys dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:PutItem",
    "ring_timer table/profiles dynamodb:BatchGetItem dynamodb:PutItem",
    "dispatch queue/email sqs:SendMessage",
    "dispatch queue/start sqs:SendMessage",
    "dispatch queue/wake sqs:SendMessage",
    "start_journey machine/journey states:StartExecution",
    "journey function/advance_enrolment lambda:InvokeFunction",
    "journey table/journeys dynamodb:UpdateItem",
    "advance_enrolment table/definitions dynamodb:GetItem",
    "advance_enrolment table/journeys dynamodb:PutItem dynamodb:Query",
    "wake_enrolment table/definitions dynamodb:GetItem",
    "wake_enrolment table/journeys dynamodb:PutItem dynamodb:Query",
    "wake_enrolment table/profiles dynamodb:UpdateItem",
    "wake_enrolment machine/journey states:SendTaskSuccess",
    "deliver_message table/definitions dynamodb:GetItem",
    "deliver_message table/journeys dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem",
    "deliver_message table/profiles dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:PutItem",
    "deliver_message secret/links secretsmanager:GetSecretValue",
    "serve_page table/events dynamodb:PutItem",
    "serve_page table/journeys dynamodb:BatchGetItem",
    "serve_page table/profiles dynamodb:BatchGetItem dynamodb:PutItem",
    "serve_page secret/links secretsmanager:GetSecretValue",
    "serve_page secret/salt secretsmanager:GetSecretValue",
    "rotate_links secret/links secretsmanager:DescribeSecret secretsmanager:GetSecretValue",
    "rotate_links secret/links secretsmanager:PutSecretValue secretsmanager:UpdateSecretVersionStage",
    "sweep index/journeys/sweep dynamodb:Query",
)
def test_a_cart_is_remembered_bought_thanked_for_and_complained_about(runtime: LocalRuntime) -> None:
    """The ordinary way through everything."""
    shop = MotoWorld(runtime, content(CART, templates=("first", "second", "last", "thanks")))
    shop.batch(identify("anna", START), track("Product Added", START, "anna", product_id="beans", price=12))
    shop.advance(START + 2 * DAY)
    shop.batch(order(runtime.clock.now()))
    assert steps(shop) == ["first", "second", "thanks"]
    app = runtime.application()
    message = looking.messages(runtime, app)[-1]["id"]
    for kind in ("delivery", "complaint"):
        report = feedback_event(runtime, app, message, kind)
        assert report is not None
        runtime.emit_bus(report)
    runtime.rotate("links")
    path = app.links.url("unsubscribe", Ticket(message, START)).removeprefix(runtime.names.public_url)
    assert runtime.http("POST", path, {}, b"List-Unsubscribe=One-Click").status == 200
    shop.advance(START + 3 * DAY)
    (thanks,) = (row for row in shop.rows(Send) if row.step == "thanks")
    assert (thanks.status, thanks.delivered_at, thanks.complained_at) == ("SENT", START + 2 * DAY, START + 2 * DAY)
    person = looking.profile(runtime, app, "anna")
    assert person is not None
    said = [(grant["status"], grant["by"]) for grant in person["consents"]]
    assert said == [("granted", "shop"), ("withdrawn", "person")]


@told.uses(
    "match_events table/definitions dynamodb:UpdateItem",
    "publish_content objects/content/content/schema/* s3:PutObject",
)
def test_the_shops_own_names_are_learned_and_offered_to_who_writes_journeys(runtime: LocalRuntime) -> None:
    files = content()
    shop = MotoWorld(runtime, files)
    shop.batch(track("Sofa Assembled", START, "anna"))
    runtime.put_content("content/settings.json", files["settings.json"].encode())
    schema = {"Bucket": runtime.names.bucket("content"), "Key": "content/schema/journey.schema.json"}
    assert b"Sofa Assembled" in runtime.client("s3").get_object(**schema)["Body"].read()


@told.uses("match_events table/profiles dynamodb:DeleteItem")
@pytest.mark.parametrize("said", [{"first_name": "Anna"}, {"birthday": "1990-02-28"}, {"email": "anna@home.example"}])
def test_who_said_something_as_a_visitor_logs_in_later(runtime: LocalRuntime, said: dict[str, str]) -> None:
    """The dates by which the visitor was found find nobody any more."""
    shop = MotoWorld(runtime, content())
    shop.batch(identify("anna", START))
    name = {"type": "identify", "traits": said, "anonymousId": "v1", "timestamp": START.isoformat()}
    shop.batch(name, track("Product Viewed", START, anonymous="v1"))
    runtime.advance(5 * MINUTE)
    shop.batch(view(START + 5 * MINUTE) | {"anonymousId": "v1"})
    assert shop.unapplied() == 0
    person = looking.profile(runtime, runtime.application(), "anna")
    assert person is not None
    assert person["identities"] == ["u:anna", "a:v1"]
    days = runtime.client("dynamodb").scan(TableName=runtime.names.physical("profiles"), IndexName="days")["Items"]
    assert {item["profile"]["S"] for item in days} == {"u:anna"}


@told.uses(
    "match_events table/events dynamodb:Query",
    "ring_timer table/events dynamodb:Query",
)
def test_journeys_for_those_who_looked_before(runtime: LocalRuntime) -> None:
    at_once = journey("at-once", trigger=AT_A_VIEW, who=TWICE, steps=[mails("now")])
    abandoned = {"type": "abandonment", "event": "Product Viewed", "unless": ["Order Completed"], "after": "2 hours"}
    later = journey("later", trigger=abandoned, who=TWICE, steps=[mails("later")])
    shop = MotoWorld(runtime, content(at_once, later, templates=("now", "later")))
    shop.batch(identify("anna", START), identify("ben", START))
    shop.batch(view(START), view(START, "ben"))
    shop.advance(START + MINUTE)
    shop.batch(view(START + MINUTE))
    shop.advance(START + DAY)
    assert shop.told() == ["03-02 09:01 anna@shop.example now", "03-02 11:01 anna@shop.example later"]


@told.uses(
    "advance_enrolment table/events dynamodb:Query",
    "advance_enrolment table/profiles dynamodb:BatchGetItem dynamodb:UpdateItem",
    "wake_enrolment table/events dynamodb:Query",
    "wake_enrolment table/profiles dynamodb:BatchGetItem",
)
def test_steps_that_look_at_the_person_and_what_they_did(runtime: LocalRuntime) -> None:
    """By an execution, and in the place of one where the calendar waits."""
    branch = {"branch": [{"when": TWICE, "steps": [{"exit": "often"}]}, {"else": [{"exit": "once"}]}]}
    looked = [
        journey(
            name,
            trigger=AT_A_VIEW,
            exit=[{"event": "Order Completed", "steps": [branch]}],
            steps=[{"wait": wait}, mails("never")],
        )
        for name, wait in (("short", "1 day"), ("long", "10 days"))
    ]
    shop = MotoWorld(runtime, content(*looked, templates=("never",)))
    shop.batch(identify("anna", START), view(START))
    shop.advance(START + HOUR)
    shop.batch(view(START + HOUR))
    shop.batch(order(START + HOUR + MINUTE))
    done = {(row.journey, row.status, row.outcome) for row in shop.rows(Enrolment)}
    assert done == {("short", "done", "exit"), ("long", "done", "exit")}
    assert shop.told() == []


@told.uses("match_events table/journeys dynamodb:BatchGetItem dynamodb:UpdateItem")
def test_what_does_not_fit_into_an_inbox_is_found_and_what_is_gone_is_not_missed(runtime: LocalRuntime) -> None:
    hers = journey(
        "hers",
        trigger=AT_A_VIEW,
        exit=[{"event": "Order Completed", "steps": [mails("thanks")]}],
        steps=[{"wait": "1 day"}, mails("offer")],
    )
    shop = MotoWorld(runtime, content(hers, templates=("offer", "thanks")))
    shop.batch(*(part for user in ("anna", "ben") for part in (identify(user, START), view(START, user))))
    app, of = runtime.application(), {row.profile: row.id for row in shop.rows(Enrolment)}
    filler = tuple(Heard(f"f{n}", "Product Viewed", START) for n in range(INBOX))
    with lost(runtime, "wake"):
        app.store.commit([Append(of["u:anna"], filler, START + DAY)])
        runtime.settle()
    gone = {"id": {"S": of["u:ben"]}, "row": {"S": "E"}}
    runtime.client("dynamodb").delete_item(TableName=runtime.names.physical("journeys"), Key=gone)
    shop.batch(order(START + MINUTE), order(START + MINUTE, "ben"))
    assert shop.told() == ["03-02 09:00 anna@shop.example thanks"]
    for user in ("anna", "ben"):
        person = looking.profile(runtime, app, user)
        assert person is not None
        assert person["orders"]["count"] == 1


@told.uses(
    "keep_calendar queue/due sqs:SendMessage",
    "keep_calendar queue/email sqs:SendMessage",
    "calendar queue/email sqs:SendMessage",
)
def test_what_is_due_within_minutes_costs_no_schedule_and_messages_have_their_own(runtime: LocalRuntime) -> None:
    soon = {"type": "abandonment", "event": "Product Viewed", "unless": ["Order Completed"], "after": "5 minutes"}
    shop = MotoWorld(
        runtime,
        content(
            journey("soon", trigger=soon, steps=[mails("soon")]),
            journey("at-ten-past", trigger=AT_A_VIEW, steps=[mails("ten-past", at="10:10")]),
            journey("at-noon", trigger=AT_A_VIEW, steps=[mails("noon", at="12:00")]),
            templates=("soon", "ten-past", "noon"),
        ),
    )
    shop.batch(identify("anna", START), view(START))
    assert len(runtime.calendar) == 1
    shop.advance(START + 3 * HOUR)
    assert [line.split()[1] + " " + line.split()[3] for line in shop.told()] == [
        "09:05 soon",
        "09:10 ten-past",
        "11:00 noon",
    ]


@told.uses(
    "ring_timer table/journeys dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem",
    "ring_timer table/profiles dynamodb:UpdateItem",
)
def test_a_new_cart_begins_anew_and_the_calendar_ends_what_waits_long(runtime: LocalRuntime) -> None:
    """The ring of the second timer tells the enrolment of the first; after ten days the calendar has the last word."""
    again = journey(
        "again",
        trigger={"type": "abandonment", "event": "Product Viewed", "unless": ["Order Completed"], "after": "1 hour"},
        entry={"while_active": "restart"},
        steps=[mails("offer"), {"wait": "10 days"}],
    )
    shop = MotoWorld(runtime, content(again, templates=("offer",)))
    shop.batch(identify("anna", START), view(START))
    shop.advance(START + DAY)
    shop.batch(view(START + DAY))
    shop.advance(START + 12 * DAY)
    assert shop.told() == ["03-02 10:00 anna@shop.example offer", "03-03 10:00 anna@shop.example offer"]
    outcomes = sorted((row.entered_at, row.status, row.outcome) for row in shop.rows(Enrolment))
    assert [outcome[1:] for outcome in outcomes] == [("done", "restarted"), ("done", "finished")]


@told.uses(
    "deliver_message table/events dynamodb:PutItem",
    "deliver_message table/journeys dynamodb:Query",
    "deliver_message queue/email sqs:SendMessage",
)
def test_messages_that_come_back_keep_their_order_and_journeys_hear_when_they_left(runtime: LocalRuntime) -> None:
    both = journey("both", trigger=AT_A_VIEW, steps=[mails("early"), mails("late")])
    late = {"field": "event.properties.step", "op": "eq", "value": "late"}
    heard = journey("heard", trigger={"type": "event", "event": "Email Sent", "where": late}, steps=[{"exit": "so"}])
    shop = MotoWorld(runtime, content(both, heard, templates=("early", "late")))
    trouble(runtime, "deliver_message", "SendEmail", throttled, 1)
    shop.batch(identify("anna", START), view(START))
    assert shop.told() == []
    shop.advance(START + HOUR)
    assert steps(shop) == ["early", "late"]
    assert {row.journey: row.outcome for row in shop.rows(Enrolment)} == {"both": "finished", "heard": "so"}


def test_every_right_is_there_for_a_story() -> None:
    """Stories tell for themselves what they use, so this holds in any order, and for one file alone."""
    elsewhere = (
        test_rights_in_trouble,
        test_rights_of_feedback,
        test_rights_of_pages,
        test_rights_of_people,
        test_rights_of_selections,
        test_rights_of_steps,
        test_rights_of_subscribing,
        test_rights_of_webhooks,
        test_rights_refused,
    )
    unused = ALL.difference(told.rights, *(each.told.rights for each in elsewhere))
    assert sorted(unused) == [], "take these out of infra/rights.py, or tell where they are needed"
