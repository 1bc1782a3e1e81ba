"""Whoever opens the links of a mail, or lets a machine open them."""

from __future__ import annotations

from datetime import datetime

import pytest
from anlass.domain.event import Event
from anlass.ports import Ticket

from cli.simulation import Simulation
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails, sent
from tests.visiting import Visitor
from tests.worlds import DAY, HOUR

BUTTONS = (
    "<p>{{ imprint }}</p><a href='{{ unsubscribe_url }}'>x</a>"
    "{{ button_url('stay') }} {{ button_url('leave') }} {{ button_url('rating', 5) }}"
)
ASKS = journey(
    "asks",
    trigger={"type": "event", "event": "Product Viewed"},
    steps=[
        mails("asks"),
        {
            "wait_for": {
                "first_of": [
                    {
                        "event": "Button Pressed",
                        "where": {"field": "event.properties.value", "op": "eq", "value": 5},
                        "steps": [mails("thanks")],
                    }
                ],
                "timeout": "30 days",
            }
        },
    ],
)


@pytest.fixture
def shop() -> Simulation:
    files = content(ASKS, templates=("asks", "thanks")) | {"templates/asks/de/body.html": BUTTONS}
    simulation = a_simulation(files)
    simulation.ingest(identified("anna", MORNING))
    simulation.ingest(an_event("Product Viewed", MORNING + HOUR, "anna", product_id="p"))
    simulation.advance(MORNING + 2 * HOUR)
    return simulation


@pytest.fixture
def anna(shop: Simulation) -> Visitor:
    return Visitor(shop)


def token(shop: Simulation, *pressed: str | int, at: datetime = MORNING) -> str:
    mail = shop.mailer.sent[0]
    id_ = f"{mail.tags['enrolment']}.{mail.tags['step']}.{mail.tags['visit']}"
    return shop.links.url("press", Ticket(id_, at, pressed)).rsplit("/", 1)[1]


def pressed(shop: Simulation) -> list[Event]:
    return [event for _, event in shop.event_log.stream if event.name == "Button Pressed"]


def test_a_button_asks_first_and_then_it_is_an_answer(shop: Simulation, anna: Visitor) -> None:
    link = token(shop, "rating", 5)
    page = anna.opens("press", link)
    assert "5 von 5 Sternen: Sehr gut" in page.said
    assert "Bewertung abgeben" in page.said
    assert pressed(shop) == []
    assert "Danke für Ihre Bewertung." in anna.sends("press", link).said
    (event,) = pressed(shop)
    mail = shop.mailer.sent[0].tags
    assert event.properties == {
        "message_id": f"{mail['enrolment']}.asks.1",
        "journey": "asks",
        "step": "asks",
        "template": "asks",
        "channel": "email",
        "button": "rating",
        "value": 5,
    }
    assert [line.split()[1] for line in sent(shop)] == ["asks", "thanks"]


def test_a_value_keeps_its_type(shop: Simulation, anna: Visitor) -> None:
    for value in ("5", 5):
        anna.sends("press", token(shop, "rating", value))
    assert [event.properties["value"] for event in pressed(shop)] == ["5", 5]


def test_pressing_again_is_no_second_answer_however_late(shop: Simulation, anna: Visitor) -> None:
    for days in (0, 0, 3, 200):
        shop.advance(max(shop.clock.now(), MORNING + days * DAY))
        assert anna.sends("press", token(shop, "stay")).status == 200
    assert len(pressed(shop)) == 1


def test_leaving_is_an_objection_at_once(shop: Simulation, anna: Visitor) -> None:
    assert "Wir schicken Ihnen keine Werbung mehr." in anna.sends("press", token(shop, "leave")).said
    assert {event.name for _, event in shop.event_log.stream} >= {"Button Pressed", "Unsubscribed"}
    shop.ingest(identified("anna", MORNING + 3 * HOUR))  # the shop's list still says yes
    shop.ingest(an_event("Product Viewed", MORNING + 4 * HOUR, "anna", product_id="p"))
    shop.advance(MORNING + 60 * DAY)
    assert [line.split()[1] for line in sent(shop)] == ["asks"]


def test_in_a_mail_to_an_earlier_address_only_leaving_is_an_answer(shop: Simulation, anna: Visitor) -> None:
    """Quinn reads it now; he does not answer for her, and does not keep her from being left alone."""
    shop.ingest(identified("anna", MORNING + 3 * HOUR, email="new@shop.example"))
    for answer in (("rating", 5), ("stay",)):
        for page in (anna.opens("press", token(shop, *answer)), anna.sends("press", token(shop, *answer))):
            assert (page.status, "eine frühere E-Mail-Adresse" in page.said) == (410, True)
    assert pressed(shop) == []
    assert anna.sends("press", token(shop, "leave")).status == 200
    assert [event.properties["button"] for event in pressed(shop)] == ["leave"]


def test_no_mail_answers_for_another_person(shop: Simulation, anna: Visitor) -> None:
    stranger = shop.links.url("press", Ticket("somebody-else.asks.1", MORNING, ("leave",))).rsplit("/", 1)[1]
    for broken in (stranger, token(shop, "leave")[:-1], token(shop, "leave") + "A", "x", ""):
        assert anna.sends("press", broken).status == 404
    assert pressed(shop) == []


def test_a_button_without_a_name_is_none(shop: Simulation, anna: Visitor) -> None:
    assert anna.sends("press", token(shop)).status == 404
    assert anna.opens("press", token(shop, 5)).status == 404


def test_unsubscribing_says_so_and_holds(shop: Simulation, anna: Visitor) -> None:
    link = anna.link("unsubscribe", 0)
    assert "Möchten Sie keine Werbung mehr per E-Mail bekommen?" in anna.opens("unsubscribe", link).said
    page = anna.sends("unsubscribe", link)
    assert (page.status, "Sie sind abgemeldet." in page.said) == (200, True)
    assert anna.sends("unsubscribe", link, **{"List-Unsubscribe": "One-Click"}).status == 200
    assert [event.name for _, event in shop.event_log.stream].count("Unsubscribed") == 1
