"""Rights that selections need: by dates, by the calendar, for who was there before a journey, and after a pause."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.domain.timer import Timer

from cli.runtime.world import LocalRuntime
from tests.rights_in_use import Told
from tests.shop import content, journey, mails
from tests.trouble import broken, trouble
from tests.worlds import DAY, HOUR, MotoWorld, identify, track

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


def birthday(**parts: Any) -> dict[str, str]:
    trigger = {"type": "date", "field": "profile.birthday", "repeat": "yearly", "at": "09:00"}
    return journey("birthday", trigger=trigger, steps=[mails("cake")], **parts)


def names(runtime: LocalRuntime) -> set[str]:
    executions = runtime.machines["select"].executions.values()
    assert {execution.status for execution in executions} <= {"SUCCEEDED"}
    return {execution.name for execution in executions}


@told.uses(
    "publish_content machine/select states:StartExecution",
    "plan_day table/definitions dynamodb:GetItem",
    "plan_day machine/select states:StartExecution",
    "select function/select_people lambda:InvokeFunction",
    "select machine/select states:StartExecution",
    "select executions/select states:DescribeExecution states:StopExecution",
    "select map/select/parts states:RedriveExecution",
    "select_people table/definitions dynamodb:GetItem",
    "select_people index/profiles/days dynamodb:Query",
    "select_people table/profiles dynamodb:BatchGetItem",
    "select_people table/journeys dynamodb:PutItem",
)
def test_birthdays_are_found_by_their_day(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content(birthday(), templates=("cake",)))
    shop.batch(identify("anna", START, birthday="1990-03-10"))
    shop.advance(START + 10 * DAY)
    assert shop.told() == ["03-10 08:00 anna@shop.example cake"]
    assert len(names(runtime)) > 1


@told.uses(
    "select_people table/profiles dynamodb:Scan",
    "select_people table/events dynamodb:Query",
)
def test_who_qualified_before_is_found_among_everybody(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content(templates=("cake",)))
    shop.batch(identify("anna", START), track("Order Completed", START, "anna", order_id="1", total=9))
    shop.advance(START + DAY)
    late = journey(
        "late",
        trigger={"type": "event", "event": "Order Completed"},
        entry={"backfill": {"per_day": 10}},
        steps=[mails("cake")],
    )
    for path, text in late.items():
        runtime.put_content(f"content/{path}", text.encode())
    shop.advance(START + DAY + HOUR)
    assert shop.told() == ["03-03 12:02 anna@shop.example cake"]


@told.uses("select_people table/profiles dynamodb:PutItem")
def test_who_is_away_gets_the_timer_that_nobody_had_armed(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content(templates=("cake",)))
    shop.batch(identify("anna", START), track("Order Completed", START, "anna", order_id="1", total=9))
    shop.advance(START + DAY)
    trigger = {"type": "inactivity", "events": ["Order Completed"], "for": "30 days"}
    back = journey("back", trigger=trigger, entry={"backfill": {"per_day": 10}}, steps=[mails("cake")])
    for path, text in back.items():
        runtime.put_content(f"content/{path}", text.encode())
    shop.advance(START + DAY + HOUR)
    assert [row.due for row in shop.rows(Timer)] == [START + 30 * DAY]
    shop.advance(START + 31 * DAY)
    assert shop.told() == ["04-01 12:00 anna@shop.example cake"]


@told.uses("select_people table/events dynamodb:PutItem")
def test_time_alone_takes_somebody_out_of_a_segment_and_that_is_an_event(runtime: LocalRuntime) -> None:
    who = {"event": "Order Completed", "count": {"gte": 1}, "within": "7 days"}
    fresh = {"segments/fresh.json": json.dumps({"id": "fresh", "name": "Fresh buyers", "who": who})}
    left = journey("left", trigger={"type": "segment", "segment": "fresh", "change": "left"}, steps=[mails("cake")])
    shop = MotoWorld(runtime, content(fresh, left, templates=("cake",)))
    shop.batch(identify("anna", START), track("Order Completed", START, "anna", order_id="1", total=9))
    shop.advance(START + 10 * DAY)
    assert shop.told() == ["03-10 09:31 anna@shop.example cake"]


@told.uses(
    "select_people index/journeys/held dynamodb:Query",
    "select_people table/journeys dynamodb:BatchGetItem",
)
def test_what_a_pause_held_is_found_by_its_journey(runtime: LocalRuntime) -> None:
    def letters(status: str) -> dict[str, str]:
        trigger = {"type": "event", "event": "Account Created"}
        return journey("letters", trigger=trigger, status=status, steps=[{"wait": "1 day"}, mails("cake")])

    shop = MotoWorld(runtime, content(letters("live"), templates=("cake",)))
    shop.batch(identify("anna", START), track("Account Created", START, "anna"))
    for hours, status in ((1, "off"), (30, "live")):
        shop.advance(START + hours * HOUR)
        for path, text in letters(status).items():
            runtime.put_content(f"content/{path}", text.encode())
    assert shop.told() == []
    shop.advance(START + 31 * HOUR)
    assert shop.told() == ["03-03 18:01 anna@shop.example cake"]


@told.uses("plan_day table/definitions dynamodb:PutItem", failing=["publish_content"])
def test_what_a_publication_could_not_start_the_daily_run_starts(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content(birthday(status="off"), templates=("cake",)))
    shop.batch(identify("anna", START, birthday="1990-03-04"))
    refused = trouble(runtime, "publish_content", "StartExecution", broken)
    for path, text in birthday().items():
        runtime.put_content(f"content/{path}", text.encode())
    runtime.advance(START + 3 * DAY)
    assert refused.met > 0
    assert shop.told() == ["03-04 08:00 anna@shop.example cake"]
