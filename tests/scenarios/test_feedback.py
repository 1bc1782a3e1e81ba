"""What the provider reports of a message settles it, spares addresses, and is an event like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from anlass.adapters.memory.mailer import MemoryMailer
from anlass.domain.enrolment import Enrolment
from anlass.domain.feedback import Feedback, Kind
from anlass.domain.send import Send
from anlass.ports import Handover, Rejected, Unclear
from anlass.usecases.deliver_message import deliver_message
from anlass.usecases.record_feedback import Recorded, record_feedback
from anlass.wire import Deliver

from cli.simulation import Simulation
from tests.builders import DAY, HOUR, MINUTE
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, sent

ANNA = "anna@shop.example"
TEMPLATES = ("offer", "again", "sorry")


def offer(*then: dict[str, Any], **parts: Any) -> dict[str, str]:
    """One message at once, and what follows."""
    trigger = {"type": "event", "event": "Product Viewed"}
    return journey("offer", trigger=trigger, steps=[{"id": "offer", "send": {"template": "offer"}}, *then], **parts)


def anna_views(shop: Simulation) -> None:
    shop.ingest(identified("anna", MORNING), an_event("Product Viewed", MORNING, "anna", product_id="beans"))


def row(shop: Simulation, step: str = "offer") -> Send:
    [found] = [row for row in shop.store.rows() if isinstance(row, Send) and row.step == step]
    return found


def the_enrolment(shop: Simulation) -> Enrolment:
    [found] = [row for row in shop.store.rows() if isinstance(row, Enrolment)]
    return found


def report(shop: Simulation, kind: Kind, **about: Any) -> Recorded:
    send = row(shop)
    said = Feedback(kind, send.enrolment, send.step, send.visit, "1", shop.clock.now(), (ANNA,))
    outcome = record_feedback(replace(said, **about), store=shop.store, hashes=shop.hashes)
    shop.settle()
    return outcome


def test_a_report_settles_a_message_whose_sender_died_before_the_record() -> None:
    shop = a_simulation(content(offer(), templates=TEMPLATES))
    shop.mailer = DyingMailer()
    with pytest.raises(Died):
        anna_views(shop)
    send = row(shop)
    assert (send.status, the_enrolment(shop).status) == ("SENDING", "closing")
    report(shop, "delivery")
    assert (row(shop).status, row(shop).delivered_at) == ("SENT", MORNING)
    assert the_enrolment(shop).status == "done", "it waited for nothing else"
    message = Deliver(send.enrolment, send.row, send.profile)
    assert deliver_message(message, "second", shop.delivery()).outcome == "closed"
    shop.advance(MORNING + DAY)
    assert len(shop.mailer.tried) == 1


def test_a_rejection_by_the_provider_settles_what_was_unknown_and_nothing_else() -> None:
    for answers, after in (([Unclear("read timeout")], "FAILED"), ([], "SENT"), ([Rejected("no")], "FAILED")):
        shop = a_simulation(content(offer(), templates=TEMPLATES))
        shop.mailer.answers.extend(answers)
        anna_views(shop)
        report(shop, "reject")
        assert row(shop).status == after


@pytest.mark.parametrize(("hard", "mails"), [(True, 1), (False, 2)])
def test_an_address_that_does_not_exist_gets_nothing_more_and_a_full_mailbox_does(hard: bool, mails: int) -> None:
    shop = a_simulation(content(offer({"wait": "1 day"}, {"send": {"template": "again"}}), templates=TEMPLATES))
    anna_views(shop)
    report(shop, "bounce", hard=hard)
    shop.advance(MORNING + 2 * DAY)
    assert len(sent(shop)) == mails
    assert row(shop).bounced_at == MORNING


def test_a_report_that_comes_twice_is_news_once() -> None:
    shop = a_simulation(content(offer(), templates=TEMPLATES))
    anna_views(shop)
    bounces = [report(shop, "bounce", hard=True) for _ in range(2)]
    assert [recorded.is_first for recorded in bounces] == [True, False]
    assert report(shop, "delivery", enrolment="of-another-shop") == Recorded("no such message")


def test_what_a_machine_opens_or_clicks_is_read_by_nobody() -> None:
    shop = a_simulation(content(offer(), templates=TEMPLATES))
    anna_views(shop)
    report(shop, "open", details={"machine": True})
    report(shop, "click", details={"machine": True})
    assert (row(shop).opened_at, row(shop).clicked_at) == (None, None)
    report(shop, "open")
    report(shop, "click")
    assert (row(shop).opened_at, row(shop).clicked_at) == (MORNING, MORNING)


def test_a_journey_can_wait_for_a_click_and_hears_of_it_once() -> None:
    clicked = {"event": "Email Link Clicked", "steps": [{"id": "again", "send": {"template": "again"}}]}
    waiting = {"wait_for": {"first_of": [clicked], "timeout": "3 days"}}
    shop = a_simulation(content(offer(waiting), templates=TEMPLATES))
    anna_views(shop)
    shop.advance(MORNING + HOUR)
    for _ in range(2):
        report(shop, "click", details={"link": "https://shop.example"})
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{ANNA} offer", f"{ANNA} again"]


@pytest.mark.parametrize(("subscribed", "outcome"), [(True, "left"), (False, "skipped")])
def test_a_journey_can_start_with_what_became_of_a_message(subscribed: bool, outcome: str) -> None:
    follow = [
        journey(
            name,
            trigger={
                "type": "event",
                "event": event,
                "where": {"field": "event.properties.journey", "op": "eq", "value": "offer"},
            },
            steps=[{"exit": name}],
        )
        for name, event in (("left", "Email Sent"), ("skipped", "Message Skipped"))
    ]
    shop = a_simulation(content(offer(), *follow, templates=TEMPLATES))
    shop.ingest(identified("anna", MORNING, subscribed=subscribed))
    shop.ingest(an_event("Product Viewed", MORNING, "anna", product_id="beans"))
    shop.advance(MORNING + 10 * MINUTE)
    rows = {row.journey: row.outcome for row in shop.store.rows() if isinstance(row, Enrolment)}
    assert rows == {"offer": "finished", outcome: outcome}


class Died(Exception):
    pass


class DyingMailer(MemoryMailer):
    """The provider takes the mail, and then this process is gone."""

    def send(self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str]) -> Handover:
        super().send(sender, recipient, mime, tags)
        raise Died
