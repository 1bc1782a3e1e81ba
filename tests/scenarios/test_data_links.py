"""The link to one's data, or to their deletion: it acts for whoever reads the address that the person has now."""

from __future__ import annotations

import re

import pytest
from anlass.domain.erasure import Erasure

from cli.simulation import Simulation
from tests.shipped import shipped
from tests.shop import MORNING
from tests.visiting import Answer, Visitor
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, identify, track

OLD, NEW = "anna@shop.example", "anna@new.example"


@pytest.fixture
def world() -> MemoryWorld:
    world = MemoryWorld(shipped("welcome", "data-request"), MORNING)
    world.batch(identify("anna", MORNING, first_name="Annabel", phone="+491701234567"))
    world.advance(MORNING + 2 * HOUR)
    return world


@pytest.fixture
def shop(world: MemoryWorld) -> Simulation:
    return world.simulation


@pytest.fixture
def anna(shop: Simulation) -> Visitor:
    return Visitor(shop)


def link(shop: Simulation, anna: Visitor, wanted: str) -> str:
    anna.sends("preferences", anna.link("preferences", 0), action=wanted)
    shop.advance(shop.clock.now() + MINUTE)
    return anna.link("data")


def is_being_erased(shop: Simulation) -> bool:
    return any(isinstance(row, Erasure) for row in shop.store.rows())


def leads_nowhere(*answers: Answer) -> bool:
    """Says to whom the link came and what to do, and nothing of the person."""
    return all(
        (each.status, "Dieser Link kam an eine frühere E-Mail-Adresse." in each.said, NEW in each.html)
        == (410, True, False)
        and "moin@example.com" in each.said
        for each in answers
    )


def test_it_gives_out_what_is_kept_to_who_reads_the_mail(shop: Simulation, anna: Visitor) -> None:
    told = anna.sends("data", link(shop, anna, "data"))
    assert told.status == 200
    assert "Annabel" in told.html


@pytest.mark.parametrize("wanted", ["data", "erasure"])
def test_it_works_for_a_day_and_then_no_more(shop: Simulation, anna: Visitor, wanted: str) -> None:
    token = link(shop, anna, wanted)
    shop.advance(shop.clock.now() + DAY - HOUR)
    assert anna.opens("data", token).status == 200
    shop.advance(shop.clock.now() + HOUR)
    for late in (anna.opens("data", token), anna.sends("data", token)):
        assert (late.status, "Dieser Link ist abgelaufen." in late.said, "Annabel" in late.html) == (410, True, False)
    assert not is_being_erased(shop)


@pytest.mark.parametrize("wanted", ["data", "erasure"])
def test_one_that_came_to_an_earlier_address_does_nothing(
    world: MemoryWorld, shop: Simulation, anna: Visitor, wanted: str
) -> None:
    """The mailbox may be lost, sold, or an employer's."""
    token = link(shop, anna, wanted)
    world.batch(identify("anna", shop.clock.now(), email=NEW))
    assert leads_nowhere(anna.opens("data", token), anna.sends("data", token))
    assert not is_being_erased(shop)


@pytest.mark.parametrize("wanted", ["data", "erasure"])
def test_one_reaches_nobody_else_who_the_reader_turns_out_to_be(
    world: MemoryWorld, shop: Simulation, anna: Visitor, wanted: str
) -> None:
    """A device was known by one address; then somebody with another one signs in on it."""
    visitor = identify("", shop.clock.now(), email="visitor@shop.example") | {"anonymousId": "device"}
    world.batch({name: value for name, value in visitor.items() if value})
    world.advance(shop.clock.now() + 2 * HOUR)
    anna.sends("preferences", anna.link("preferences"), action=wanted)
    shop.advance(shop.clock.now() + MINUTE)
    token = anna.link("data")
    assert shop.mailer.sent[-1].recipient == "visitor@shop.example"
    world.batch(identify("ben", shop.clock.now(), "device"))
    assert leads_nowhere(anna.opens("data", token), anna.sends("data", token))
    assert not is_being_erased(shop)


def test_all_events_come_in_parts_where_one_file_cannot_hold_them(
    world: MemoryWorld, shop: Simulation, anna: Visitor
) -> None:
    now = shop.clock.now()
    for batch in range(53):
        many = (track("page", now, "anna", n=n) | {"messageId": f"of-anna-{batch}-{n}"} for n in range(99))
        world.batch(*many)
    token = link(shop, anna, "data")
    page = anna.sends("data", token)
    assert "Es ist zu viel für eine Datei." in page.said
    found: set[str] = set()
    parts = 0
    while True:
        parts += 1
        get, *on = forms(page)
        part = anna.fills_in("data", get, token)
        assert f"Teil {parts}" in part.html
        found |= set(re.findall(r"of-anna-\d+-\d+", part.html))
        if not on:
            break
        page = anna.fills_in("data", on[0], token)
    assert "Das ist der letzte Teil." in page.said
    assert parts >= 2
    assert len(found) == 53 * 99


def test_a_part_that_there_is_not_is_answered_in_words(shop: Simulation, anna: Visitor) -> None:
    token = link(shop, anna, "data")
    for fields in ({"go": "get", "part": "x", "after": "0"}, {"go": "on", "part": "2", "after": "nonsense"}):
        assert anna.fills_in("data", fields, token).status == 400


def forms(page: Answer) -> list[dict[str, str]]:
    """The hidden fields of each form of the page, in order."""
    return [
        dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
        for form in re.findall(r"<form.*?</form>", page.html, re.DOTALL)
    ]
