"""Clicks of a shop as the messages it would send."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.events import MemoryEventLog
from anlass.adapters.memory.keys import MemoryKeys
from anlass.language.intake_request import Request, Stored
from anlass.usecases.ingest_event import ingest_event

from cli.demo import people
from cli.demo.chance import percent
from cli.demo.data import Click
from cli.demo.mapping import Message, to_messages
from cli.demo.posts import to_posts

MORNING = datetime(2024, 4, 26, 9, 0, tzinfo=UTC)
EVERY_EVENT = (
    *("home", "catalog", "search", "filter_results", "promo_page", "product_view", "compare", "wishlist_add"),
    *("add_to_cart", "cart", "account_page", "shipping_details", "shipping_details", "payment_details"),
    *("payment_error", "checkout_bug", "purchase", "review_page", "support_chat", "error_page", "something_new"),
)


def clicks(
    *events: str, session: str = "s", user: str = "user_1", lifecycle: str = "new", first: int = 0
) -> list[Click]:
    """One session, a minute between the clicks."""
    return [
        Click(first + n, user, session, event, MORNING + timedelta(minutes=first + n), "mobile", "organic", lifecycle)
        for n, event in enumerate(events)
    ]


def a_session(signed_in: bool) -> str:
    """A session id whose visitor is known from the start, or is not."""
    return next(f"s{n}" for n in range(1000) if (percent("signed in", f"s{n}") < people.SIGNED_IN) == signed_in)


def named(messages: list[Message], event: str) -> list[dict[str, Any]]:
    return [message.body for message in messages if message.body.get("event", message.body["type"]) == event]


@pytest.fixture(params=[True, False], ids=["signed in", "anonymous first"])
def session(request: pytest.FixtureRequest) -> str:
    return a_session(request.param)


def test_every_click_becomes_one_message_and_a_customer_is_introduced_once(session: str) -> None:
    messages = to_messages(clicks(*EVERY_EVENT, session=session))
    clicked = [m for m in messages if m.body["messageId"].endswith("-click")]
    assert len(clicked) == len(EVERY_EVENT)
    introduced = [m for m in messages if m.body["messageId"].endswith("-customer")]
    assert [m.source for m in introduced] == ["server"]


def test_the_intake_takes_every_message(session: str) -> None:
    messages = to_messages(clicks(*EVERY_EVENT, session=session))
    log, clock = MemoryEventLog(), VirtualClock(MORNING)
    for post in to_posts(messages):
        clock.set(post.at)
        request = Request("r", post.kind, post.body, authorization=post.headers["authorization"])
        answer = ingest_event(request, log, MemoryKeys(), clock)
        assert isinstance(answer, Stored), answer
        assert not answer.rejected
    assert len(log.stream) == len(messages)


def test_the_same_clicks_give_the_same_messages(session: str) -> None:
    shopping = clicks(*EVERY_EVENT, session=session)
    assert to_messages(shopping) == to_messages(list(shopping))


def test_what_is_added_is_what_was_looked_at() -> None:
    messages = to_messages(clicks("product_view", "add_to_cart", "product_view", "product_view", "add_to_cart"))
    viewed, added = named(messages, "Product Viewed"), named(messages, "Product Added")
    assert [added[0]["properties"]["product_id"], added[1]["properties"]["product_id"]] == [
        viewed[0]["properties"]["product_id"],
        viewed[2]["properties"]["product_id"],
    ]


def test_an_order_holds_what_lay_in_the_cart_and_empties_it(session: str) -> None:
    bought = ("product_view", "add_to_cart", "product_view", "add_to_cart", "cart", "shipping_details", "purchase")
    messages = to_messages(clicks(*bought, "cart", session=session))
    (order,) = named(messages, "Order Completed")
    full, empty = named(messages, "Cart Viewed")
    assert order["properties"]["products"] == full["properties"]["products"]
    total = sum(p["price"] * p["quantity"] for p in full["properties"]["products"])
    assert order["properties"]["total"] == pytest.approx(total + order["properties"]["shipping"])
    assert empty["properties"]["products"] == []


def test_an_anonymous_visitor_becomes_known_when_it_matters_and_brings_the_cart_along() -> None:
    messages = to_messages(clicks("product_view", "add_to_cart", "shipping_details", session=a_session(False)))
    assert all("userId" not in body for body in named(messages, "Product Added"))
    customer, signed_in = named(messages, "identify")
    assert "anonymousId" not in customer
    assert signed_in["anonymousId"] == named(messages, "Product Added")[0]["anonymousId"]
    (checkout,) = named(messages, "Checkout Started")
    assert checkout["userId"] == "user_1"
    assert len(checkout["properties"]["products"]) == 1


def test_the_backend_vouches_for_orders_and_consent_and_the_browser_for_neither(session: str) -> None:
    for message in to_messages(clicks(*EVERY_EVENT, session=session)):
        by_backend = "Order Completed" in json.dumps(message.body) or "messaging_subscriptions" in str(message.body)
        assert (message.source == "server") == by_backend


def test_only_new_customers_are_news_the_others_are_handed_over_as_history() -> None:
    for lifecycle, history in (("new", False), ("returning", True), ("loyal", True)):
        (customer, *_) = named(to_messages(clicks("account_page", lifecycle=lifecycle)), "identify")
        assert customer["context"].get("import", False) is history


def test_consents_come_in_the_shares_that_the_shop_has() -> None:
    statuses = [people.subscriptions(f"user_{n:04d}")[0]["status"] for n in range(600)]
    assert 0.6 < statuses.count("SUBSCRIBED") / 600 < 0.8
    assert min(statuses.count("UNSUBSCRIBED"), statuses.count("DID_NOT_SUBSCRIBE")) > 50


def test_what_one_visitor_does_within_a_second_travels_in_one_request() -> None:
    once = to_messages(clicks("product_view", "home", session=a_session(True)))
    together = [Message(MORNING, m.source, m.sender, m.body) for m in once]
    posts = list(to_posts(together))
    assert [(post.kind, post.messages) for post in posts] == [("batch", 1), ("batch", 2)]  # the backend, the browser
    assert [post.kind for post in to_posts(once)] == ["batch", "track", "page"]
