"""The browser's key stands in every page: what is said with it somebody may have made up, of anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from anlass.domain.profile import LIVE_BY_BROWSERS
from anlass.domain.send import Send
from anlass.keys import AttributesKey
from anlass.usecases.content_index import ContentIndex

from cli.simulation import Simulation
from tests.builders import HOUR, MINUTE
from tests.customer import BEANS, mail_of
from tests.explaining import answer, explained, told
from tests.shipped import shipped
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails, sent, template
from tests.worlds import MemoryWorld

EVIL = {
    "product_id": "x",
    "name": "Konto gesperrt! Hier entsperren: https://evil.example/login",
    "url": "https://evil.example/login",
    "image_url": "https://evil.example/pixel.png",
    "price": 1,
    "quantity": 1,
}


def order(number: str, at: Any, source: Any = "browser", user: str = "anna", **properties: Any) -> Any:
    name = f"{source} {number}"
    return an_event(
        "Order Completed", at, user, id_=name, source=source, **{"order_id": number, "products": [BEANS], **properties}
    )


def added(product: Mapping[str, Any]) -> Event:
    event = an_event("Product Added", MORNING, "anna", id_=product["product_id"], source="browser")
    return replace(event, properties={**product, "cart_id": "c"})


def html(shop: Simulation) -> str:
    """Of the newest mail."""
    return mail_of(shop.mailer.sent[-1].mime, "html")


def test_an_order_that_only_a_browser_tells_of_is_confirmed_to_nobody() -> None:
    shop = MemoryWorld(shipped("order-confirmation"), MORNING).simulation
    shop.ingest(identified("anna", MORNING, subscribed=False))
    stranger = {"email": "stranger@victim.example"}
    shop.ingest(an_event("identify", MORNING, anonymous="v1", kind="identify", source="browser", traits=stranger))
    shop.ingest(order("evil", MORNING, products=[EVIL]), order("evil", MORNING, user="eve", products=[EVIL]))
    shop.ingest(*(order(f"bomb {n}", MORNING) for n in range(20)))
    shop.advance(MORNING + HOUR)
    assert sent(shop) == []


def test_and_takes_no_confirmation_from_the_order_that_the_shop_tells_of() -> None:
    """Order numbers are easily guessed: the next hundred could be told of before they are there."""
    shop = MemoryWorld(shipped("order-confirmation"), MORNING).simulation
    shop.ingest(identified("anna", MORNING))
    shop.ingest(*(order(str(n), MORNING, products=[EVIL]) for n in (1001, 1002, 1003)))
    shop.ingest(order("1002", MORNING + MINUTE, "server"), order("1002", MORNING + 2 * MINUTE))
    shop.advance(MORNING + HOUR)
    assert sent(shop) == ["anna@shop.example confirm"]
    assert "evil" not in html(shop)


def test_why_is_told() -> None:
    world = MemoryWorld(shipped("order-confirmation"), MORNING)
    world.simulation.ingest(identified("anna", MORNING), order("1", MORNING))
    timeline = explained(world, "u:anna", "order-confirmation")
    because = "a browser said so, and anybody can make that up: transactional mails follow the shop's own server"
    assert because in " ".join([*told(timeline), answer(timeline, "order-confirmation")])


ABANDONED = {"type": "abandonment", "event": "Checkout Started", "unless": ["Order Completed"], "after": "1 hour"}
TRANSACTIONAL = template("note", purpose="transactional", html="<p>{{ imprint }}</p>")


@pytest.mark.parametrize("source", ["browser", "server"])
def test_nor_by_way_of_a_timer(source: Any) -> None:
    """A browser neither starts the wait nor puts its own words in the place of the server's."""
    files = content(journey("j", trigger=ABANDONED, steps=[mails("note")])) | TRANSACTIONAL
    shop = a_simulation(files)
    shop.ingest(identified("anna", MORNING))
    shop.ingest(an_event("Checkout Started", MORNING, "anna", source=source))
    shop.ingest(an_event("Checkout Started", MORNING + MINUTE, "anna", source="browser"))
    shop.advance(MORNING + 5 * HOUR)
    assert len(sent(shop)) == (source == "server")


@pytest.mark.parametrize("source", ["browser", "server"])
def test_nor_by_way_of_another_journey(source: Any) -> None:
    first = journey("first", trigger={"type": "event", "event": "Product Viewed"}, steps=[{"enrol": {"journey": "j"}}])
    then = journey("j", trigger={"type": "enrolled"}, steps=[mails("note")])
    shop = a_simulation(content(first, then) | TRANSACTIONAL)
    shop.ingest(identified("anna", MORNING))
    shop.ingest(an_event("Product Viewed", MORNING, "anna", source=source))
    shop.advance(MORNING + HOUR)
    assert len(sent(shop)) == (source == "server")


ANSWERED = {
    "id": "answer",
    "wait_for": {
        "first_of": [{"event": "Product Viewed", "steps": [{"wait": "10 minutes"}, mails("note")]}],
        "since": "now",
        "timeout": "1 day",
    },
}


@pytest.mark.parametrize(("entered", "answered"), [("browser", "server"), ("server", "browser"), ("server", "server")])
def test_at_the_last_look_it_is_seen_once_more(entered: Any, answered: Any) -> None:
    """Whoever was in already when the template became transactional; and who was let in, but not by what follows."""
    first = journey("j", trigger={"type": "event", "event": "Cart Viewed"}, steps=[ANSWERED])
    shop = a_simulation(content(first, templates=["note"]))
    shop.ingest(identified("anna", MORNING))
    shop.ingest(an_event("Cart Viewed", MORNING, "anna", source=entered))
    assert [row.journey for row in shop.store.rows() if isinstance(row, Enrolment)] == ["j"]
    shop.ingest(an_event("Product Viewed", MORNING + MINUTE, "anna", source=answered))
    shop.publish(TRANSACTIONAL)
    shop.advance(MORNING + HOUR)
    (row,) = (row for row in shop.store.rows() if isinstance(row, Send))
    is_well = (entered, answered) == ("server", "server")
    assert (row.status, row.reason) == (("SENT", None) if is_well else ("SKIPPED", "browser"))


def test_a_journey_that_was_stored_before_is_held_to_it_too() -> None:
    """The index of what is published did not say then which templates are transactional: they are asked themselves."""
    shop = MemoryWorld(shipped("order-confirmation"), MORNING).simulation
    revision, stored = shop.definitions.fresh_index()
    assert ContentIndex.of(stored).transactional == frozenset({"order-confirmation"})
    shop.definitions.save_index(revision, {name: each for name, each in stored.items() if name != "transactional"})
    shop.ingest(identified("anna", MORNING), order("1", MORNING))
    shop.advance(MORNING + HOUR)
    assert sent(shop) == []
    assert ContentIndex.of(shop.definitions.fresh_index()[1]).transactional is None


def test_marketing_for_a_cart_leads_to_the_shop_only() -> None:
    """Anna agreed to it; somebody who knows her user id filled her cart."""
    shop = MemoryWorld(shipped("cart-abandonment"), MORNING).simulation
    shop.ingest(identified("anna", MORNING))
    shop.ingest(added(EVIL))
    shop.ingest(added(BEANS))
    shop.advance(MORNING + 30 * HOUR)
    assert sent(shop)
    assert "evil" not in html(shop)
    assert str(BEANS["url"]) in html(shop)


def test_where_the_shop_says_so_pictures_of_its_cdn_are_taken() -> None:
    files = shipped("cart-abandonment")
    settings = json.loads(files["settings.json"])
    settings["shop"]["hosts"] = ["cdn.example.net"]
    picture = "https://img.cdn.example.net/beans.png"
    for hosts, is_shown in ((files, False), (files | {"settings.json": json.dumps(settings)}, True)):
        shop = MemoryWorld(hosts, MORNING).simulation
        shop.ingest(identified("anna", MORNING))
        shop.ingest(added({**BEANS, "image_url": picture}))
        shop.advance(MORNING + timedelta(hours=30))
        assert (picture in html(shop)) == is_shown


def test_a_name_that_is_none_is_nobodys_and_stays_in_what_was_said() -> None:
    shop = a_simulation(content())
    said = {"first_name": "Gewinn auf evil.example/go abholen", "last_name": "Müller-Öztürk", "city": "Kiel"}
    event = an_event("identify", MORNING, anonymous="v1", kind="identify", source="browser", traits=said)
    shop.ingest(event)
    known = shop.store.read([AttributesKey("a:v1")]).attributes("a:v1")
    assert known is not None
    assert known.traits == {"last_name": "Müller-Öztürk", "city": "Kiel"}
    assert shop.event_log.get(event.key) == event


ORDERED = {"type": "event", "event": "Order Completed"}
WAITED = {
    "wait_for": {
        "first_of": [{"event": "Product Viewed", "steps": []}],
        "timeout": "1 hour",
        "on_timeout": [mails("note")],
    }
}
UNLESS_DELIVERED = {"event": "Order Completed", "unless": ["Product Viewed"], "after": "1 hour"}
HELD_BACK = {
    "an exit": journey(
        "j", trigger=ORDERED, exit=[{"event": "Product Viewed"}], steps=[{"wait": "1 hour"}, mails("note")]
    ),
    "a path": journey("j", trigger=ORDERED, steps=[WAITED]),
    "what ends the wait": journey("j", trigger={"type": "abandonment", **UNLESS_DELIVERED}, steps=[mails("note")]),
    "what answers": journey("j", trigger={"type": "absence", **UNLESS_DELIVERED}, steps=[mails("note")]),
}


@pytest.mark.parametrize("held_back", HELD_BACK.values(), ids=HELD_BACK)
@pytest.mark.parametrize("source", ["browser", "server"])
@pytest.mark.parametrize("purpose", ["transactional", "marketing"])
def test_what_the_shop_asks_for_no_stranger_holds_back(held_back: Any, source: Any, purpose: str) -> None:
    """As by saying that the order was cancelled, or the parcel has arrived."""
    files = TRANSACTIONAL if purpose == "transactional" else template("note")
    shop = a_simulation(content(held_back) | files)
    shop.ingest(identified("anna", MORNING), order("1", MORNING, "server"))
    shop.ingest(an_event("Product Viewed", MORNING + MINUTE, "anna", source=source))
    shop.advance(MORNING + 5 * HOUR)
    assert len(sent(shop)) == ((purpose, source) == ("transactional", "browser"))


@pytest.mark.parametrize("source", ["browser", "server"])
def test_nor_by_what_was_missed_while_the_timer_ran(source: Any) -> None:
    """Who enters by a timer looks at what has happened meanwhile."""
    held = journey(
        "j",
        trigger={"type": "abandonment", "event": "Order Completed", "unless": ["Cart Viewed"], "after": "1 hour"},
        exit=[{"event": "Product Viewed"}],
        steps=[{"wait": "1 hour"}, mails("note")],
    )
    shop = a_simulation(content(held) | TRANSACTIONAL)
    shop.ingest(identified("anna", MORNING), order("1", MORNING, "server"))
    shop.ingest(an_event("Product Viewed", MORNING + MINUTE, "anna", source=source))
    shop.advance(MORNING + 5 * HOUR)
    assert len(sent(shop)) == (source == "browser")


def test_nor_by_filling_all_the_places_that_somebody_has_in_journeys() -> None:
    looks = journey(
        "looks",
        trigger={"type": "event", "event": "Product Viewed"},
        entry={"per": "product_id", "again": "always"},
        steps=[{"wait": "30 days"}],
    )
    held = [{"wait": "1 minute"}, mails("note")]
    shop = a_simulation(content(looks, journey("j", trigger=ORDERED, steps=held)) | TRANSACTIONAL)
    shop.ingest(identified("anna", MORNING))
    for number in range(60):
        shop.ingest(an_event("Product Viewed", MORNING, "anna", id_=f"p{number}", source="browser", product_id=number))
    shop.ingest(order("1", MORNING + MINUTE, "server"))
    shop.advance(MORNING + HOUR)
    running = [row for row in shop.store.rows() if isinstance(row, Enrolment) and row.journey == "looks"]
    assert (len(running), len(sent(shop))) == (LIVE_BY_BROWSERS, 1)


def test_a_list_is_no_way_to_say_what_a_text_may_not() -> None:
    """A template prints a list of one as what is in it."""
    shop = MemoryWorld(shipped("cart-abandonment"), MORNING).simulation
    shop.ingest(identified("anna", MORNING), added({**EVIL, "name": [EVIL["name"]], "image_url": [EVIL["url"]]}))
    shop.ingest(
        added({**EVIL, "product_id": "y", "name": "Konto gesperrt! evil-shop.com/login", "url": "///evil.example"})
    )
    shop.advance(MORNING + 30 * HOUR)
    assert sent(shop)
    assert "evil" not in html(shop)


def test_links_within_the_shop_lead_there_from_the_mail() -> None:
    shop = MemoryWorld(shipped("cart-abandonment"), MORNING).simulation
    home = json.loads(shipped("cart-abandonment")["settings.json"])["shop"]["url"].rstrip("/")
    shop.ingest(identified("anna", MORNING), added({**BEANS, "url": "/kaffee/x", "image_url": "/bilder/f (1)@2x.jpg"}))
    shop.advance(MORNING + 30 * HOUR)
    assert f'"{home}/kaffee/x"' in html(shop)
    assert f'"{home}/bilder/f%20(1)%402x.jpg"' in html(shop)
