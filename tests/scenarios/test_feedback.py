"""What the provider reports of a message settles it, spares addresses, and is an event like any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from anlass.adapters.memory.mailer import MemoryMailer
from anlass.domain.changes import AddStatement, Change, SaveConsent
from anlass.domain.consent import TRACKING, Consent, Grant
from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from anlass.domain.feedback import Feedback, Kind
from anlass.domain.ledger import Statement, stated
from anlass.domain.send import Send
from anlass.keys import ConsentKey, SuppressionKey
from anlass.ports import (
    UNWATCHED,
    Handover,
    Rejected,
    Store,
    Unclear,
    Watch,
)
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


WATCHED = {"tracking": {"opens": True, "clicks": True}}


def anna_may_be_watched(shop: Simulation) -> None:
    """As her preference centre would store it."""
    grant = Grant(ANNA, TRACKING, "granted", shop.clock.now(), by="person", source="preference centre")
    before = shop.store.read([ConsentKey("u:anna", "email")]).consent("u:anna", "email")
    consent = (before or Consent("u:anna", "email")).states(grant)
    shop.store.commit([SaveConsent(consent), AddStatement(stated(grant, "u:anna", "email", "test"))])


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


def watched(**parts: Any) -> Simulation:
    """A shop that watches, and Anna, who lets it, with her first message."""
    shop = a_simulation(content(offer(**parts), templates=TEMPLATES, settings=WATCHED))
    shop.ingest(identified("anna", MORNING))
    anna_may_be_watched(shop)
    shop.ingest(an_event("Product Viewed", MORNING, "anna", product_id="beans"))
    return shop


def test_what_a_machine_opens_or_clicks_is_read_by_nobody() -> None:
    shop = watched()
    report(shop, "open", user_agent="Mozilla/5.0")  # Apple's mail privacy
    report(shop, "click", user_agent="Barracuda Sentinel (EE)")
    assert (row(shop).opened_at, row(shop).clicked_at) == (None, None)
    clicked = [each for each in told(shop) if each.name in ("Email Opened", "Email Link Clicked")]
    assert [each.properties["machine"] for each in clicked] == [True, True]
    shop.clock.set(MORNING + HOUR)
    report(shop, "open", user_agent=PERSON, id="2")
    report(shop, "click", user_agent=PERSON, id="2")
    assert (row(shop).opened_at, row(shop).clicked_at) == (MORNING + HOUR, MORNING + HOUR)


def test_who_follows_all_links_within_a_moment_is_a_machine_whatever_it_calls_itself() -> None:
    shop = watched()
    for number, link in enumerate(("beans", "cups", "imprint")):
        report(shop, "click", user_agent=PERSON, id=str(number), details={"link": f"https://shop.example/{link}"})
    assert row(shop).clicked_at is None
    shop.clock.set(MORNING + HOUR)
    report(shop, "click", user_agent=PERSON, id="4", details={"link": "https://shop.example/cups"})
    assert row(shop).clicked_at == MORNING + HOUR


@pytest.mark.parametrize("consents", [True, False], ids=["who consented", "who did not"])
@pytest.mark.parametrize("wanted", [True, False], ids=["a shop that wants it", "a shop that does not"])
def test_only_mails_of_who_consented_to_a_shop_that_wants_it_are_watched(consents: bool, wanted: bool) -> None:
    settings = WATCHED if wanted else None
    shop = a_simulation(content(offer(), templates=TEMPLATES, settings=settings))
    shop.ingest(identified("anna", MORNING))
    if consents:
        anna_may_be_watched(shop)
    shop.ingest(an_event("Product Viewed", MORNING, "anna", product_id="beans"))
    (mail,) = shop.mailer.sent
    seen = consents and wanted
    assert mail.watch == Watch(seen, seen)
    assert (b"ses:no-track" in mail.mime) is seen, "links to our own pages are spared where others are rewritten"
    for kind in ("open", "click"):
        outcome = report(shop, kind).outcome
        assert outcome == ("recorded" if seen else "not tracked")
    assert (row(shop).opened_at is not None, row(shop).clicked_at is not None) == (seen, seen)
    assert len([e for e in told(shop) if e.name in ("Email Opened", "Email Link Clicked")]) == (2 if seen else 0)


def test_who_takes_the_consent_to_be_watched_back_gets_the_next_mail_without() -> None:
    shop = watched()
    grant = Grant(ANNA, TRACKING, "withdrawn", MORNING + MINUTE, by="person", source="preference centre")
    before = shop.store.read([ConsentKey("u:anna", "email")]).consent("u:anna", "email")
    assert before is not None
    shop.store.commit([SaveConsent(before.states(grant))])
    shop.advance(MORNING + HOUR)
    shop.ingest(an_event("Product Viewed", MORNING + DAY, "anna", product_id="cups"))
    assert [mail.watch for mail in shop.mailer.sent] == [Watch(True, True), Watch()]


def soft(shop: Simulation, day: int) -> None:
    """A full mailbox, that many days later."""
    shop.clock.set(MORNING + day * DAY)
    report(shop, "bounce", soft=True, id=f"soft {day}", at=shop.clock.now(), details={"bounce_type": "soft"})


def suppressed(shop: Simulation) -> str | None:
    key = SuppressionKey(shop.hashes.of(ANNA), "email")
    found = shop.store.read([key]).suppression(key.address_hash, "email")
    return found.reason if found is not None else None


def test_three_soft_bounces_on_three_days_and_nothing_that_arrives_are_enough() -> None:
    shop = a_simulation(content(offer(), templates=TEMPLATES))
    anna_views(shop)
    for day in (0, 0, 3):
        soft(shop, day)
    assert suppressed(shop) is None
    soft(shop, 10)
    assert suppressed(shop) == "soft bounces"


def test_what_arrives_in_between_lets_soft_bounces_be_forgotten_and_out_of_office_is_none() -> None:
    shop = a_simulation(content(offer(), templates=TEMPLATES))
    anna_views(shop)
    soft(shop, 0)
    soft(shop, 3)
    report(shop, "delivery", at=MORNING + 4 * DAY, id="d")
    soft(shop, 5)
    soft(shop, 6)
    assert suppressed(shop) is None
    for day in (7, 8, 9):
        report(shop, "bounce", automatic=True, id=f"away {day}", at=MORNING + day * DAY)
    assert suppressed(shop) is None
    names = [event.name for event in told(shop)]
    assert names.count("Email Bounced") == 4
    soft(shop, 10)
    assert suppressed(shop) == "soft bounces"


def test_a_complaint_suppresses_withdraws_and_is_told() -> None:
    shop = a_simulation(content(offer({"wait": "1 day"}, {"send": {"template": "again"}}), templates=TEMPLATES))
    anna_views(shop)
    report(shop, "complaint")
    assert suppressed(shop) == "complaint"
    consent = shop.store.read([ConsentKey("u:anna", "email")]).consent("u:anna", "email")
    assert consent is not None
    said = consent.deciding(ANNA, "offers")
    assert said is not None
    assert (said.topic, said.status, said.by, said.source) == ("*", "withdrawn", "person", "complaint")
    (line,) = (each for each in shop.store.rows() if isinstance(each, Statement) and each.act == "withdrawn")
    assert (line.by, line.source, line.topic, line.address) == ("person", "complaint", "*", ANNA)
    assert {"Email Marked as Spam", "Unsubscribed"} <= {event.name for event in told(shop)}
    assert not report(shop, "complaint").is_first
    lines = [each for each in shop.store.rows() if isinstance(each, Statement) and each.act == "withdrawn"]
    assert lines == [line], "said twice is said once"
    shop.advance(MORNING + 2 * DAY)
    assert len(sent(shop)) == 1


def test_reports_at_the_same_instant_overwrite_nothing() -> None:
    """Two functions read the row before either wrote it."""
    shop = watched()
    slow = Racing(shop.store, lambda: report(shop, "open", user_agent=PERSON))
    send = row(shop)
    said = Feedback("delivery", send.enrolment, send.step, send.visit, "1", MORNING, (ANNA,))
    assert record_feedback(said, store=slow, hashes=shop.hashes).is_first
    assert (row(shop).delivered_at, row(shop).opened_at, row(shop).reports) == (MORNING, MORNING, 2)


def test_what_ses_delays_or_refuses_afterwards_is_told_and_what_it_reports_of_an_unclear_one_settles_it() -> None:
    for kind, name, status in (("delay", "Email Delayed", "SENT"), ("reject", "Email Failed", "FAILED")):
        shop = a_simulation(content(offer(), templates=TEMPLATES))
        shop.mailer.answers.append(Unclear("read timeout"))
        anna_views(shop)
        assert row(shop).status == "UNKNOWN"
        report(shop, kind, details={"reason": "because"})  # type: ignore[arg-type]
        assert row(shop).status == status
        assert [e.properties["reason"] for e in told(shop) if e.name == name] == ["because"]


def test_a_bounce_says_whether_it_will_get_better() -> None:
    hard = {"field": "event.properties.bounce_type", "op": "eq", "value": "hard"}
    called = journey("gone", trigger={"type": "event", "event": "Email Bounced", "where": hard}, steps=[{"exit": "so"}])
    shop = a_simulation(content(offer(), called, templates=TEMPLATES))
    anna_views(shop)
    report(shop, "bounce", soft=True, details={"bounce_type": "soft"})
    assert not [each for each in shop.store.rows() if isinstance(each, Enrolment) and each.journey == "gone"]
    report(shop, "bounce", hard=True, id="2", details={"bounce_type": "hard"})
    assert [each.outcome for each in shop.store.rows() if isinstance(each, Enrolment) and each.journey == "gone"] == [
        "so"
    ]


def test_a_journey_can_wait_for_a_click_and_hears_of_it_once() -> None:
    clicked = {"event": "Email Link Clicked", "steps": [{"id": "again", "send": {"template": "again"}}]}
    waiting = {"wait_for": {"first_of": [clicked], "timeout": "3 days"}}
    shop = a_simulation(content(offer(waiting), templates=TEMPLATES, settings=WATCHED))
    shop.ingest(identified("anna", MORNING))
    anna_may_be_watched(shop)
    shop.ingest(an_event("Product Viewed", MORNING, "anna", product_id="beans"))
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


PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"


def told(shop: Simulation) -> list[Event]:
    """Events of our own."""
    return [event for _, event in shop.event_log.stream if event.source == "system"]


class Racing:
    """A store between whose read and write something else happens, once."""

    def __init__(self, store: Store, meanwhile: Callable[[], object]) -> None:
        self._store = store
        self._meanwhile: Callable[[], object] | None = meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, changes: Sequence[Change]) -> None:
        if (meanwhile := self._meanwhile) is not None:
            self._meanwhile = None
            meanwhile()
        self._store.commit(changes)


class Died(Exception):
    pass


class DyingMailer(MemoryMailer):
    """The provider takes the mail, and then this process is gone."""

    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        super().send(sender, recipient, mime, tags, watch)
        raise Died
