"""Whatever happens to a person, the ledger tells how it came that they may be written to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from anlass.domain.ledger import Statement, state_of
from anlass.keys import ConsentKey

from cli.simulation import Simulation
from tests.builders import DAY, HOUR
from tests.shop import CART, MORNING, a_simulation, an_event, content, identified, journey, sent
from tests.visiting import Visitor

ANNA = "anna@shop.example"
SALE = {
    "key": ANNA,
    "type": "EMAIL",
    "status": "EXISTING_CUSTOMER",
    "order_id": "O-1",
    "goods": "coffee",
    "noticed_at": "2026-03-01T09:00:00Z",
    "notice_version": "checkout-3",
    "topics": ["offers"],
}
LEAVES = journey(
    "leaves",
    trigger={"type": "event", "event": "Content Shared"},
    steps=[{"unsubscribe": {"topic": "news", "channel": "email"}}],
)
TEMPLATES = ("first", "second", "last", "thanks")  # each with its link to unsubscribe


@pytest.fixture
def shop() -> Simulation:
    return a_simulation(content(CART | LEAVES, templates=TEMPLATES))


def ledger(shop: Simulation) -> list[Statement]:
    return sorted((row for row in shop.store.rows() if isinstance(row, Statement)), key=lambda s: s.at)


def holds(shop: Simulation, profile: str = "u:anna") -> bool:
    """Whether the consent that is looked at is what follows from the ledger."""
    consent = shop.store.read([ConsentKey(profile, "email")]).consent(profile, "email")
    assert consent is not None
    return set(consent.grants) == set(state_of(profile, "email", ledger(shop)).grants)


def test_what_the_shop_vouches_for_is_written_down_once(shop: Simulation) -> None:
    for day in range(3):
        shop.ingest(identified("anna", MORNING + day * DAY))
    [said] = ledger(shop)
    assert (said.address, said.topic, said.act, said.by, said.source) == (ANNA, "*", "granted", "shop", "identify")
    assert holds(shop)


def test_a_journeys_word_is_written_down(shop: Simulation) -> None:
    shop.ingest(identified("anna", MORNING), an_event("Content Shared", MORNING + HOUR, user="anna"))
    assert [(s.topic, s.act, s.source) for s in ledger(shop)][1:] == [("news", "withdrawn", "journey leaves")]
    assert holds(shop)


def test_two_people_who_are_one_have_one_ledger(shop: Simulation) -> None:
    shop.ingest(identified(None, MORNING, anonymous="1", email=ANNA))
    shop.ingest(identified("anna", MORNING + HOUR, subscribed=False))
    shop.ingest(an_event("Product Viewed", MORNING + 2 * HOUR, user="anna", anonymous="1"))
    assert {s.profile for s in ledger(shop)} == {"a:1", "u:anna"}
    assert holds(shop)


class TestExistingCustomers:
    def customer(self, shop: Simulation, **sale: object) -> None:
        told = identified("anna", MORNING)
        context = {"messaging_subscriptions": [{**SALE, **sale}]}
        shop.ingest(
            replace(told, context=context),
            an_event("Product Added", MORNING, user="anna", product_id="beans"),
        )
        shop.advance(MORNING + DAY)

    def test_are_written_to_about_similar_goods(self, shop: Simulation) -> None:
        self.customer(shop)
        assert sent(shop) != []
        [said] = ledger(shop)
        assert said.act == "existing-customer"
        assert said.facts == {name: SALE[name] for name in ("order_id", "goods", "noticed_at", "notice_version")}
        assert holds(shop)

    def test_are_not_written_to_about_other_things(self, shop: Simulation) -> None:
        self.customer(shop, topics=["news"])
        assert sent(shop) == []

    def test_are_not_written_to_if_they_ever_said_no(self, shop: Simulation) -> None:
        shop.ingest(identified("anna", MORNING - DAY, subscribed=False))
        self.customer(shop)
        assert sent(shop) == []


class TestWhatTheShopSays:
    """It may know of a no before we do, and its lists are synchronised every night."""

    def test_opens_no_new_address_of_who_said_no_to_everything(self, shop: Simulation) -> None:
        shop.ingest(identified("anna", MORNING), an_event("Product Added", MORNING, user="anna", product_id="beans"))
        shop.advance(MORNING + 2 * HOUR)
        Visitor(shop).sends("unsubscribe", Visitor(shop).link("unsubscribe"))
        at = MORNING + DAY
        shop.advance(at)
        left = len(sent(shop))
        shop.ingest(identified("anna", at, email="anna@new.example"))
        shop.ingest(an_event("Product Added", at + HOUR, user="anna", product_id="tea"))
        shop.advance(at + 5 * DAY)
        assert len(sent(shop)) == left
        no = ledger(shop)[-2]
        assert (no.act, no.at, no.source) == ("withdrawn", MORNING + 2 * HOUR, "unsubscribe link")
        assert no.ip == "203.0.113.7", "from where she said it"

    def test_against_an_address_holds_for_everybody_who_has_it_until_it_says_otherwise(self, shop: Simulation) -> None:
        for user in ("anna", "ben"):
            shop.ingest(identified(user, MORNING, email=ANNA))
        shop.ingest(identified("ben", MORNING + HOUR, subscribed=False, email=ANNA))
        shop.ingest(an_event("Product Added", MORNING + HOUR, user="anna", product_id="beans"))
        shop.advance(MORNING + DAY)
        assert sent(shop) == []
        shop.ingest(identified("ben", MORNING + DAY, email=ANNA))
        shop.ingest(an_event("Product Added", MORNING + DAY, user="anna", product_id="tea"))
        shop.advance(MORNING + 5 * DAY)
        assert sent(shop) != []

    def test_takes_back_nothing_that_the_person_said_of_the_address(self, shop: Simulation) -> None:
        for user in ("anna", "ben"):
            shop.ingest(identified(user, MORNING, email=ANNA))
        shop.ingest(an_event("Product Added", MORNING, user="ben", product_id="beans"))
        shop.advance(MORNING + 2 * HOUR)
        Visitor(shop).sends("unsubscribe", Visitor(shop).link("unsubscribe"))
        left = len(sent(shop))
        for subscribed in (False, True):
            at = shop.clock.now() + HOUR
            shop.advance(at)
            shop.ingest(identified("anna", at, subscribed=subscribed, email=ANNA))
        shop.ingest(an_event("Product Added", shop.clock.now(), user="anna", product_id="beans"))
        shop.advance(shop.clock.now() + 5 * DAY)
        assert len(sent(shop)) == left
