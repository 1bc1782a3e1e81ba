"""The hosted sign-up page, from the form to the confirmation; and links that are old, used or overtaken by a no."""

from __future__ import annotations

import re

import pytest
from anlass.domain.ledger import Proof

from cli.simulation import Simulation
from tests.shipped import shipped
from tests.shop import MORNING
from tests.visiting import Answer, Visitor
from tests.worlds import DAY, HOUR, MemoryWorld


@pytest.fixture
def shop() -> Simulation:
    return MemoryWorld(shipped("double-opt-in", "welcome"), MORNING).simulation


@pytest.fixture
def visitor(shop: Simulation) -> Visitor:
    return Visitor(shop)


def version(visitor: Visitor) -> str:
    found = re.search(r'name="text_version" value="([^"]+)"', visitor.opens("signup").html)
    assert found is not None
    return found[1]


def signs_up(visitor: Visitor, **fields: str | tuple[str, ...]) -> Answer:
    whole: dict[str, str | tuple[str, ...]] = {"text_version": version(visitor), "topics": "news", **fields}
    return visitor.fills_in("signup", whole)


def mails(shop: Simulation) -> list[str]:
    return [mail.tags["step"] for mail in shop.mailer.sent]


def requests(shop: Simulation) -> int:
    return [event.name for _, event in shop.event_log.stream].count("Subscription Requested")


def test_who_signs_up_is_asked_once_more_and_greeted_when_they_said_yes(shop: Simulation, visitor: Visitor) -> None:
    page = signs_up(visitor, email="dora@shop.example", first_name="Dora", topics=("news", "offers"))
    assert (page.status, "Fast geschafft" in page.said) == (200, True)
    assert mails(shop) == ["ask"]
    asked = visitor.opens("confirm", visitor.link("confirm"))
    assert "Neues aus der Rösterei" in asked.said
    assert "Angebote, Erinnerungen und Rückfragen" in asked.said
    assert "Willkommen!" in visitor.sends("confirm", visitor.link("confirm")).said
    shop.advance(MORNING + HOUR)
    assert mails(shop) == ["ask", "hello"]
    (proof,) = [row for row in shop.store.rows() if isinstance(row, Proof)]
    assert proof.form_url == "https://pages.example/signup"
    assert re.fullmatch(r"signup-1-de-[0-9a-f]{10}", proof.text_version)
    topics, words = proof.words.rsplit("\n", 1)
    assert topics == "☑ Neues aus der Rösterei\n☑ Angebote, Erinnerungen und Rückfragen"
    assert words.startswith("Mit dem Klick auf „Anmelden“ willige ich ein, dass Kaffeekontor Nord GmbH mir")
    assert (proof.requested_ip, proof.confirmed_ip) == ("203.0.113.7", "203.0.113.7")


def test_the_answer_is_the_same_for_whoever_is_known_already(shop: Simulation, visitor: Visitor) -> None:
    first = signs_up(visitor, email="dora@shop.example")
    visitor.sends("confirm", visitor.link("confirm"))
    again = signs_up(visitor, email="dora@shop.example")
    visitor.sends("preferences", visitor.link("preferences"))
    after = signs_up(visitor, email="dora@shop.example")
    assert first.html == again.html == after.html


def test_a_link_is_good_for_seven_days_and_for_one_yes(shop: Simulation, visitor: Visitor) -> None:
    signs_up(visitor, email="dora@shop.example")
    signs_up(visitor, email="emil@shop.example")
    links = [visitor.link("confirm", number) for number in (0, 1)]
    assert "Willkommen!" in visitor.sends("confirm", links[0]).said
    assert "Sie sind schon dabei." in visitor.sends("confirm", links[0]).said
    shop.advance(MORNING + 8 * DAY)
    for answer in (visitor.opens("confirm", links[1]), visitor.sends("confirm", links[1])):
        assert (answer.status, "Dieser Link ist abgelaufen." in answer.said) == (410, True)
    assert mails(shop).count("hello") == 1


def test_a_yes_from_before_a_no_is_none(shop: Simulation, visitor: Visitor) -> None:
    for _ in range(2):
        signs_up(visitor, email="dora@shop.example")
        shop.advance(shop.clock.now() + HOUR)
    first, second = (visitor.link("confirm", number) for number in (0, 1))
    visitor.sends("confirm", first)
    shop.advance(shop.clock.now() + HOUR)
    visitor.sends("unsubscribe", visitor.link("unsubscribe"))
    answer = visitor.sends("confirm", second)
    assert (answer.status, "Dieser Link gilt nicht mehr." in answer.said) == (410, True)


def test_the_code_of_an_sms_is_typed_into_the_page(shop: Simulation, visitor: Visitor) -> None:
    page = signs_up(visitor, phone="0170 1234567", topics="offers")
    assert "Code aus der SMS" in page.said
    (sms,) = shop.texter.sent
    code = re.search(r"\b\d{6}\b", sms.text)
    assert code is not None
    wrong = visitor.sends("signup", phone="0170 1234567", code="000000" if code[0] != "000000" else "111111")
    assert (wrong.status, "Dieser Code stimmt nicht" in wrong.said) == (400, True)
    done = visitor.sends("signup", phone="0170 1234567", code=f" {code[0][:3]} {code[0][3:]} ")
    assert (done.status, "Willkommen!" in done.said) == (200, True)


def test_an_address_and_a_number_are_confirmed_each_by_itself(shop: Simulation, visitor: Visitor) -> None:
    page = signs_up(visitor, email="dora@shop.example", phone="0170 1234567")
    assert "Wir haben Ihnen eine E-Mail geschickt." in page.said
    assert "Code aus der SMS" in page.said
    assert requests(shop) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Bitte eine gültige E-Mail-Adresse"),
        ({"email": "dora"}, "Bitte eine gültige E-Mail-Adresse"),
        ({"email": "dora@shop.example", "topics": ()}, "Bitte wählen Sie mindestens eines aus."),
        ({"email": "dora@shop.example", "birthday": "1990-02-30"}, "Bitte ein Datum, das es gibt."),
        ({"email": "dora@shop.example", "phone": "12"}, "Bitte eine gültige Mobilnummer"),
        ({"email": "dora@shop.example", "topics": "politics"}, "Bitte wählen Sie mindestens eines aus."),
        ({"email": "dora@shop.example", "text_version": "older"}, "Der Text hat sich gerade geändert."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_asked(
    shop: Simulation, visitor: Visitor, fields: dict[str, str | tuple[str, ...]], said: str
) -> None:
    page = signs_up(visitor, **fields)
    assert (page.status, said in page.said) == (400, True)
    assert requests(shop) == 0
    assert mails(shop) == []


def test_an_odd_name_is_left_out_and_the_rest_is_taken(shop: Simulation, visitor: Visitor) -> None:
    page = signs_up(visitor, email="dora@shop.example", first_name="Dora 2")
    assert (page.status, requests(shop)) == (200, 1)
    (event,) = (event for _, event in shop.event_log.stream if event.name == "Subscription Requested")
    assert "Dora" not in str(event.properties)


def test_a_machine_that_fills_in_the_field_that_nobody_sees_is_thanked(shop: Simulation, visitor: Visitor) -> None:
    page = signs_up(visitor, email="robot@shop.example", website="https://spam.example")
    assert page.html == signs_up(visitor, email="dora@shop.example").html
    assert requests(shop) == 1


def test_before_anything_is_published_the_page_asks_for_patience() -> None:
    visitor = Visitor(Simulation(MORNING))
    for answer in (visitor.opens("signup"), visitor.sends("signup", email="dora@shop.example")):
        assert answer.status == 503
