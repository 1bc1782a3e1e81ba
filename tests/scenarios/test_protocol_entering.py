"""The rules for entering again and for catching up, each with the interleaving that it closes."""

from __future__ import annotations

import json
from datetime import timedelta

from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send
from anlass.keys import AttributesKey

from cli.simulation import Simulation
from tests.anna import ANNA, DAY, HOUR, TEMPLATES, cart, order, rows, state_of, the_enrolment
from tests.shop import CART, MORNING, a_simulation, an_event, content, identified, journey, sent


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
