"""Rights that webhooks need on their way to the shop, and when something of them is lost: see `test_rights.py`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from anlass.domain.call import Call
from anlass.ports import Answered

from cli.runtime.world import LocalRuntime
from tests.rights_in_use import Told
from tests.shop import content, journey
from tests.trouble import broken, lost, trouble
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOLD = journey(
    "told",
    trigger={"type": "event", "event": "Order Completed"},
    steps=[{"id": "tell", "webhook": {"url": "https://erp.shop.example/hook", "secret": "erp"}}],
)
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


@pytest.fixture
def shop(runtime: LocalRuntime) -> MotoWorld:
    return MotoWorld(runtime, content(TOLD))


def buys(shop: MotoWorld, at: datetime = START) -> None:
    shop.batch(track("Order Completed", at, "anna", order_id="1001"))


@told.uses(
    "dispatch queue/webhook sqs:SendMessage",
    "call_webhook table/definitions dynamodb:GetItem",
    "call_webhook table/journeys dynamodb:BatchGetItem dynamodb:PutItem",
    "call_webhook secret/webhooks secretsmanager:GetSecretValue",
    "keep_calendar queue/webhook sqs:SendMessage",
    "calendar queue/webhook sqs:SendMessage",
)
def test_a_shop_that_is_down_for_hours_is_told_in_the_end(runtime: LocalRuntime, shop: MotoWorld) -> None:
    """Seconds and minutes later by the queue, hours later by the calendar."""
    runtime.shop.answers.extend([Answered(503)] * 4)
    buys(shop)
    shop.advance(START + DAY)
    (row,) = shop.rows(Call)
    assert (row.status, row.attempts) == ("DONE", 5)


@told.uses("sweep queue/webhook sqs:GetQueueAttributes")
def test_a_webhook_that_the_queue_forgets_the_sweeper_remembers(runtime: LocalRuntime, shop: MotoWorld) -> None:
    with lost(runtime, "webhook"):
        buys(shop)
    shop.advance(START + HOUR)
    (post,) = runtime.shop.posts
    assert START + 5 * MINUTE <= post.at <= START + 10 * MINUTE


@told.uses("redrive queue/webhook sqs:SendMessage", failing=("dispatch",))
def test_a_webhook_that_could_not_be_forwarded_is_made_up_for(runtime: LocalRuntime, shop: MotoWorld) -> None:
    fault = trouble(
        runtime, "dispatch", "SendMessageBatch", broken, 1_000_000, lambda c: c.params["QueueUrl"].endswith("webhook")
    )
    buys(shop)
    runtime.advance(HOUR, maintenance=False)
    assert (runtime.shop.posts, shop.unapplied()) == ([], 1)
    fault.left = 0
    assert shop.redrive() == {"done": 1, "left": 0}
    assert len(runtime.shop.posts) == 1
    runtime.advance(DAY)
    assert (len(runtime.shop.posts), shop.unapplied()) == (1, 0)
