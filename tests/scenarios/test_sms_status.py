"""What operators say of SMS: found by the provider's id, since their reports carry nothing of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from anlass.domain.changes import AddSend, NameMessage
from anlass.domain.send import ProviderName, Send
from anlass.keys import SendKey, SuppressionKey

from tests.builders import a_send
from tests.reports import Inside
from tests.shipped import both_worlds
from tests.shop import content, journey, mails
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, World, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER = "+4915112345678"
SAID = journey("said", trigger={"type": "event", "event": "SMS Failed"}, steps=[{"exit": "so"}])
FIRST = journey("first", trigger={"type": "event", "event": "Product Viewed"}, steps=[mails("first")])
world = both_worlds(content(SAID, FIRST, templates=("first",)), START)


def an_sms(world: World, inside: Inside, status: str = "SENT") -> Send:
    """One that left for Anna, or of which nobody knows whether it did."""
    known = identify("anna", START, phone=NUMBER)
    known["context"]["messaging_subscriptions"].append({"key": NUMBER, "type": "SMS", "status": "SUBSCRIBED"})
    world.batch(known, track("Product Viewed", START, "anna", product_id="beans"))
    left = inside.send("first")
    sms = a_send(
        left.enrolment,
        "text",
        profile="u:anna",
        journey="first",
        channel="sms",
        status=status,
        provider_id="sns-1",
        claim="a",
        closed_at=START,
        sweep_at=START + DAY if status == "UNKNOWN" else None,
        request=None,
    )
    inside.store.commit([AddSend(sms), NameMessage(ProviderName("sns-1", sms.enrolment, sms.row), START)])
    return sms


def now(inside: Inside, send: Send) -> Send:
    found = inside.store.read([SendKey(send.enrolment, send.row)]).send(send.enrolment, send.row)
    assert found is not None
    return found


@pytest.mark.parametrize("status", ["SENT", "UNKNOWN"])
def test_a_delivery_is_kept_and_settles_what_was_unclear(world: World, status: str) -> None:
    inside = Inside(world)
    sms = an_sms(world, inside, status)
    inside.report_sms(sms, "", NUMBER)
    after = now(inside, sms)
    assert (after.status, after.delivered_at, after.sweep_at) == ("SENT", START, None)


def test_a_failure_is_an_event_and_an_unreachable_phone_may_be_reached_tomorrow(world: World) -> None:
    inside = Inside(world)
    sms = an_sms(world, inside)
    inside.report_sms(sms, "Phone is currently unreachable/unavailable", NUMBER)
    assert now(inside, sms).bounced_at == START
    key = SuppressionKey(inside.hashes.of(NUMBER), "sms")
    assert inside.store.read([key]).found == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Invalid phone number", ("*", "granted", "shop", "identify")),
        ("Phone number is opted out", ("*", "withdrawn", "person", "answer by SMS")),
    ],
)
def test_a_number_that_is_none_or_has_answered_stop_gets_nothing_more(
    world: World, answer: str, said: tuple[str, str, str, str]
) -> None:
    inside = Inside(world)
    inside.report_sms(an_sms(world, inside), answer, NUMBER)
    key = SuppressionKey(inside.hashes.of(NUMBER), "sms")
    found = inside.store.read([key]).suppression(key.address_hash, "sms")
    assert found is not None
    assert found.reason == "undeliverable"
    assert inside.consents(channel="sms")[-1] == said


def test_the_status_of_another_applications_message_changes_nothing(world: World) -> None:
    inside = Inside(world)
    sms = an_sms(world, inside)
    inside.report_sms(replace(sms, provider_id="of-somebody-else"), "Invalid phone number", NUMBER)
    assert now(inside, sms) == sms


def test_what_nobody_reports_on_is_told_once_after_a_day() -> None:
    """Its function died while it was sent, and the answer with the provider's id was lost."""
    world = MemoryWorld(content(SAID, FIRST, templates=("first",)), START)
    inside = Inside(world)
    known = an_sms(world, inside)
    dying = replace(known, visit=2, status="SENDING", provider_id=None, closed_at=None)
    dying = replace(dying, claim_until=START + MINUTE, sweep_at=START + MINUTE)
    inside.store.commit([AddSend(dying)])
    world.advance(START + HOUR)
    assert now(inside, dying).status == "UNKNOWN"
    world.advance(START + 23 * HOUR)
    assert world.simulation.unsettled == []
    world.advance(START + 3 * DAY)
    assert [row.row for row in world.simulation.unsettled] == [dying.row]
    assert now(inside, dying).status == "UNKNOWN", "it is never sent again"
    assert now(inside, dying).sweep_at is None
