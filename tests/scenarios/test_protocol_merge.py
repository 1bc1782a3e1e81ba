"""The rules for two profiles that become one, each with the interleaving that it closes."""

from __future__ import annotations

from datetime import timedelta

from anlass.domain.enrolment import Enrolment
from anlass.domain.profile import Caps
from anlass.domain.send import Send

from cli.simulation import Simulation
from tests.anna import ANNA, DAY, HOUR, cart, order, rows, state_of
from tests.shop import MORNING, identified, sent


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
