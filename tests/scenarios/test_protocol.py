"""The rules between the rows, each with the interleaving that it closes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from anlass.adapters.memory.mailer import MemoryMailer
from anlass.domain.applying import Record, Workbench
from anlass.domain.changes import Append, CatchUp, SaveEnrolment, SaveState, SaveTimer
from anlass.domain.enrolment import MERGED, Enrolment, Heard
from anlass.domain.errors import Conflict
from anlass.domain.event import Event
from anlass.domain.feedback import Feedback
from anlass.domain.journey import Catalog
from anlass.domain.profile import Caps, State
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.ports import AttributesKey, Handover, NotTaken, StateKey, Unclear
from anlass.usecases.deliver_message import deliver_message
from anlass.usecases.match_events import match_events
from anlass.usecases.record_feedback import record_feedback
from anlass.usecases.ring_timer import ring_timer
from anlass.usecases.withdraw_consent import withdraw_consent
from anlass.wire import Deliver, Due, Wake

from cli.simulation import Simulation
from tests.shop import CART, MORNING, a_simulation, an_event, content, identified, journey, sent

TEMPLATES = ("first", "second", "last", "thanks")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANNA = "anna@shop.example"


@pytest.fixture
def shop() -> Simulation:
    simulation = a_simulation(content(CART, templates=TEMPLATES))
    simulation.ingest(identified("anna", MORNING))
    return simulation


def cart(at: timedelta, **who: str) -> Event:
    return an_event("Product Added", MORNING + at, **(who or {"user": "anna"}), product_id="beans", price=12)  # type: ignore[arg-type]


def order(at: timedelta, arrives: timedelta | None = None, **who: str) -> Event:
    return an_event(
        "Order Completed",
        MORNING + at,
        **(who or {"user": "anna"}),  # type: ignore[arg-type]
        order_id="1001",
        total=12,
        received_at=MORNING + (arrives if arrives is not None else at),
    )


def rows(simulation: Simulation, kind: type) -> list:  # type: ignore[type-arg]
    return [row for row in simulation.store.rows() if isinstance(row, kind)]


def state_of(simulation: Simulation) -> State:
    state = simulation.store.read([StateKey("u:anna")]).state("u:anna")
    assert state is not None
    return state


def the_enrolment(simulation: Simulation) -> Enrolment:
    (row,) = rows(simulation, Enrolment)
    assert isinstance(row, Enrolment)
    return row


# Events in


def test_a_replayed_stream_record_changes_nothing(shop: Simulation) -> None:
    shop.ingest(order(HOUR), an_event("Product Viewed", MORNING + HOUR, "anna", product_id="beans"))
    before = state_of(shop)
    shop.deliver_again(events=10)
    assert state_of(shop) == before
    assert (before.orders.count, before.views) == (1, 1)


def test_a_redrive_ignores_positions_and_is_fenced_by_a_seen_row(shop: Simulation) -> None:
    """The record lay in the failures bucket while later ones moved the position past it."""
    lost = order(HOUR)
    shop.event_log.put([lost])
    shop._read_events += 1  # the stream gave up on it
    shop.ingest(cart(2 * HOUR))
    for _ in range(2):
        match_events(
            [Record(lost, "memory", "1")],
            store=shop.store,
            event_log=shop.event_log,
            definitions=shop.definitions,
            clock=shop.clock,
            redrive=True,
        )
    assert state_of(shop).orders.count == 1


def test_a_restored_table_starts_a_new_position(shop: Simulation) -> None:
    for life in ("2026-01-01", "2026-05-05"):
        match_events(
            [Record(replace(order(HOUR), id=life, properties={"order_id": life, "total": 1}), life, "1")],
            store=shop.store,
            event_log=shop.event_log,
            definitions=shop.definitions,
            clock=shop.clock,
        )
    assert state_of(shop).orders.count == 2


def test_a_purchase_that_is_applied_before_its_cart_still_disarms_it(shop: Simulation) -> None:
    shop.ingest(order(30 * timedelta(minutes=1)))
    shop.ingest(replace(cart(timedelta(minutes=10)), received_at=MORNING + timedelta(minutes=40)))
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == []
    assert rows(shop, Timer) == []


def test_a_late_event_enrols_nobody_but_a_late_purchase_still_exits(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 30 * HOUR)
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} second"]
    shop.ingest(order(2 * HOUR, arrives=30 * HOUR))
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop)[2:] == [f"{ANNA} thanks"]
    late = replace(cart(-5 * DAY), received_at=shop.clock.now())
    shop.ingest(late)
    shop.advance(shop.clock.now() + 10 * DAY)
    assert len(sent(shop)) == 3


# Enrolments


def test_an_append_between_read_and_write_is_never_wiped(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    read = the_enrolment(shop)
    shop.store.commit([Append(read.id, (Heard("e1", "Order Completed", shop.clock.now()),), shop.clock.now())])
    with pytest.raises(Conflict):
        shop.store.commit([SaveEnrolment(replace(read, seq=read.seq + 1), read.seq, read.appended, read.owner)])
    assert [h.id for h in the_enrolment(shop).inbox] == ["e1"]


def test_park_fails_into_advance_when_the_append_came_first(shop: Simulation) -> None:
    """Token first, then append: the append wakes it. Append first: no token is written."""
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    row = the_enrolment(shop)
    shop.store.commit([Append(row.id, (Heard("e1", "Product Viewed", shop.clock.now()),), shop.clock.now())])
    assert not shop.store.park(row.id, row.seq, row.owner, "another-token")
    assert not shop.store.park(row.id, row.seq, "another-owner", "another-token")


def test_a_stale_token_wakes_nobody_and_harms_nobody(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    before = the_enrolment(shop)
    shop.queues.send("wake", [Wake(before.id, "a-token-of-long-ago"), Wake(before.id)])
    shop.settle()
    assert the_enrolment(shop) == before


def test_a_lost_wake_heals_within_minutes(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    bought = order(2 * HOUR)
    shop.event_log.put([bought])
    match_events(
        [Record(bought, "memory", str(len(shop.event_log.stream)))],
        store=shop.store,
        event_log=shop.event_log,
        definitions=shop.definitions,
        clock=shop.clock,
    )
    shop.lose_requests()
    assert the_enrolment(shop).inbox
    shop.clock.advance(timedelta(minutes=6))
    shop.sweep()
    shop.settle()
    assert the_enrolment(shop).status == "done"
    assert sent(shop)[-1] == f"{ANNA} thanks"


def test_a_lost_start_heals_and_the_dead_execution_is_not_listened_to(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + HOUR - timedelta(seconds=1))
    shop.clock.advance(timedelta(seconds=1))
    while not rows(shop, Enrolment):
        shop.step()
    shop.lose_requests()
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} second", f"{ANNA} last"]
    assert the_enrolment(shop).status == "done"


def test_an_inbox_of_fifty_flags_the_row_and_nothing_is_missed(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    row = the_enrolment(shop)
    filler = tuple(Heard(f"f{n}", "Product Viewed", MORNING) for n in range(50))
    shop.store.commit([Append(row.id, filler, shop.clock.now())])
    shop.lose_requests()
    shop.ingest(order(2 * HOUR))
    shop.advance(MORNING + 3 * HOUR)
    assert the_enrolment(shop).outcome == "goal"
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} thanks"]


def test_an_event_that_overtook_the_one_that_enrols_still_exits() -> None:
    """Two identities, two shards: the purchase is applied before the sign-up that came first."""
    welcome = journey(
        "welcome",
        trigger={"type": "event", "event": "Account Created"},
        exit=[{"event": "Order Completed", "steps": []}],
        steps=[{"wait": "1 hour"}, {"id": "first", "send": {"template": "first"}}],
    )
    shop = a_simulation(content(welcome, templates=("first",)))
    shop.ingest(identified("anna", MORNING))
    shop.ingest(order(timedelta(minutes=5)))
    shop.ingest(
        an_event("Account Created", MORNING + timedelta(minutes=1), "anna", received_at=MORNING + timedelta(minutes=6))
    )
    shop.advance(MORNING + DAY)
    assert sent(shop) == []
    assert the_enrolment(shop).outcome == "exit"


def test_a_word_to_an_enrolment_that_is_done_comes_to_rest(shop: Simulation) -> None:
    """A stale reference appended once more; the sweeper looks once and not for ever."""
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    shop.ingest(order(2 * HOUR))
    done = the_enrolment(shop)
    assert done.status == "done"
    shop.store.commit([Append(done.id, (Heard("e1", "Order Completed", shop.clock.now()),), shop.clock.now())])
    shop.advance(MORNING + DAY)
    assert the_enrolment(shop).sweep_at is None


def test_an_end_by_merge_is_not_lost_behind_a_flag_to_catch_up() -> None:
    bench = Workbench({}, Catalog({}), {})
    note = Append("e-1", (Heard("n", MERGED, MORNING),), MORNING)
    bench.take([CatchUp("e-1", MERGED, MORNING), note, CatchUp("e-2", MERGED, MORNING)])
    assert bench.changes() == [note, CatchUp("e-2", MERGED, MORNING)]


# Timers


def test_a_timer_that_rings_twice_enrols_once(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    (timer,) = rows(shop, Timer)
    ringing = Due("timer", timer.id, timer.generation, timer.profile)
    shop.clock.advance(HOUR)
    outcomes = [
        ring_timer(
            ringing,
            store=shop.store,
            event_log=shop.event_log,
            definitions=shop.definitions,
            clock=shop.clock,
            border=shop.border,
        )
        for _ in range(2)
    ]
    assert outcomes == ["enrolled", "stale"]
    shop.advance(MORNING + 2 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]


def test_a_busy_cart_costs_one_timer_row_that_moves_at_its_ring(shop: Simulation) -> None:
    for minute in (0, 20, 40, 55):
        shop.advance(MORNING + timedelta(minutes=minute))
        shop.ingest(cart(timedelta(minutes=minute)))
    (timer,) = rows(shop, Timer)
    assert timer.due == MORNING + HOUR
    shop.advance(MORNING + HOUR)
    (moved,) = rows(shop, Timer)
    assert (moved.id, moved.generation, moved.due) == (timer.id, 2, MORNING + timedelta(minutes=115))
    shop.advance(MORNING + timedelta(minutes=115))
    assert sent(shop) == [f"{ANNA} first"]


def test_an_occasion_that_enrolled_before_is_cleared_and_not_tried_for_ever(shop: Simulation) -> None:
    """STATE was lost and rebuilt from a redrive, the enrolment was not: the ring must come to an end."""
    shop.ingest(cart(timedelta(0)))
    (timer,) = rows(shop, Timer)
    shop.advance(MORNING + HOUR)
    state = state_of(shop)
    key = next(iter(state.timers))
    forgotten = replace(state, live={}, entered={}, timers={key: replace(state.timers[key], armed=timer.id)})
    shop.store.commit([SaveState(forgotten), SaveTimer(timer, read_generation=None)])
    shop.advance(MORNING + 2 * HOUR)
    assert rows(shop, Timer) == []
    assert sent(shop) == [f"{ANNA} first"]


def test_a_lost_schedule_request_heals(shop: Simulation) -> None:
    shop.event_log.put([cart(timedelta(0))])
    match_events(
        [Record(cart(timedelta(0)), "memory", str(len(shop.event_log.stream)))],
        store=shop.store,
        event_log=shop.event_log,
        definitions=shop.definitions,
        clock=shop.clock,
    )
    shop.lose_requests()
    shop.clock.advance(timedelta(minutes=66))
    shop.sweep()
    shop.settle()
    assert sent(shop) == [f"{ANNA} first"]


# Sends


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
    assert deliver_message(again, "second", shop.delivery()) == "claimed"
    assert shop.queues.next_due() == shop.clock.now() + timedelta(seconds=91), "it comes back when the claim is over"
    shop.clock.advance(timedelta(seconds=91))
    assert deliver_message(again, "third", shop.delivery()) == "unknown"
    assert deliver_message(again, "fourth", shop.delivery()) == "closed"
    assert len(mailer.tried) == 1

    delivered = Feedback("delivery", send.enrolment, send.step, send.visit, "1", shop.clock.now())
    record_feedback(delivered, store=shop.store)
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
    assert deliver_message(message, "first", work) == "sent"
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
    token = shop.links.unsubscribe_url(send.id).rsplit("/", 1)[-1]
    assert withdraw_consent(token, "unsubscribe link", store=shop.store, links=shop.links, clock=shop.clock)
    shop.ingest(identified("anna", MORNING + 2 * HOUR))  # the shop's own list still says yes
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{ANNA} first"]
    assert {s.reason for s in rows(shop, Send) if s.status == "SKIPPED"} == {"no_consent"}


def test_a_suppressed_address_is_refused_by_the_claim_itself(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + HOUR)
    (send,) = rows(shop, Send)
    complaint = Feedback("complaint", send.enrolment, send.step, send.visit, "1", shop.clock.now(), (ANNA,))
    record_feedback(complaint, store=shop.store)
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
    record_feedback(
        Feedback("complaint", send.enrolment, send.step, send.visit, "1", shop.clock.now(), (reported,)),
        store=shop.store,
    )
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{reported} first"]


def test_caps_hold_ids_so_that_a_repeated_claim_counts_once() -> None:
    shop = a_simulation(content(CART, templates=TEMPLATES, settings={"caps": {"email": {"day": 1}}}))
    shop.ingest(identified("anna", MORNING))
    shop.mailer.answers.extend([NotTaken("throttled")] * 2)
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 3 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]


# Merge


def test_an_anonymous_cart_is_remembered_after_the_login(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0), anonymous="phone"))
    shop.ingest(identified("anna", MORNING + timedelta(minutes=10), "phone"))
    assert [line.product for line in state_of(shop).cart.lines] == ["beans"]
    shop.advance(MORNING + 2 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]


def test_a_purchase_on_the_other_side_of_a_merge_stops_the_reminders(shop: Simulation) -> None:
    shop.ingest(identified(None, MORNING, "phone", subscribed=True, email=ANNA))
    shop.ingest(cart(timedelta(0), anonymous="phone"))
    shop.advance(MORNING + 2 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]
    shop.ingest(order(3 * HOUR))
    shop.ingest(identified("anna", MORNING + 4 * HOUR, "phone"))
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} thanks"]


def test_a_journey_live_on_both_sides_goes_on_once(shop: Simulation) -> None:
    shop.ingest(identified(None, MORNING, "phone", email=ANNA))
    shop.ingest(cart(timedelta(0), anonymous="phone"), cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    shop.ingest(identified("anna", MORNING + 2 * HOUR, "phone"))
    shop.advance(MORNING + 10 * DAY)
    assert sorted(sent(shop)) == [f"{ANNA} {step}" for step in ("first", "first", "last", "second")]
    outcomes = {row.profile: row.outcome for row in rows(shop, Enrolment)}
    assert outcomes == {"a:phone": "merged", "u:anna": "finished"}


def test_a_message_that_waits_through_a_merge_still_finds_the_person(shop: Simulation) -> None:
    shop.ingest(identified(None, MORNING, "phone", email=ANNA))
    shop.ingest(cart(timedelta(0), anonymous="phone"))
    shop.clock.advance(HOUR)
    while not rows(shop, Send):
        shop.step()
    shop.ingest(identified("anna", MORNING + HOUR, "phone"))
    shop.advance(MORNING + 2 * HOUR)
    assert sent(shop) == [f"{ANNA} first"]
    assert "u:anna" in {caps.id for caps in rows(shop, Caps)}


class Died(Exception):
    pass


class DyingMailer(MemoryMailer):
    """The provider takes the mail, and then this process is gone."""

    def send(self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str]) -> Handover:
        super().send(sender, recipient, mime, tags)
        raise Died


class RacingMailer(MemoryMailer):
    """While the provider is asked, somebody else tries the same message."""

    def __init__(self, rival) -> None:  # type: ignore[no-untyped-def]
        super().__init__()
        self._rival = rival
        self.outcome = ""

    def send(self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str]) -> Handover:
        self.outcome = self._rival()
        return super().send(sender, recipient, mime, tags)


# Entering again, catching up


def test_who_left_by_an_exit_may_enter_again_although_a_cancelled_message_was_still_waiting() -> None:
    """The second reminder was put off until tomorrow morning; its cancellation must not keep the journey open."""
    tomorrow = journey(
        "cart",
        trigger={"type": "abandonment", "event": "Product Added", "unless": ["Order Completed"], "after": "1 hour"},
        exit=[{"event": "Order Completed", "steps": []}],
        steps=[{"id": "first", "send": {"template": "first", "at": "09:00"}}],
    )
    shop = a_simulation(content(tomorrow, templates=("first",)))
    shop.ingest(identified("anna", MORNING))
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    shop.ingest(order(2 * HOUR))
    assert [(e.status, e.outcome) for e in rows(shop, Enrolment)] == [("done", "exit")]
    assert [(s.status, s.reason) for s in rows(shop, Send)] == [("SKIPPED", "exited")]
    shop.ingest(cart(3 * HOUR))
    shop.advance(MORNING + 2 * DAY)
    assert sent(shop) == [f"{ANNA} first"]


def test_what_ends_the_journey_but_not_the_wait_is_heard_although_it_came_before_the_ring() -> None:
    quiet = journey(
        "cart",
        trigger={"type": "abandonment", "event": "Product Added", "unless": ["Order Completed"], "after": "1 hour"},
        exit=[{"event": "Support Asked", "steps": []}],
        steps=[{"id": "first", "send": {"template": "first"}}],
    )
    shop = a_simulation(content(quiet, templates=("first",)))
    shop.ingest(identified("anna", MORNING))
    shop.ingest(cart(timedelta(0)))
    shop.ingest(an_event("Support Asked", MORNING + timedelta(minutes=20), "anna"))
    shop.advance(MORNING + DAY)
    assert sent(shop) == []
    assert the_enrolment(shop).outcome == "exit"


def test_a_login_from_a_new_device_disturbs_no_enrolment(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    before = the_enrolment(shop)
    shop.ingest(an_event("Product Viewed", MORNING + 2 * HOUR, "anna", "new-phone", product_id="beans"))
    assert the_enrolment(shop) == before
    assert "a:new-phone" in state_of(shop).identities


def test_a_merge_stops_only_the_enrolment_for_the_same_order() -> None:
    review = journey(
        "review",
        trigger={"type": "event", "event": "Order Delivered"},
        entry={"per": "order_id"},
        steps=[{"wait": "1 day"}, {"id": "first", "send": {"template": "first"}}],
    )
    shop = a_simulation(content(review, templates=("first",)))
    shop.ingest(identified("anna", MORNING), identified(None, MORNING, "phone", email=ANNA))
    for user, phone, number in (("anna", None, "1"), (None, "phone", "1"), (None, "phone", "2")):
        delivered = an_event("Order Delivered", MORNING, user, phone, id_=f"{phone}{number}", order_id=number)
        shop.ingest(delivered)
    shop.ingest(identified("anna", MORNING + HOUR, "phone"))
    shop.advance(MORNING + 3 * DAY)
    assert sorted(row.outcome or "" for row in rows(shop, Enrolment)) == ["finished", "finished", "merged"]
    assert sent(shop) == [f"{ANNA} first"] * 2


def test_in_test_days_are_minutes_and_caps_hold_nothing_back() -> None:
    trial = {
        "journeys/trial.json": json.dumps({**json.loads(CART["journeys/cart.json"]), "id": "trial", "status": "test"})
    }
    settings = {"caps": {"email": {"day": 1}}, "test_people": ["anna"]}
    shop = a_simulation(content(trial, templates=TEMPLATES, settings=settings))
    shop.ingest(
        identified("anna", MORNING), identified("ben", MORNING), cart(timedelta(0)), cart(timedelta(0), user="ben")
    )
    shop.advance(MORNING + HOUR)
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} second", f"{ANNA} last"]


def test_an_older_identify_that_arrives_later_overwrites_nothing(shop: Simulation) -> None:
    shop.ingest(identified("anna", MORNING + HOUR, city="Kiel"))
    shop.ingest(identified("anna", MORNING + timedelta(minutes=5), city="Hamburg", hobby="chess"))
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    assert (attributes.traits["city"], attributes.traits["hobby"]) == ("Kiel", "chess")
