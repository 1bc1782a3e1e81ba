"""One webhook, from the first attempt to the last: what is sent, when it is tried again, and when it is given up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.events import MemoryEventLog
from anlass.adapters.memory.seals import LOCAL_KEYS, MemorySeals
from anlass.adapters.memory.shop import MemoryShop
from anlass.adapters.memory.store import MemoryStore
from anlass.domain.call import DELAYS, Call, next_attempt
from anlass.domain.changes import AddCall, SaveCall
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.keys import CallKey
from anlass.ports import (
    Answered,
    NoAnswer,
    OutOfBounds,
)
from anlass.usecases.call_webhook import Called, Calling, call_webhook
from anlass.wire import Webhook
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Verifier

from tests.builders import DAY, HOUR, MINUTE, NOON, a_call

SECOND = timedelta(seconds=1)
MESSAGE = Webhook("e-1", "H#tell#1")


@dataclass
class Shop:
    """The shop, its webhook and whoever calls it."""

    call: Call = field(default_factory=a_call)
    keys: Mapping[str, str | list[str]] = field(default_factory=lambda: LOCAL_KEYS)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(NOON)
        self.store = MemoryStore(MemoryEventLog())
        self.store.commit([AddCall(self.call)])
        self.hook = MemoryShop(self.clock)

    def is_called(self, answer: Answered | NoAnswer | OutOfBounds | None = None) -> Called:
        if answer is not None:
            self.hook.answers.append(answer)
        return call_webhook(MESSAGE, Calling(self.store, self.hook, MemorySeals(self.keys), self.clock))

    @property
    def row(self) -> Call:
        row = self.store.read([CallKey("e-1", "H#tell#1")]).call("e-1", "H#tell#1")
        assert row is not None
        return row


def test_a_webhook_that_is_taken_is_done() -> None:
    shop = Shop()
    assert shop.is_called(Answered(204)) == Called("done", None, 1)
    assert shop.row == replace(
        shop.call, status="DONE", attempts=1, body={}, closed_at=NOON, sweep_at=None, request=None, reason=None
    )
    (post,) = shop.hook.posts
    assert post.url == "https://erp.shop.example/hook"
    assert post.body == b'{"order":"o-1"}'
    assert post.headers["content-type"] == "application/json"
    assert post.headers["webhook-id"] == "e-1_tell_1"
    assert post.headers["webhook-timestamp"] == str(int(NOON.timestamp()))


def test_the_shop_verifies_it_with_the_library_of_standard_webhooks() -> None:
    shop = Shop()
    shop.clock.set(datetime.now(UTC))  # the library looks at its own clock
    shop.is_called()
    (post,) = shop.hook.posts
    assert Verifier(LOCAL_KEYS["erp"]).verify(post.body, dict(post.headers)) == {"order": "o-1"}


def test_while_a_key_is_replaced_both_can_verify() -> None:
    old, new = LOCAL_KEYS["erp"], LOCAL_KEYS["shop"]
    shop = Shop(keys={"erp": [new, old]})
    shop.clock.set(datetime.now(UTC))
    shop.is_called()
    (post,) = shop.hook.posts
    assert len(post.headers["webhook-signature"].split(" ")) == 2
    for key in (old, new):
        assert Verifier(key).verify(post.body, dict(post.headers)) == {"order": "o-1"}


def test_the_signature_is_the_one_that_every_other_library_makes() -> None:
    """The example that the libraries of Standard Webhooks are tested with."""
    seals = MemorySeals({"erp": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    at = datetime.fromtimestamp(1614265330, UTC)
    sealed = seals.seal("erp", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    assert sealed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_letters_of_all_scripts_are_signed_as_they_are_sent() -> None:
    shop = Shop(call=a_call(body={"name": "Grünkohl 🥬", "n": 1.5, "deep": [{"a": None}]}))
    shop.clock.set(datetime.now(UTC))
    shop.is_called()
    (post,) = shop.hook.posts
    assert json.loads(post.body) == {"name": "Grünkohl 🥬", "n": 1.5, "deep": [{"a": None}]}
    Verifier(LOCAL_KEYS["erp"]).verify(post.body, dict(post.headers))


def test_it_is_tried_again_for_three_days_and_then_given_up() -> None:
    shop = Shop()
    times = []
    while shop.row.status == "PENDING":
        times.append(shop.clock.now())
        shop.is_called(Answered(503))
        if shop.row.until is not None:
            assert shop.row.request == "schedule"
            assert shop.row.sweep_at == shop.row.until + SWEEP_AFTER
            shop.clock.set(shop.row.until)
    assert len(times) == 10
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert all(delay <= gap < delay * 1.1 for delay, gap in zip(DELAYS, gaps, strict=True))
    assert shop.row.status == "FAILED"
    assert shop.row.reason == "it answered 503, 10 times in three days"
    assert (shop.row.closed_at, shop.row.sweep_at, shop.row.request) == (times[-1], None, None)
    assert {post.headers["webhook-id"] for post in shop.hook.posts} == {"e-1_tell_1"}
    assert len({post.headers["webhook-signature"] for post in shop.hook.posts}) == 10
    assert timedelta(days=3) < times[-1] - times[0] < timedelta(days=4)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answered(500), "it answered 500"),
        (Answered(429), "it answered 429"),
        (Answered(404), "it answered 404"),
        (Answered(401), "it answered 401"),
        (Answered(301), "it answered 301, a redirect, which is not followed"),
        (NoAnswer("no answer within 15 seconds"), "no answer within 15 seconds"),
    ],
)
def test_whatever_is_not_taken_comes_again(answer: Answered | NoAnswer, reason: str) -> None:
    """Standard Webhooks: everything but 2xx is a failure, and only 410 says for good that it is not wanted."""
    shop = Shop()
    assert shop.is_called(answer) == Called("later", reason, 1)
    assert (shop.row.status, shop.row.attempts, shop.row.generation) == ("PENDING", 1, 2)
    assert shop.row.until is not None
    shop.clock.set(shop.row.until)
    assert shop.is_called(Answered(200)) == Called("done", None, 2)
    assert shop.row.reason is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answered(410), "it answered 410: the shop wants none of these any more"),
        (OutOfBounds("its name leads inside"), "its name leads inside"),
    ],
)
def test_some_answers_are_for_good(answer: Answered | OutOfBounds, reason: str) -> None:
    shop = Shop()
    assert shop.is_called(answer) == Called("failed", reason, 1)
    assert (shop.row.status, shop.row.until, shop.row.sweep_at) == ("FAILED", None, None)


@pytest.mark.parametrize("keys", [{}, {"erp": ""}, {"erp": "whsec_"}, {"erp": []}, {"erp": ["whsec_x"]}, {"erp": 7}])
def test_without_a_key_of_that_name_nothing_is_sent(keys: Mapping[str, str | list[str]]) -> None:
    shop = Shop(keys=keys)
    assert shop.is_called() == Called("failed", 'the secret "webhooks" holds no usable key called "erp"', 0)
    assert shop.row.status == "FAILED"
    assert shop.hook.posts == []


@pytest.mark.parametrize(
    ("header", "least"),
    [
        ("120", 2 * MINUTE),
        ("0", 5 * SECOND),
        ("Mon, 02 Mar 2026 13:00:00 GMT", HOUR),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 5 * SECOND),
        ("99999999", DAY),
        ("999999999999999999999", 5 * SECOND),
        ("soon", 5 * SECOND),
        ("-5", 5 * SECOND),
    ],
)
def test_the_shop_may_say_when_it_wants_it_again_but_not_later_than_in_a_day(header: str, least: timedelta) -> None:
    shop = Shop()
    shop.is_called(Answered(503, header))
    assert shop.row.until is not None
    assert least <= shop.row.until - NOON < least * 1.1 + SECOND


def test_a_message_that_comes_too_early_calls_nobody() -> None:
    shop = Shop()
    shop.is_called(Answered(500))
    shop.clock.set(NOON + SECOND)
    assert shop.is_called() == Called("early", None, 1)
    assert len(shop.hook.posts) == 1


def test_nor_does_one_for_a_webhook_that_is_done_or_gone() -> None:
    shop = Shop()
    shop.is_called()
    assert shop.is_called() == Called("closed")
    gone = Webhook("e-2", "H#tell#1")
    assert call_webhook(gone, Calling(shop.store, shop.hook, MemorySeals(), shop.clock)) == Called("closed")
    assert len(shop.hook.posts) == 1


def test_of_two_attempts_at_once_one_is_recorded() -> None:
    shop = Shop()

    class Meanwhile(MemoryShop):
        """The same message, delivered twice: the other one is faster."""

        def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered | NoAnswer | OutOfBounds:
            shop.is_called(Answered(500))
            return super().post(url, headers, body)

    called = call_webhook(MESSAGE, Calling(shop.store, Meanwhile(shop.clock), MemorySeals(), shop.clock))
    assert called == Called("closed")
    assert (shop.row.status, shop.row.attempts) == ("PENDING", 1)


def test_what_the_sweeper_asks_for_is_one_more_attempt() -> None:
    shop = Shop()
    shop.is_called(Answered(500))
    shop.clock.set(NOON + HOUR)
    shop.store.commit([SaveCall(replace(shop.row, request="call"), 1)])
    assert shop.is_called() == Called("done", None, 2)


@given(st.integers(1, 12), st.timedeltas(timedelta(0), timedelta(days=40)), st.text("abc123", min_size=1, max_size=8))
def test_the_next_attempt_is_a_little_later_than_its_turn_and_never_later_than_asked_or_a_day(
    attempts: int, asked: timedelta, enrolment: str
) -> None:
    call = a_call(enrolment, attempts=attempts)
    at = next_attempt(call, NOON, asked)
    assert (at is None) == (attempts > 9)
    if at is not None:
        assert at == next_attempt(call, NOON, asked)
        delay = DELAYS[attempts - 1]
        assert max(delay, min(asked, DAY)) <= at - NOON <= max(delay * 1.1, min(asked, DAY))


def test_what_failed_together_does_not_come_back_together() -> None:
    times = {next_attempt(a_call(f"e-{number}", attempts=3), NOON) for number in range(100)}
    assert len(times) == 100
