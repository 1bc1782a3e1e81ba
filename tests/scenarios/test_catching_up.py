"""What no inbox holds is found in the events table, and means there what it would have meant in the inbox."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from anlass.domain.changes import Append, CatchUp
from anlass.domain.enrolment import INBOX, SWEEP_AFTER, Enrolment, Heard
from anlass.domain.event import Event

from cli.simulation import Simulation
from tests.builders import DAY, HOUR, MINUTE
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, sent

ANNA = "anna@shop.example"
WELCOME = journey(
    "welcome",
    trigger={"type": "event", "event": "Account Created"},
    exit=[{"event": "Order Completed", "steps": []}],
    steps=[
        {
            "wait_for": {
                "first_of": [{"event": "Product Viewed", "steps": [{"id": "seen", "send": {"template": "seen"}}]}],
                "timeout": "5 days",
                "on_timeout": [{"id": "unseen", "send": {"template": "unseen"}}],
            }
        }
    ],
)


@pytest.fixture
def shop() -> Simulation:
    """Anna has signed up; her enrolment's inbox is full, and the words of that were lost."""
    shop = a_simulation(content(WELCOME, templates=("seen", "unseen")))
    shop.ingest(identified("anna", MORNING), happens("Account Created", MORNING))
    filler = tuple(Heard(f"f{n}", "Product Viewed", MORNING - DAY) for n in range(INBOX))
    shop.store.commit([Append(the_enrolment(shop).id, filler, shop.clock.now() + HOUR)])
    shop.lose_requests()
    return shop


def happens(name: str, at: datetime, arrives: datetime | None = None, **who: str) -> Event:
    return an_event(name, at, **(who or {"user": "anna"}), received_at=arrives or at, product_id="beans")  # type: ignore[arg-type]


def the_enrolment(shop: Simulation) -> Enrolment:
    [row] = [row for row in shop.store.rows() if isinstance(row, Enrolment)]
    return row


def test_an_answer_is_found(shop: Simulation) -> None:
    shop.ingest(happens("Product Viewed", MORNING + MINUTE))
    shop.advance(MORNING + HOUR)
    assert sent(shop) == [f"{ANNA} seen"]


def test_history_answers_nothing_there_either(shop: Simulation) -> None:
    shop.clock.set(MORNING + 2 * DAY)
    shop.ingest(happens("Product Viewed", MORNING + MINUTE, arrives=MORNING + 2 * DAY))
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{ANNA} unseen"]


def test_what_the_person_did_under_another_name_is_found(shop: Simulation) -> None:
    shop.ingest(happens("Page Dwelled", MORNING, user="anna", anonymous="phone"))
    shop.ingest(happens("Order Completed", MORNING + MINUTE, anonymous="phone"))
    shop.advance(MORNING + HOUR)
    assert the_enrolment(shop).outcome == "exit"


def test_what_a_fast_clock_dates_ahead_is_found(shop: Simulation) -> None:
    shop.ingest(happens("Order Completed", MORNING + 3 * HOUR, arrives=MORNING + MINUTE))
    shop.advance(MORNING + HOUR)
    assert the_enrolment(shop).outcome == "exit"


def test_what_came_between_the_event_that_enrols_and_the_enrolment_is_found() -> None:
    """Bought a minute after signing up; the sign-up arrives half an hour later, by another way."""
    shop = a_simulation(content(WELCOME, templates=("seen", "unseen")))
    shop.ingest(identified("anna", MORNING), happens("Order Completed", MORNING + MINUTE))
    shop.advance(MORNING + 30 * MINUTE)
    shop.ingest(happens("Account Created", MORNING, arrives=MORNING + 30 * MINUTE))
    shop.advance(MORNING + timedelta(days=10))
    assert the_enrolment(shop).outcome == "exit"
    assert sent(shop) == []


def test_a_flag_to_catch_up_whose_wake_was_lost_heals_within_minutes() -> None:
    shop = a_simulation(content(WELCOME, templates=("seen", "unseen")))
    shop.ingest(identified("anna", MORNING), happens("Account Created", MORNING))
    shop.event_log.put([happens("Order Completed", MORNING + MINUTE)])
    shop._read_events += 1
    shop.store.commit([CatchUp(the_enrolment(shop).id, "Order Completed", MORNING + SWEEP_AFTER)])
    shop.lose_requests()
    shop.advance(MORNING + 6 * MINUTE)
    assert the_enrolment(shop).outcome == "exit"
