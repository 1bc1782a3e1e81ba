"""A right is missing: the call is refused, what it was about is kept, and with the right it goes on. Nothing is lost
and nothing is done twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send

from cli.runtime.world import LocalRuntime
from infra.rights import RIGHTS
from tests.rights_in_use import Need, Told
from tests.shop import CART, content
from tests.worlds import AUTHORIZATION, DAY, HOUR, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST = "anna@shop.example first"
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


@pytest.fixture
def shop(runtime: LocalRuntime) -> MotoWorld:
    """Anna has subscribed while all was well."""
    world = MotoWorld(runtime, content(CART, templates=("first", "second", "last", "thanks")))
    world.batch(identify("anna", START))
    return world


def allow_all_but(runtime: LocalRuntime, *missing: Need) -> None:
    runtime.permissions.allow(
        {
            who: tuple(
                replace(right, actions=tuple(a for a in right.actions if (who, a, right.on) not in missing))
                for right in rights
            )
            for who, rights in RIGHTS.items()
        }
    )


def refused(runtime: LocalRuntime) -> set[tuple[str, str]]:
    return {(who, action) for who, action, _ in runtime.permissions.refused}


def left(shop: MotoWorld) -> list[str]:
    """Whom what went to, whenever."""
    return [line.split(maxsplit=2)[2] for line in shop.told()]


def fill_a_cart(shop: MotoWorld) -> int:
    """The HTTP status."""
    headers = {"authorization": AUTHORIZATION, "content-type": "application/json"}
    body = json.dumps({"batch": [track("Product Added", START, "anna", product_id="beans", price=12)]})
    return shop.runtime.http("POST", "/v1/batch", headers, body.encode()).status


def the_client_keeps_it(shop: MotoWorld) -> bool:
    return fill_a_cart(shop) == 503


def the_bucket_keeps_it(shop: MotoWorld) -> bool:
    words = {error.message.split(": ", 1)[0] for _, error in shop.runtime.lambdas.errors}
    return shop.unapplied() > 0 and all("(AccessDeniedException)" in each for each in words)


def the_row_keeps_it(shop: MotoWorld) -> bool:
    (send,) = shop.rows(Send)
    return send.status == "PENDING"


def it_comes_again(_shop: MotoWorld) -> None:
    """By itself."""


@pytest.mark.parametrize(
    ("right", "is_kept", "make_good"),
    [
        (("ingest_event", "dynamodb:BatchWriteItem", "table/events"), the_client_keeps_it, fill_a_cart),
        (("match_events", "dynamodb:PutItem", "table/journeys"), the_bucket_keeps_it, MotoWorld.redrive),
        (("dispatch", "sqs:SendMessage", "queue/email"), the_bucket_keeps_it, MotoWorld.redrive),
        (("deliver_message", "ses:SendRawEmail", "mail"), the_row_keeps_it, it_comes_again),
    ],
    ids=["ingest_event", "match_events", "dispatch", "deliver_message"],
)
def test_what_is_refused_on_its_way_is_kept_and_leaves_once_when_the_right_is_there(
    right: Need,
    is_kept: Callable[[MotoWorld], bool],
    make_good: Callable[[MotoWorld], object],
    runtime: LocalRuntime,
    shop: MotoWorld,
) -> None:
    allow_all_but(runtime, right)
    fill_a_cart(shop)
    runtime.advance(2 * HOUR)
    assert refused(runtime) == {right[:2]}
    assert is_kept(shop)
    assert left(shop) == []

    allow_all_but(runtime)
    make_good(shop)
    runtime.advance(2 * HOUR)
    assert left(shop) == [FIRST]
    assert shop.unapplied() == 0
    assert not any(runtime.dead_letters(queue) for queue in ("wake", "start", "due", "email", "calendar", "async"))


@told.uses("calendar queue/calendar-dead sqs:SendMessage", refused=("calendar queue/due sqs:SendMessage",))
def test_a_ring_that_the_calendar_may_not_deliver_is_kept_and_the_sweeper_rings(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    allow_all_but(runtime, ("calendar", "sqs:SendMessage", "queue/due"))
    fill_a_cart(shop)
    runtime.advance(HOUR)
    (ring,) = runtime.dead_letters("calendar")
    assert json.loads(ring)["kind"] == "timer"
    runtime.advance(HOUR)
    assert left(shop) == [FIRST]


@pytest.mark.parametrize(
    ("action", "on"), [("iam:PassRole", "role/calendar"), ("scheduler:CreateSchedule", "schedules")]
)
def test_a_schedule_that_is_refused_is_kept_and_the_sweeper_rings(
    action: str, on: str, runtime: LocalRuntime, shop: MotoWorld
) -> None:
    allow_all_but(runtime, ("keep_calendar", action, on))
    fill_a_cart(shop)
    runtime.advance(HOUR)
    assert shop.unapplied() == 1
    runtime.advance(HOUR)
    assert refused(runtime) == {("keep_calendar", action)}
    assert left(shop) == [FIRST]


@pytest.mark.parametrize(
    ("functions", "states", "error"),
    [
        (("advance_enrolment",), "Advance Quarantine Failed", "Quarantined"),
        (("advance_enrolment", "quarantine_enrolment"), "Advance Quarantine", "Lambda.AWSLambdaException"),
    ],
    ids=["advance", "both"],
)
def test_an_execution_that_may_call_nobody_fails_and_the_sweeper_does_its_work(
    functions: tuple[str, ...], states: str, error: str, runtime: LocalRuntime, shop: MotoWorld
) -> None:
    allow_all_but(runtime, *(("journey", "lambda:InvokeFunction", f"function/{name}") for name in functions))
    fill_a_cart(shop)
    for _ in range(6):
        runtime.advance(DAY)
    ends = {(each.status, " ".join(each.states), each.error) for each in runtime.machine.executions.values()}
    assert ends == {("FAILED", states, error)}
    (row,) = shop.rows(Enrolment)
    assert (row.status, row.outcome) == ("done", "finished")
    assert left(shop) == [f"anna@shop.example {step}" for step in ("first", "second", "last")]
