"""Three complaints in a thousand mails: marketing waits by itself until somebody lifts the brake; the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from anlass.domain.changes import CountReport
from anlass.domain.send import Send
from anlass.usecases.complaint_rate import complaint_rate, lift_brake, set_brake

from cli.runtime.world import LocalRuntime
from tests.reports import Inside
from tests.shipped import both_worlds, shipped, system
from tests.shop import content, journey, mails, template
from tests.subscriber import asks
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, World, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFER = journey("offer", trigger={"type": "event", "event": "Product Viewed"}, steps=[mails("offer")])
RECEIPT = journey("receipt", trigger={"type": "event", "event": "Order Completed"}, steps=[mails("receipt")])
FILES = content(OFFER, RECEIPT, template("receipt", "transactional", "<p>Danke.</p>"), templates=("offer",))
PEOPLE = ("ben", "cem", "dora")

world = both_worlds(FILES, START)


def delivered(inside: Inside, times: int) -> None:
    """Mails that arrived before: what they have counted is all that is left of them."""
    for number in range(times):
        inside.store.commit([CountReport("delivered", inside.clock.now(), number % 8)])


def three_complain(world: World, inside: Inside, at: datetime = START) -> None:
    delivered(inside, 120)
    for user in PEOPLE:
        world.batch(identify(user, at), track("Product Viewed", at, user, product_id="beans"))
    for user in PEOPLE:
        inside.report(inside.send("offer", f"u:{user}"), "complaint")


def test_marketing_waits_and_what_was_ordered_is_confirmed(world: World) -> None:
    inside = Inside(world)
    three_complain(world, inside)
    standing = complaint_rate(store=inside.store, clock=inside.clock)
    assert standing.brake is not None
    assert (standing.is_on, standing.brake.by, standing.brake.at) == (True, "system", START)
    assert standing.brake.why == "3 complaints on 120 delivered mails within 24 hours: 2.50 %"
    now = START + MINUTE
    world.advance(now)
    world.batch(identify("anna", now), track("Product Viewed", now, "anna", product_id="cups"))
    world.batch(track("Order Completed", now, "anna", order_id="1", total=12))
    assert [line.split(" ", 2)[2] for line in world.told()][3:] == ["anna@shop.example receipt"]
    waiting: Send = inside.send("offer")
    assert (waiting.status, waiting.deferred, waiting.looks[-1].reason) == ("PENDING", "brake", "brake")
    assert waiting.looks[-1].facts["why"] == standing.brake.why
    world.advance(now + 6 * HOUR)
    assert inside.send("offer").status == "PENDING", "it lifts by nobody's forgetting"


def test_it_leaves_soon_after_somebody_has_lifted_the_brake(world: World) -> None:
    inside = Inside(world)
    three_complain(world, inside)
    world.batch(identify("anna", START), track("Product Viewed", START, "anna", product_id="cups"))
    lifted = lift_brake("ops", "the list was bought; it is gone", store=inside.store, clock=inside.clock)
    assert (lifted.is_on, lifted.is_new) == (False, True)
    world.advance(START + 2 * HOUR)
    assert inside.send("offer").status == "SENT"
    assert lifted.judged.outcome is None, "what was complained about before is forgiven"
    inside.report(inside.send("offer"), "complaint")
    assert not complaint_rate(store=inside.store, clock=inside.clock).is_on


def test_what_waits_too_long_does_not_leave_at_all(world: World) -> None:
    inside = Inside(world)
    three_complain(world, inside)
    world.batch(identify("anna", START), track("Product Viewed", START, "anna", product_id="cups"))
    world.advance(START + 30 * DAY)
    assert (inside.send("offer").status, inside.send("offer").reason) == ("SKIPPED", "brake")


def test_ops_may_set_it_before_anybody_complains(world: World) -> None:
    inside = Inside(world)
    assert set_brake("ops", "a wrong price", store=inside.store, clock=inside.clock).is_new
    assert not set_brake("ops", "again", store=inside.store, clock=inside.clock).is_new
    world.batch(identify("anna", START), track("Product Viewed", START, "anna", product_id="cups"))
    assert world.told() == []


def test_one_person_with_three_mails_in_the_junk_folder_stops_nobody_elses(world: World) -> None:
    inside = Inside(world)
    delivered(inside, 900)
    world.batch(identify("ben", START))
    for n in range(3):
        world.batch(track("Product Viewed", START - n * MINUTE, "ben", product_id="beans"))
    sends = [send for send in inside.sends() if send.profile == "u:ben"]
    assert [send.status for send in sends] == ["SENT"] * 3
    for send in sends:
        inside.report(send, "complaint")
    standing = complaint_rate(store=inside.store, clock=inside.clock)
    assert (standing.counts["24 hours"].complained, standing.is_on) == (1, False)
    assert [send.complained_at for send in inside.sends() if send.profile == "u:ben"] == [START] * 3


@pytest.fixture
def asking() -> Iterator[MotoWorld]:
    with LocalRuntime(START) as runtime:
        yield MotoWorld(runtime, shipped("double-opt-in") | OFFER | template("offer"))


def questions_complained_about(world: World, inside: Inside) -> None:
    delivered(inside, 120)
    for name in PEOPLE:
        asks(world, email=f"{name}@mallory.example")
    for send in inside.sends():
        inside.report(send, "complaint")


def test_who_has_oneself_asked_and_complains_stops_no_mail_to_customers(asking: MotoWorld) -> None:
    inside = Inside(asking)
    questions_complained_about(asking, inside)
    brake = complaint_rate(store=inside.store, clock=inside.clock).brake
    assert brake is not None
    assert (brake.is_on, brake.scope) == (True, "questions")
    asking.batch(identify("anna", START), track("Product Viewed", START, "anna", product_id="cups"))
    assert inside.send("offer").status == "SENT"
    for user in PEOPLE:
        asking.batch(identify(user, START), track("Product Viewed", START, user, product_id="beans"))
        inside.report(inside.send("offer", f"u:{user}"), "complaint")
    brake = complaint_rate(store=inside.store, clock=inside.clock).brake
    assert brake is not None
    assert (brake.is_on, brake.scope) == (True, "all"), "what customers complain of still stops all"


def test_ops_may_stop_all_where_questions_wait_already_and_lift_both(asking: MotoWorld) -> None:
    inside = Inside(asking)
    questions_complained_about(asking, inside)
    stopped = set_brake("ops", "a wrong price", store=inside.store, clock=inside.clock)
    assert stopped.brake is not None
    assert (stopped.is_new, stopped.brake.scope) == (True, "all")
    assert not lift_brake("ops", "it was a prank", store=inside.store, clock=inside.clock).is_on
    assert complaint_rate(store=inside.store, clock=inside.clock).judged.outcome is None


def test_a_question_waits_for_as_long_as_its_link_would_be_good_and_the_reminder_comes_later(asking: MotoWorld) -> None:
    inside = Inside(asking)
    questions_complained_about(asking, inside)
    told = len(asking.told())
    asks(asking, email="emil@victim.example")
    asking.advance(START + 5 * DAY)
    assert len(asking.told()) == told
    lift_brake("ops", "it was a prank", store=inside.store, clock=inside.clock)
    asking.advance(START + 5 * DAY + 2 * HOUR)
    assert [line.split()[2:] for line in asking.told()[told:]] == [["emil@victim.example", "ask"]]
    asking.advance(START + 20 * DAY)
    assert [line.split()[2:] for line in asking.told()[told:]] == [
        ["emil@victim.example", "ask"],
        ["emil@victim.example", "remind"],
    ]


def test_a_question_that_waits_longer_does_not_leave_at_all(asking: MotoWorld) -> None:
    inside = Inside(asking)
    questions_complained_about(asking, inside)
    asks(asking, email="emil@victim.example")
    asking.advance(START + 30 * DAY)
    emil = [send for send in inside.sends() if send.status != "SENT"]
    assert {(send.status, send.reason) for send in emil} == {("SKIPPED", "brake")}


def test_questions_to_strangers_wait_as_marketing_does_and_those_about_ones_own_data_do_not() -> None:
    """Their complaints set the brake, so it must hold them too."""
    with LocalRuntime(START) as runtime:
        _strangers_are_asked(MotoWorld(runtime, shipped("double-opt-in", "data-request")))


def _strangers_are_asked(asking: MotoWorld) -> None:
    inside = Inside(asking)
    delivered(inside, 120)
    for name in PEOPLE:
        asks(asking, email=f"{name}@victim.example")
    for send in inside.sends():
        inside.report(send, "complaint")
    assert complaint_rate(store=inside.store, clock=inside.clock).is_on
    asks(asking, email="emil@victim.example")
    asking.batch(identify("anna", START))
    system(asking, "Data Requested", START, "anna")
    assert [line.split()[2] for line in asking.told()[3:]] == ["anna@shop.example"]
    (waiting,) = (send for send in inside.sends() if send.status == "PENDING")
    assert (waiting.step, waiting.deferred) == ("ask", "brake")
    lift_brake("ops", "it was a prank", store=inside.store, clock=inside.clock)
    asking.advance(START + 2 * HOUR)
    assert asking.told()[-1].split()[2:] == ["emil@victim.example", "ask"]


def test_every_delivery_and_every_complaint_counts_once_however_often_it_is_reported(world: World) -> None:
    inside = Inside(world)
    world.batch(identify("anna", START), track("Product Viewed", START, "anna", product_id="cups"))
    for _ in range(3):
        inside.report(inside.send("offer"), "delivery")
        inside.report(inside.send("offer"), "complaint")
    counts = complaint_rate(store=inside.store, clock=inside.clock).counts["24 hours"]
    assert (counts.delivered, counts.complained) == (1, 1)
    if isinstance(world, MotoWorld):
        assert world.runtime.lambdas.errors == []
