"""A person says no: once is enough, and the shop does not talk its way around it."""

from __future__ import annotations

import pytest
from anlass.domain.registry.events import UNSUBSCRIBED
from anlass.domain.send import Send
from anlass.keys import ConsentKey
from anlass.ports import Ticket
from anlass.usecases.withdraw_consent import withdraw_consent

from cli.simulation import Simulation
from tests.builders import DAY, HOUR
from tests.shop import CART, MORNING, a_simulation, an_event, content, identified

ANNA = "anna@shop.example"


@pytest.fixture
def shop() -> Simulation:
    """Anna has had her first reminder."""
    shop = a_simulation(content(CART, templates=("first", "second", "last", "thanks")))
    shop.ingest(identified("anna", MORNING), an_event("Product Added", MORNING, user="anna", product_id="beans"))
    shop.advance(MORNING + HOUR)
    return shop


def press_the_link(shop: Simulation) -> bool:
    [send] = [row for row in shop.store.rows() if isinstance(row, Send)]
    token = shop.links.url("unsubscribe", Ticket(send.id, shop.clock.now())).rsplit("/", 1)[-1]
    done = withdraw_consent("unsubscribe", token, shop)
    shop.settle()
    return done is not None


def may_be_written_to(shop: Simulation) -> bool:
    consent = shop.store.read([ConsentKey("u:anna", "email")]).consent("u:anna", "email")
    return consent is not None and consent.allows(ANNA, "offers")


def test_a_link_that_is_pressed_twice_is_said_once(shop: Simulation) -> None:
    """Mail programs fetch it, people press it, and then they press it again."""
    assert press_the_link(shop)
    shop.clock.set(MORNING + 2 * HOUR)
    assert press_the_link(shop)
    told = shop.event_log.of_person(["u:anna"], MORNING, MORNING + DAY, [UNSUBSCRIBED])
    assert len(told) == 1
    assert not may_be_written_to(shop)


def test_the_shop_hears_of_it_says_it_too_and_grants_later(shop: Simulation) -> None:
    press_the_link(shop)
    shop.ingest(identified("anna", MORNING + 2 * HOUR, subscribed=False))
    shop.ingest(identified("anna", MORNING + 3 * HOUR, subscribed=True))
    assert not may_be_written_to(shop)


def test_a_no_is_for_every_address_that_the_person_has(shop: Simulation) -> None:
    shop.ingest(identified("anna", MORNING + HOUR, email="anna@new.example"))
    assert press_the_link(shop)
    consent = shop.store.read([ConsentKey("u:anna", "email")]).consent("u:anna", "email")
    assert consent is not None
    assert not any(consent.allows(address, "offers") for address in (ANNA, "anna@new.example"))
    shop.advance(MORNING + 10 * DAY)
    assert len(shop.mailer.sent) == 1
