"""What is looked at just before a message leaves, and what the look leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from anlass.adapters.memory.calendar import MemoryCalendar
from anlass.adapters.memory.queues import MemoryQueues
from anlass.domain.changes import Append
from anlass.domain.enrolment import Heard
from anlass.domain.profile import Caps
from anlass.domain.send import Send
from anlass.ports import NotTaken, Rings
from anlass.usecases.deliver_message import deliver_message
from anlass.wire import Deliver, Message

from cli.simulation import Simulation
from tests.builders import DAY, HOUR, MINUTE
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, sent, template

ANNA = "anna@shop.example"
CAPS = {"caps": {"email": {"day": 1}}}


def at_once(name: str, event: str) -> dict[str, str]:
    """A journey that sends one message as soon as the event comes."""
    return journey(name, trigger={"type": "event", "event": event}, steps=[{"id": name, "send": {"template": name}}])


def sends(shop: Simulation) -> list[Send]:
    return [row for row in shop.store.rows() if isinstance(row, Send)]


class RememberingCalendar(MemoryCalendar):
    """Knows every name that was asked for."""

    names: tuple[str, ...] = ()

    def schedule(self, name: str, at: datetime, queue: Rings, message: Message) -> None:
        self.names = (*self.names, name)
        super().schedule(name, at, queue, message)


def test_a_receipt_needs_no_consent_and_takes_no_place_from_marketing() -> None:
    files = content(at_once("receipt", "Order Completed"), at_once("offer", "Product Viewed"), settings=CAPS)
    shop = a_simulation({**files, **template("receipt", "transactional", "<p>{{ imprint }}</p>"), **template("offer")})
    shop.ingest(identified("ben", MORNING, subscribed=False), identified("anna", MORNING))
    for user in ("ben", "anna"):
        for minute, name in enumerate(("Order Completed", "Product Viewed", "Order Completed")):
            shop.ingest(an_event(name, MORNING + minute * MINUTE, user, product_id="beans"))
    shop.advance(MORNING + HOUR)
    assert sorted(sent(shop)) == [
        f"{ANNA} offer",
        f"{ANNA} receipt",
        f"{ANNA} receipt",
        "ben@shop.example receipt",
        "ben@shop.example receipt",
    ]


def test_silence_is_no_consent() -> None:
    shop = a_simulation(content(at_once("offer", "Product Viewed"), templates=("offer",)))
    shop.ingest(identified("anna", MORNING, subscribed=None))
    shop.ingest(an_event("Product Viewed", MORNING, "anna", product_id="beans"))
    shop.advance(MORNING + DAY)
    assert sent(shop) == []
    assert [send.reason for send in sends(shop)] == ["no_consent"]


def test_a_message_whose_enrolment_is_just_deciding_comes_back_later_and_later() -> None:
    """An exit lies in the inbox and nobody has looked at it yet."""
    leaving = journey(
        "leaving",
        trigger={"type": "event", "event": "Product Viewed"},
        exit=[{"event": "Order Completed", "steps": []}],
        steps=[{"id": "offer", "send": {"template": "offer"}}],
    )
    shop = a_simulation(content(leaving, templates=("offer",)))
    shop.event_log.put([identified("anna", MORNING), an_event("Product Viewed", MORNING, "anna", product_id="beans")])
    while not sends(shop):
        assert shop.step()
    [send] = sends(shop)
    shop.store.commit([Append(send.enrolment, (Heard("o", "Order Completed", MORNING),), MORNING)])
    message, waited, queues = Deliver(send.enrolment, send.row, send.profile), [], MemoryQueues(shop.clock)
    for _ in range(7):
        now = shop.clock.now()
        looked = deliver_message(message, "attempt", replace(shop.delivery(), queues=queues))
        assert (looked.outcome, looked.reason) == ("soon", "inbox")
        shop.clock.set(queues.next_due() or now)
        waited.append(int((shop.clock.now() - now).total_seconds()))
        copy = queues.take("email")
        assert isinstance(copy, Deliver)
        message = copy
    assert waited == [30, 60, 120, 240, 480, 900, 900]
    [send] = sends(shop)
    assert [(look.reason, look.facts) for look in send.looks] == [("inbox", {"events": ["Order Completed"]})]
    assert send.request is None, "what was asked for is not asked for again"


def test_a_message_that_cannot_be_written_or_addressed_fails_for_good_and_the_journey_goes_on() -> None:
    offer = journey(
        "offer",
        trigger={"type": "event", "event": "Product Viewed"},
        steps=[{"id": name, "send": {"template": name}} for name in ("broken", "good")],
    )
    broken = template("broken", html="{{ profile.city | money }}<p>{{ imprint }}</p>{{ unsubscribe_url }}")
    shop = a_simulation({**content(offer, templates=("good",)), **broken})
    shop.ingest(identified("anna", MORNING, city="Kiel"), identified("ben", MORNING, city=5, email="ben@@shop.example"))
    for user in ("anna", "ben"):
        shop.ingest(an_event("Product Viewed", MORNING, user, product_id="beans"))
    shop.advance(MORNING + HOUR)
    assert sent(shop) == [f"{ANNA} good"]
    assert {(s.profile, s.step): s.status for s in sends(shop)} == {
        ("u:anna", "broken"): "FAILED",
        ("u:anna", "good"): "SENT",
        ("u:ben", "broken"): "FAILED",
        ("u:ben", "good"): "FAILED",
    }
    assert not any("example" in (s.reason or "") or "Kiel" in (s.reason or "") for s in sends(shop))


def test_messages_of_one_journey_leave_in_their_order_though_the_first_was_not_taken_at_once() -> None:
    both = journey(
        "both",
        trigger={"type": "event", "event": "Product Viewed"},
        steps=[{"id": name, "send": {"template": name}} for name in ("first", "second")],
    )
    shop = a_simulation(content(both, templates=("first", "second")))
    shop.mailer.answers.append(NotTaken("throttled"))
    shop.ingest(identified("anna", MORNING), an_event("Product Viewed", MORNING, "anna", product_id="beans"))
    shop.advance(MORNING + HOUR)
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} second"]


def test_a_message_that_is_put_off_has_a_schedule_of_its_own_and_the_sweeper_lets_it_wait() -> None:
    """A schedule's name cannot be used again at once, so each one has a name of its own."""
    nine = journey(
        "nine",
        trigger={"type": "event", "event": "Order Completed"},
        steps=[{"id": "nine", "send": {"template": "nine", "at": "10:00"}}],
    )
    files = content(nine, at_once("offer", "Product Viewed"), templates=("nine", "offer"), settings=CAPS)
    shop = a_simulation(files, start=MORNING - HOUR)  # Berlin's nine o'clock
    shop.calendar = calendar = RememberingCalendar(shop.clock)
    shop.ingest(identified("anna", MORNING), an_event("Order Completed", MORNING - HOUR, "anna"))
    shop.ingest(an_event("Product Viewed", MORNING - HOUR, "anna", product_id="beans"))
    shop.advance(MORNING + HOUR)
    assert sent(shop) == [f"{ANNA} offer"]
    assert shop.sweep() == {}
    shop.advance(MORNING + 2 * DAY)
    assert sent(shop) == [f"{ANNA} offer", f"{ANNA} nine"]
    assert len(calendar.names) == len(set(calendar.names)) == 2


def test_caps_forget_what_no_cap_can_count_any_more() -> None:
    shop = a_simulation(content(at_once("offer", "Product Viewed"), templates=("offer",)))
    shop.ingest(identified("anna", MORNING))
    for day in (0, 1, 8):
        shop.advance(MORNING + day * DAY)
        shop.ingest(an_event("Product Viewed", MORNING + day * DAY, "anna", product_id="beans"))
    assert len(sent(shop)) == 3
    assert [len(row.sends) for row in shop.store.rows() if isinstance(row, Caps)] == [1]
