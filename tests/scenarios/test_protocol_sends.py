"""The rules for messages, each with the interleaving that it closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from anlass.adapters.memory.mailer import MemoryMailer
from anlass.domain.feedback import Feedback
from anlass.domain.send import Send
from anlass.ports import (
    UNWATCHED,
    Handover,
    NotTaken,
    Ticket,
    Unclear,
    Watch,
)
from anlass.usecases.deliver_message import deliver_message
from anlass.usecases.record_feedback import record_feedback
from anlass.usecases.withdraw_consent import withdraw_consent
from anlass.wire import Deliver

from cli.simulation import Simulation
from tests.anna import ANNA, DAY, HOUR, TEMPLATES, cart, order, rows, the_enrolment
from tests.shop import CART, MORNING, a_simulation, content, identified, sent


def test_a_claim_that_ran_out_becomes_unknown_and_is_never_sent_again(shop: Simulation) -> None:
    """The process dies between the provider's answer and the record."""
    mailer = DyingMailer()
    shop.mailer = mailer
    shop.ingest(cart(timedelta(0)))
    with pytest.raises(Died):
        shop.advance(MORNING + HOUR)
    (send,) = rows(shop, Send)
    assert send.status == "SENDING"
    again = Deliver(send.enrolment, send.row, send.profile)
    assert deliver_message(again, "second", shop.delivery()).outcome == "claimed"
    assert shop.queues.next_due() == shop.clock.now() + timedelta(seconds=91), "it comes back when the claim is over"
    shop.clock.advance(timedelta(seconds=91))
    assert deliver_message(again, "third", shop.delivery()).outcome == "unknown"
    assert deliver_message(again, "fourth", shop.delivery()).outcome == "closed"
    assert len(mailer.tried) == 1

    delivered = Feedback("delivery", send.enrolment, send.step, send.visit, "1", shop.clock.now())
    record_feedback(delivered, store=shop.store, hashes=shop.hashes)
    (settled,) = rows(shop, Send)
    assert (settled.status, settled.delivered_at) == ("SENT", shop.clock.now())


def test_the_sweeper_settles_a_claim_whose_message_was_lost(shop: Simulation) -> None:
    shop.mailer = DyingMailer()
    shop.ingest(cart(timedelta(0)))
    with pytest.raises(Died):
        shop.advance(MORNING + HOUR)
    shop.clock.advance(timedelta(minutes=6))
    shop.sweep()
    assert [send.status for send in rows(shop, Send)] == ["UNKNOWN"]


def test_a_mail_that_cannot_be_made_says_why_in_its_row_and_in_the_log_a_word() -> None:
    """The row is among what is kept of the person; many people read logs."""
    files = content(CART, templates=TEMPLATES) | {"templates/first/de/subject.txt": "{{ profile.last_name }}"}
    shop = a_simulation(files)
    shop.ingest(identified("anna", MORNING), cart(timedelta(0)))
    shop.clock.advance(HOUR)
    while not rows(shop, Send):
        shop.step()
    (send,) = rows(shop, Send)
    looked = deliver_message(Deliver(send.enrolment, send.row, send.profile), "first", shop.delivery())
    assert (looked.outcome, looked.reason) == ("failed", "RenderError")
    (failed,) = rows(shop, Send)
    assert failed.status == "FAILED"
    assert "subject" in str(failed.reason)


def test_a_send_whose_request_was_lost_is_queued_again(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.clock.advance(HOUR)
    while not rows(shop, Send):
        shop.step()
    shop.lose_requests()
    shop.settle()
    assert sent(shop) == []
    shop.advance(MORNING + 2 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]


def test_a_throttled_provider_releases_the_claim_and_the_message_leaves_once(shop: Simulation) -> None:
    shop.mailer.answers.extend([NotTaken("throttled"), NotTaken("no connection")])
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]
    assert len(shop.mailer.tried) == 3


def test_a_read_timeout_is_unclear_and_never_sent_again(shop: Simulation) -> None:
    shop.mailer.answers.append(Unclear("read timeout"))
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    assert [send.status for send in rows(shop, Send)] == ["UNKNOWN"]
    assert len(shop.mailer.tried) == 1


def test_two_deliverers_of_one_message_send_it_once(shop: Simulation) -> None:
    """The second one looked before the first one claimed."""
    shop.ingest(cart(timedelta(0)))
    shop.clock.advance(HOUR)
    while not rows(shop, Send):
        shop.step()
    (send,) = rows(shop, Send)
    message = Deliver(send.enrolment, send.row, send.profile)
    racing = RacingMailer(lambda: deliver_message(message, "second", shop.delivery()))
    work = replace(shop.delivery(), mailer=racing)
    assert deliver_message(message, "first", work).outcome == "sent"
    assert racing.outcome == "claimed"
    shop.settle()
    assert len(racing.tried) + len(shop.mailer.tried) == 1


def test_the_buyer_gets_the_thank_you_but_no_reminder_that_was_made_before(shop: Simulation) -> None:
    """An exit cancels only messages created before it."""
    shop.mailer.answers.extend([NotTaken("throttled")] * 3)
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + HOUR)
    assert sent(shop) == []
    shop.ingest(order(HOUR))
    shop.advance(MORNING + 2 * DAY)
    assert sent(shop) == [f"{ANNA} thanks"]
    reasons = {send.step: (send.status, send.reason) for send in rows(shop, Send)}
    assert reasons["first"] == ("SKIPPED", "goal")
    assert the_enrolment(shop).status == "done"


def test_a_person_who_withdrew_a_second_ago_gets_nothing_in_any_state_of_queueing(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + HOUR)
    (send,) = rows(shop, Send)
    token = shop.links.url("unsubscribe", Ticket(send.id, shop.clock.now())).rsplit("/", 1)[-1]
    assert withdraw_consent("unsubscribe", token, shop)
    shop.ingest(identified("anna", MORNING + 2 * HOUR))  # the shop's own list still says yes
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{ANNA} first"]
    assert {s.reason for s in rows(shop, Send) if s.status == "SKIPPED"} == {"no_consent"}


def test_a_suppressed_address_is_refused_by_the_claim_itself(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + HOUR)
    (send,) = rows(shop, Send)
    bounce = Feedback("bounce", send.enrolment, send.step, send.visit, "1", shop.clock.now(), (ANNA,), hard=True)
    record_feedback(bounce, store=shop.store, hashes=shop.hashes)
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{ANNA} first"]
    assert {s.reason for s in rows(shop, Send) if s.status == "SKIPPED"} == {"suppressed"}


def test_an_address_is_suppressed_however_the_shop_writes_it(shop: Simulation) -> None:
    """The provider reports the bare address in ASCII, whatever stands in the trait."""
    written, reported = "Bea Bär <bea@straße.example>", "bea@xn--strae-oqa.example"
    shop.ingest(identified("bea", MORNING, email=written), cart(timedelta(0), user="bea"))
    shop.advance(MORNING + HOUR)
    (send,) = rows(shop, Send)
    assert sent(shop) == [f"{reported} first"]
    bounce = Feedback("bounce", send.enrolment, send.step, send.visit, "1", shop.clock.now(), (reported,), hard=True)
    record_feedback(bounce, store=shop.store, hashes=shop.hashes)
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{reported} first"]


def test_caps_hold_ids_so_that_a_repeated_claim_counts_once() -> None:
    shop = a_simulation(content(CART, templates=TEMPLATES, settings={"caps": {"email": {"day": 1}}}))
    shop.ingest(identified("anna", MORNING))
    shop.mailer.answers.extend([NotTaken("throttled")] * 2)
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 3 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]


class Died(Exception):
    pass


class DyingMailer(MemoryMailer):
    """The provider takes the mail, and then this process is gone."""

    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        super().send(sender, recipient, mime, tags, watch)
        raise Died


class RacingMailer(MemoryMailer):
    """While the provider is asked, somebody else tries the same message."""

    def __init__(self, rival) -> None:  # type: ignore[no-untyped-def]
        super().__init__()
        self._rival = rival
        self.outcome = ""

    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        self.outcome = self._rival().outcome
        return super().send(sender, recipient, mime, tags, watch)
