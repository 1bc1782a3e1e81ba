"""From a customer's event to the mail that came of it, by what the functions write to their logs; what that weighs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from anlass.domain.ids import correlation_id

from cli.runtime.world import LocalRuntime
from tests.overhearing import Overheard
from tests.shop import CART, content, journey
from tests.worlds import DAY, HOUR, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WELCOME = journey(
    "welcome",
    trigger={"type": "event", "event": "Subscription Confirmed"},
    steps=[{"id": "hello", "send": {"template": "hello"}}],
)
FILES = content(CART, WELCOME, templates=("first", "second", "last", "thanks", "hello"))


@pytest.fixture
def overheard() -> Overheard:
    return Overheard()


@pytest.fixture
def shop(overheard: Overheard) -> Iterator[MotoWorld]:
    with LocalRuntime(START, handlers=overheard.handlers) as runtime:
        yield MotoWorld(runtime, FILES)


def cart(at: datetime) -> dict[str, object]:
    return track("Product Added", at, "anna", product_id="beans", name="Bohnen", price=12)


def accepted(overheard: Overheard) -> list[str]:
    """The correlation ids that the intake wrote down, in order."""
    return [id_ for line in overheard.lines("ingest_event") for id_ in line["correlation_ids"]]


def test_one_id_leads_from_an_event_through_the_calendar_to_every_mail_that_came_of_it(
    shop: MotoWorld, overheard: Overheard
) -> None:
    shop.batch(identify("anna", START))
    overheard.forget()
    bought = cart(START)
    shop.batch(bought)
    shop.advance(START + 6 * DAY)

    [id_] = accepted(overheard)
    assert id_ == correlation_id(str(bought["messageId"]))
    hers = overheard.lines(correlation_id=id_)
    [enrolled] = [line for line in hers if line["message"] == "enrolled"]
    assert enrolled["journey"] == "cart"
    assert {line["enrolment"] for line in hers if "enrolment" in line} == {enrolled["enrolment"]}
    assert [(line["send"], line["outcome"]) for line in hers if line["message"] == "looked"] == [
        ("S#first#1", "sent"),
        ("S#second#1", "sent"),
        ("S#last#1", "sent"),
    ]
    saved = [line for line in hers if line["message"] == "saved"]
    assert [line["status"] for line in saved] == ["active", "active", "closing", "done"]
    assert saved[-1]["outcome"] == "finished"
    assert overheard.counted() == {"EventsAccepted": 1, "Enrolled": 1, "MessagesSent": 3}


def test_what_follows_from_an_event_is_one_step_away_from_it(shop: MotoWorld, overheard: Overheard) -> None:
    """The welcome begins with an event of our own: the confirmation that the shop's identify was."""
    overheard.forget()
    shop.batch(identify("anna", START))
    [id_] = accepted(overheard)
    [followed] = overheard.lines("match_events", correlation_id=id_)
    assert (followed["message"], followed["kind"]) == ("followed", "Subscription Confirmed")
    [looked] = overheard.lines("deliver_message", correlation_id=followed["event"])
    assert (looked["send"], looked["outcome"]) == ("S#hello#1", "sent")


def test_an_event_that_starts_nothing_leaves_the_intakes_line_and_no_other(
    shop: MotoWorld, overheard: Overheard
) -> None:
    overheard.forget()
    shop.batch(cart(START), track("Product Viewed", START, "anna", product_id="beans"))
    assert len(overheard.lines()) == 1
    assert len(accepted(overheard)) == 2


def test_no_line_says_who_it_was(shop: MotoWorld, overheard: Overheard) -> None:
    """Logs are read by more people, and kept by other rules, than what customers gave to the shop."""
    anna = {"email": "a.lindqvist@shop.example", "firstName": "Annabella", "lastName": "Lindqvist"}
    shop.batch(identify("anna-4711", START, **anna), cart(START) | {"userId": "anna-4711", "messageId": "mail:a.l@x"})
    shop.advance(START + 2 * DAY)
    shop.batch(identify("anna-4711", START + 2 * DAY, status="UNSUBSCRIBED", **anna))
    shop.advance(START + 6 * DAY)
    assert overheard.lines("deliver_message", outcome="skipped", reason="no_consent")
    for personal in ("4711", "lindqvist", "Lindqvist", "Annabella", "mail:", "beans", "Bohnen", "@"):
        assert personal not in overheard.text


def test_what_the_lines_weigh(shop: MotoWorld, overheard: Overheard) -> None:
    """Every GB costs as much as half a million requests to DynamoDB. Bytes are without CloudWatch's 26 a line."""
    shop.batch(identify("anna", START))
    overheard.forget()
    shop.batch(cart(START))
    assert sum(overheard.bytes_written().values()) <= 320, "a lone event"
    overheard.forget()
    batch = [track("Product Viewed", START + n * timedelta(seconds=1), "anna", product_id="beans") for n in range(25)]
    shop.batch(*batch)
    assert sum(overheard.bytes_written().values()) <= 800, "25 events in one request"
    overheard.forget()
    shop.advance(START + 2 * HOUR)
    weight = overheard.bytes_written()
    assert weight["ring_timer"] <= 520, "an enrolment"
    assert weight["wake_enrolment"] <= 160, "an advance"
    assert weight["deliver_message"] <= 390, "a message"


def test_the_local_runtime_keeps_functions_quiet() -> None:
    """`anlass dev` and `anlass demo` have a terminal to themselves. A process of its own: loggers live that long."""
    story = """
from datetime import UTC, datetime
from cli.runtime.world import LocalRuntime
from tests.shop import CART, content
from tests.worlds import DAY, MotoWorld, identify, track
start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
with LocalRuntime(start) as runtime:
    shop = MotoWorld(runtime, content(CART, templates=("first", "second", "last", "thanks")))
    shop.batch(identify("anna", start), track("Product Added", start, "anna", product_id="beans", price=12))
    shop.advance(start + 6 * DAY)
    assert len(shop.told()) == 3, shop.told()
"""
    ran = subprocess.run([sys.executable, "-c", story], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
