"""Steps that call the shop's own systems: in memory, and through the deployed functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from anlass.adapters.memory.seals import LOCAL_KEYS
from anlass.adapters.memory.shop import MemoryShop
from anlass.domain.call import Call
from anlass.domain.enrolment import Enrolment
from anlass.ports import (
    Answered,
    NoAnswer,
    OutOfBounds,
)
from anlass.usecases.sweep import BACKLOG
from anlass.wire import Webhook
from standardwebhooks import Webhook as Verifier

from cli.runtime.world import LocalRuntime
from cli.simulation import Simulation
from tests.builders import DAY, HOUR, MINUTE
from tests.shop import MORNING, a_simulation, an_event, content, journey, mails
from tests.worlds import MemoryWorld, MotoWorld, identify, track

URL = "https://erp.shop.example/hook"
BODY = {
    "type": "order.reviewed",
    "timestamp": "{{ now }}",
    "data": {
        "order": "{{ entry.properties.order_id }}",
        "total": "{{ entry.properties.total }}",
        "products": "{{ entry.properties.products }}",
        "greeting": "Hallo {{ profile.first_name }}!",
        "nickname": "{{ profile.nickname }}",
        "always": ["paid", 1, True, None],
    },
}


def telling(*after: dict[str, Any], **webhook: Any) -> dict[str, str]:
    """A journey that tells the ERP of each order, and then goes on."""
    step = {"id": "tell", "webhook": {"url": URL, "secret": "erp", **webhook}}
    return content(
        journey("told", trigger={"type": "event", "event": "Order Completed"}, steps=[step, *after]),
        templates=("thanks",),
    )


class Story:
    """One of the two worlds, and the shop that it calls."""

    def __init__(self, name: str, files: dict[str, str]) -> None:
        self.world: MemoryWorld | MotoWorld
        self.runtime: LocalRuntime | None = None
        if name == "memory":
            memory = MemoryWorld(files, MORNING)
            self.world, self.hook = memory, memory.simulation.shop
        else:
            self.runtime = LocalRuntime(MORNING)
            self.runtime.start()
            self.world, self.hook = MotoWorld(self.runtime, files), self.runtime.shop

    def close(self) -> None:
        if self.runtime is not None:
            self.runtime.stop()

    def buys(self, *answers: Answered | NoAnswer | OutOfBounds) -> None:
        """Anna orders something."""
        self.hook.answers.extend(answers)
        products = [{"product_id": "beans", "quantity": 2}]
        self.world.batch(
            identify("anna", MORNING, firstName="Anna"),
            track("Order Completed", MORNING, "anna", order_id="o-1", total=12.5, products=products),
        )

    def rows(self, kind: type[Any]) -> list[Any]:
        if isinstance(self.world, MotoWorld):
            return self.world.rows(kind)
        return [row for row in self.world.simulation.store.rows() if isinstance(row, kind)]

    def call(self) -> Call:
        (row,) = self.rows(Call)
        assert isinstance(row, Call)
        return row


@pytest.fixture(params=["memory", "moto"])
def tell(request: pytest.FixtureRequest) -> Iterator[Any]:
    made: list[Story] = []

    def story(*after: dict[str, Any], **webhook: Any) -> Story:
        made.append(Story(request.param, telling(*after, **webhook)))
        return made[-1]

    yield story
    for each in made:
        each.close()


def is_signed_by_the_erps_key(hook: MemoryShop) -> bool:
    key = Verifier(LOCAL_KEYS["erp"])
    return all(
        post.headers["webhook-signature"] == key.sign(post.headers["webhook-id"], post.at, post.body.decode())
        and post.headers["webhook-timestamp"] == str(int(post.at.timestamp()))
        for post in hook.posts
    )


def test_the_shop_is_called_once_with_what_the_step_says(tell: Any) -> None:
    story = tell(mails("thanks"), body=BODY)
    story.buys()
    story.world.advance(MORNING + 5 * DAY)
    (post,) = story.hook.posts
    assert (post.url, post.at) == (URL, MORNING)
    assert json.loads(post.body) == {
        "type": "order.reviewed",
        "timestamp": "2026-03-02T09:00:00+00:00",
        "data": {
            "order": "o-1",
            "total": 12.5,
            "products": [{"product_id": "beans", "quantity": 2}],
            "greeting": "Hallo Anna!",
            "nickname": None,
            "always": ["paid", 1, True, None],
        },
    }
    assert is_signed_by_the_erps_key(story.hook)
    assert story.world.told() == ["03-02 09:00 anna@shop.example thanks"]
    assert (story.call().status, story.call().attempts) == ("DONE", 1)


def test_without_a_body_it_says_what_has_happened(tell: Any) -> None:
    story = tell()
    story.buys()
    (post,) = story.hook.posts
    assert json.loads(post.body) == {
        "type": "journey.step",
        "timestamp": "2026-03-02T09:00:00+00:00",
        "data": {
            "journey": "told",
            "step": "tell",
            "user_id": "anna",
            "event": "Order Completed",
            "source": "server",
            "properties": {"order_id": "o-1", "total": 12.5, "products": [{"product_id": "beans", "quantity": 2}]},
        },
    }


def test_a_shop_that_is_down_hears_it_when_it_is_up_again_and_nothing_waits_for_that(tell: Any) -> None:
    story = tell(mails("thanks"))
    story.buys(Answered(500), NoAnswer("no answer within 15 seconds"))
    story.world.advance(MORNING + HOUR)
    first, second, third = (post.at - MORNING for post in story.hook.posts)
    assert first == timedelta(0)
    assert timedelta(seconds=5) <= second <= timedelta(seconds=7)
    assert timedelta(minutes=5) <= third - second <= timedelta(minutes=6)
    assert len({post.headers["webhook-id"] for post in story.hook.posts}) == 1
    assert len({post.body for post in story.hook.posts}) == 1
    assert is_signed_by_the_erps_key(story.hook)
    assert (story.call().status, story.call().attempts, story.call().sweep_at) == ("DONE", 3, None)
    assert story.world.told() == ["03-02 09:00 anna@shop.example thanks"]


def test_a_shop_that_never_takes_it_is_called_for_three_days_and_the_journey_goes_its_way(tell: Any) -> None:
    story = tell({"wait": "24 hours"}, mails("thanks"))
    story.buys(*[Answered(503)] * 20)
    story.world.advance(MORNING + 10 * DAY)
    assert len(story.hook.posts) == 10
    assert timedelta(days=3) < story.hook.posts[-1].at - MORNING < timedelta(days=4)
    assert (story.call().status, story.call().reason) == ("FAILED", "it answered 503, 10 times in three days")
    assert story.world.told() == ["03-03 09:00 anna@shop.example thanks"]
    (row,) = story.rows(Enrolment)
    assert (row.status, row.outcome, row.attempts) == ("done", "finished", 0)


def test_both_worlds_call_at_the_same_times() -> None:
    times = []
    for name in ("memory", "moto"):
        story = Story(name, telling(body=BODY))
        try:
            story.buys(*[Answered(503, "200")] * 4)
            story.world.advance(MORNING + DAY)
            times.append([round((post.at - MORNING).total_seconds()) for post in story.hook.posts])
        finally:
            story.close()
    assert times[0] == times[1]
    assert times[0][:2] == [0, 200]


def test_a_key_that_nobody_has_put_there_fails_it_at_once(tell: Any) -> None:
    story = tell(mails("thanks"), secret="unheard-of")
    story.buys()
    assert story.hook.posts == []
    assert story.call().reason == 'the secret "webhooks" holds no usable key called "unheard-of"'
    assert story.world.told() == ["03-02 09:00 anna@shop.example thanks"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"all": ["{{ entry.properties.note }}"] * 90}, "the body has 45"),
        ({"number": "{{ entry.properties.note + 1 }}"}, "a value cannot be filled in ("),
    ],
)
def test_what_cannot_be_filled_in_is_not_sent_and_holds_up_nothing(body: dict[str, Any], reason: str) -> None:
    world = MemoryWorld(telling(mails("thanks"), body=body), MORNING)
    world.batch(identify("anna", MORNING), track("Order Completed", MORNING, "anna", order_id="o-1", note="n" * 500))
    world.advance(MORNING + DAY)
    assert world.simulation.shop.posts == []
    (call,) = (row for row in world.simulation.store.rows() if isinstance(row, Call))
    assert (call.status, call.sweep_at, call.request) == ("FAILED", None, None)
    assert call.reason is not None
    assert call.reason.startswith(reason)
    assert world.told() == ["03-02 09:00 anna@shop.example thanks"]


def a_call_on_its_way() -> Simulation:
    """Its row is stored, and nobody has been asked for anything yet."""
    simulation = a_simulation(telling())
    simulation.event_log.put([an_event("Order Completed", MORNING, "anna", order_id="o-1")])
    while not any(isinstance(row, Call) for row in simulation.store.rows()):
        assert simulation.step()
    return simulation


def test_the_sweeper_finds_a_webhook_whose_request_was_lost() -> None:
    simulation = a_call_on_its_way()
    simulation.lose_requests()
    simulation.advance(MORNING + HOUR)
    (post,) = simulation.shop.posts
    assert post.at == MORNING + 5 * MINUTE


def test_and_one_whose_next_attempt_was_lost() -> None:
    simulation = a_call_on_its_way()
    simulation.shop.answers.append(Answered(503, "600"))
    while not simulation.shop.posts:
        assert simulation.step()
    simulation.lose_requests()
    simulation.advance(MORNING + HOUR)
    first, second = simulation.shop.posts
    assert second.at - first.at == 15 * MINUTE


def test_a_queue_that_is_behind_is_not_filled_with_copies() -> None:
    simulation = a_call_on_its_way()
    simulation.lose_requests()
    simulation.queues.send("webhook", [Webhook("e-other", "H#tell#1")] * (BACKLOG + 1))
    simulation.clock.set(MORNING + 5 * MINUTE)
    assert simulation.sweep() == {"webhooks left to a queue that is behind": 1}
    assert simulation.sweep() == {}
    assert simulation.queues.backlog("webhook") == BACKLOG + 1
    (call,) = (row for row in simulation.store.rows() if isinstance(row, Call))
    assert call.sweep_at == MORNING + 10 * MINUTE


def test_whatever_the_streams_show_twice_calls_the_shop_once() -> None:
    simulation = a_call_on_its_way()
    simulation.settle()
    simulation.deliver_again(events=5, rows=5)
    simulation.advance(MORNING + DAY)
    assert len(simulation.shop.posts) == 1
