"""One person is one person, along whatever way they became one."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from anlass.domain.applying import Record
from anlass.domain.event import Event
from anlass.domain.ids import address_hash
from anlass.domain.registry.events import UPDATE
from anlass.keys import AttributesKey, StateKey
from anlass.usecases.match_events import match_events

from cli.simulation import Simulation
from tests.builders import HOUR, MINUTE
from tests.shop import CART, MORNING, a_simulation, an_event, content, identified, journey, mails, sent, template

TEMPLATES = ("first", "second", "last", "thanks")


def views(shop: Simulation, profile: str) -> int:
    state = shop.store.read([StateKey(profile)]).state(profile)
    assert state is not None
    return state.views


def test_who_is_merged_twice_is_found_by_the_first_of_their_names() -> None:
    """Address → visitor → customer: an event for the address follows two pointers."""
    shop = a_simulation(content(CART, templates=TEMPLATES))
    known = identified(None, MORNING + MINUTE, anonymous="1", email="anna@shop.example")
    by_address = f"e:{address_hash('anna@shop.example')}"
    shop.ingest(_as(by_address, 0))
    shop.ingest(known)
    shop.ingest(an_event("Product Viewed", MORNING + 2 * MINUTE, user="anna", anonymous="1"))
    shop.ingest(_as(by_address, 3))
    assert views(shop, "u:anna") == 3


def test_a_failure_that_is_driven_twice_counts_once_though_the_visitor_logged_in_between() -> None:
    shop = a_simulation(content(CART, templates=TEMPLATES))
    lost = an_event("Product Viewed", MORNING, anonymous="1")
    for login in (True, False):
        match_events(
            [Record(lost, "memory", "1")],
            store=shop.store,
            event_log=shop.event_log,
            definitions=shop.definitions,
            clock=shop.clock,
            hashes=shop.hashes,
            redrive=True,
        )
        if login:
            shop.ingest(an_event("Page Dwelled", MORNING + HOUR, user="anna", anonymous="1"))
    assert views(shop, "u:anna") == 1


def _as(identity: str, minute: int) -> Event:
    event = an_event("Product Viewed", MORNING + minute * MINUTE, user="nobody")
    return replace(event, identity=identity)


def test_a_browser_gives_no_address_to_somebody_the_shops_backend_has_identified() -> None:
    """Whoever knows a userId could else have somebody's order confirmations sent to themselves."""
    shop = a_simulation(content())
    shop.ingest(an_event("identify", MORNING, "anna", kind="identify", traits={"first_name": "Anna"}))
    stranger = {"email": "eve@evil.example", "phone": "+49", "city": "Kiel"}
    shop.ingest(an_event("identify", MORNING, "anna", kind="identify", source="browser", id_="2", traits=stranger))
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    assert attributes.traits == {"first_name": "Anna", "city": "Kiel"}


@pytest.mark.parametrize("knows", [{"first_name": "Anna"}, {"first_name": "Anna", "email": "anna@shop.example"}])
@pytest.mark.parametrize("login", [{"name": "Product Viewed"}, {"name": "identify", "kind": "identify"}])
def test_nor_by_way_of_a_visitor_who_logs_in(knows: dict[str, str], login: dict[str, Any]) -> None:
    """The visitor is the stranger's own: whoever knows a userId can say that the two are one."""
    shop = a_simulation(content())
    shop.ingest(an_event("identify", MORNING, "anna", kind="identify", traits=knows))
    evil = {"email": "eve@evil.example", "phone": "+491701234567", "locale": "en", "timezone": "Pacific/Auckland"}
    said = {**evil, "birthday": "1990-06-08", "city": "Kiel"}
    shop.ingest(an_event("identify", MORNING, anonymous="v1", kind="identify", source="browser", traits=said))
    shop.ingest(an_event(at=MORNING + MINUTE, user="anna", anonymous="v1", source="browser", **login))
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    assert attributes.traits == {**knows, "city": "Kiel"}
    assert attributes.vouched


def test_what_the_backend_says_of_a_visitor_counts_more_than_what_browsers_say_of_the_customer() -> None:
    shop = a_simulation(content())
    said = {"email": "eve@evil.example", "phone": "+49170", "locale": "en"}
    shop.ingest(an_event("identify", MORNING, "anna", kind="identify", source="browser", traits=said))
    shop.ingest(identified(None, MORNING, anonymous="v1", email="anna@shop.example"))
    shop.ingest(an_event("Product Viewed", MORNING + MINUTE, user="anna", anonymous="v1", source="browser"))
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    assert attributes.traits == {"email": "anna@shop.example", "locale": "en"}


@pytest.mark.parametrize("says", [{"first_name": "Anna"}, {"email": "anna@shop.example"}])
def test_nor_before_the_backend_has_said_who_it_is(says: dict[str, str]) -> None:
    shop = a_simulation(content())
    said = {"email": "eve@evil.example", "phone": "+491701234567", "city": "Kiel"}
    shop.ingest(an_event("identify", MORNING, "anna", kind="identify", source="browser", traits=said))
    shop.ingest(an_event("identify", MORNING + MINUTE, "anna", kind="identify", traits=says))
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    assert attributes.traits == {**says, "city": "Kiel"}


def test_but_an_address_that_the_backend_knows_a_consent_of_is_theirs() -> None:
    shop = a_simulation(content())
    said = {"email": "Anna@shop.example"}
    shop.ingest(an_event("identify", MORNING, "anna", kind="identify", source="browser", traits=said))
    listed = [{"key": "anna@shop.example", "type": "EMAIL", "status": "SUBSCRIBED"}]
    context = {"messaging_subscriptions": listed}
    shop.ingest(an_event("identify", MORNING + MINUTE, "anna", kind="identify", context=context))
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    assert attributes.traits == said


def test_who_confirmed_an_address_brings_what_they_said_into_the_account() -> None:
    """Nobody but who reads the mails to an address has told of it."""
    shop = a_simulation(content())
    shop.ingest(identified("anna", MORNING, email="anna@home.example"))
    by_address = f"e:{address_hash('anna@shop.example')}"
    told = an_event(UPDATE, MORNING, "nobody", source="system", set={"birthday": "1990-06-08"})
    shop.ingest(replace(an_event("Subscription Requested", MORNING, "nobody", source="system"), identity=by_address))
    shop.ingest(replace(told, identity=by_address))
    shop.ingest(identified("anna", MORNING + MINUTE, email="anna@shop.example"))
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    assert attributes.traits == {"email": "anna@shop.example", "birthday": "1990-06-08"}


def test_a_cart_keeps_its_currency() -> None:
    shop = a_simulation(content())
    shop.ingest(an_event("Product Added", MORNING, "urs", product_id="1", price=10, currency="CHF"))
    state = shop.store.read([StateKey("u:urs")]).state("u:urs")
    assert state is not None
    assert (state.cart.currency, str(state.cart.value)) == ("CHF", "10")


SAME_TWICE = {
    "type": "event",
    "event": "Product Viewed",
    "where": {"event": "Product Viewed", "match": "product_id", "within": "3 hours", "count": {"gte": 2}},
}


def test_who_logs_in_with_the_second_look_has_looked_twice() -> None:
    shop = a_simulation(content(journey("twice", trigger=SAME_TWICE, steps=[mails("mail")]), templates=["mail"]))
    shop.ingest(identified("anna", MORNING))
    shop.ingest(an_event("Product Viewed", MORNING + MINUTE, anonymous="1", product_id="mug"))
    shop.ingest(an_event("Product Viewed", MORNING + HOUR, user="anna", anonymous="1", product_id="mug"))
    assert sent(shop) == ["anna@shop.example mail"]


def test_login_and_second_look_may_be_read_together() -> None:
    shop = a_simulation(content(journey("twice", trigger=SAME_TWICE, steps=[mails("mail")]), templates=["mail"]))
    shop.ingest(
        an_event("Product Viewed", MORNING, anonymous="1", product_id="mug"),
        identified("anna", MORNING + MINUTE, anonymous="1"),
        an_event("Product Viewed", MORNING + 2 * MINUTE, user="anna", product_id="mug"),
    )
    assert sent(shop) == ["anna@shop.example mail"]


def test_a_device_that_was_somebody_elses_tells_nothing_of_them() -> None:
    shop = a_simulation(content(journey("twice", trigger=SAME_TWICE, steps=[mails("mail")]), templates=["mail"]))
    shop.ingest(an_event("Product Viewed", MORNING, anonymous="1", product_id="mug"))
    shop.ingest(identified("ben", MORNING + MINUTE, anonymous="1"))
    shop.ingest(identified("anna", MORNING + MINUTE))
    shop.ingest(an_event("Product Viewed", MORNING + HOUR, user="anna", anonymous="1", product_id="mug"))
    assert sent(shop) == []


@pytest.mark.parametrize("at_once", [True, False], ids=["read at once", "one after the other"])
def test_an_order_that_the_shop_told_under_both_names_is_spent_once(at_once: bool) -> None:
    """The shop's page told it of the visitor, its stock system of the customer; then the visitor logged in."""
    shop = a_simulation(content())
    told = [
        an_event("Order Completed", MORNING, anonymous="1", order_id="1", total=70),
        an_event("Order Completed", MORNING + MINUTE, user="anna", order_id="1", total=70, currency="EUR"),
        an_event("Order Completed", MORNING + 2 * MINUTE, user="anna", order_id="2", total=30),
        an_event("Account Created", MORNING + HOUR, user="anna", anonymous="1"),
    ]
    for batch in [told] if at_once else [[event] for event in told]:
        shop.ingest(*batch)
    state = shop.store.read([StateKey("u:anna")]).state("u:anna")
    assert state is not None
    assert (state.orders.count, dict(state.spend)) == (2, {"EUR": Decimal(100)})


THIRD = {"type": "threshold", "metric": "profile.orders.count", "reaches": 3}
BUYERS = {
    "segments/buyers.json": json.dumps(
        {"id": "buyers", "name": "Buyers", "who": {"field": "profile.orders.count", "op": "gte", "value": 3}}
    )
}
ENTERED = {"type": "segment", "segment": "buyers", "change": "entered"}


@pytest.mark.parametrize("trigger", [THIRD, ENTERED])
@pytest.mark.parametrize(("as_guest", "as_customer", "mails_sent"), [(2, 1, 1), (1, 2, 1), (3, 1, 1), (1, 1, 0)])
def test_a_guest_who_turns_out_to_be_a_customer_has_bought_what_both_bought(
    trigger: dict[str, Any], as_guest: int, as_customer: int, mails_sent: int
) -> None:
    """Once: a guest with three orders was told when the third was made, if anybody could be told."""
    shop = a_simulation(content(journey("j", trigger=trigger, steps=[mails("mail")]), BUYERS, templates=["mail"]))
    shop.ingest(identified("anna", MORNING), identified(None, MORNING, anonymous="1", email="a@guest.example"))
    for n in range(as_customer):
        shop.ingest(an_event("Order Completed", MORNING + n * MINUTE, user="anna", order_id=f"c{n}"))
    for n in range(as_guest):
        shop.ingest(an_event("Order Completed", MORNING + n * MINUTE, anonymous="1", order_id=f"g{n}"))
    shop.ingest(identified("anna", MORNING + HOUR, anonymous="1"))
    shop.ingest(an_event("Order Completed", MORNING + 2 * HOUR, user="anna", order_id="last")) if mails_sent else None
    assert len(sent(shop)) == mails_sent


@pytest.mark.parametrize("tells", [{}, {"first_name": "Anna"}])
def test_who_claims_a_user_id_first_gets_no_mail_about_somebody_elses_order(tells: dict[str, str]) -> None:
    receipt = journey("receipt", trigger={"type": "event", "event": "Order Completed"}, steps=[mails("bill")])
    bill = template("bill", "transactional", "<p>{{ entry.properties.order_id }}</p><p>{{ imprint }}</p>")
    shop = a_simulation(content(receipt) | bill)
    evil = {"email": "eve@evil.example"}
    shop.ingest(an_event("identify", MORNING, "anna", kind="identify", source="browser", traits=evil))
    if tells:
        shop.ingest(an_event("identify", MORNING + MINUTE, "anna", kind="identify", traits=tells))
    shop.ingest(an_event("Order Completed", MORNING + 2 * MINUTE, "anna", order_id="1"))
    assert sent(shop) == []
    own = {"email": "a@shop.example"}
    told = an_event("identify", MORNING + 3 * MINUTE, "anna", kind="identify", id_="2", traits=own)
    shop.ingest(told, an_event("Order Completed", MORNING + 4 * MINUTE, "anna", order_id="2"))
    assert sent(shop) == ["a@shop.example bill"]
