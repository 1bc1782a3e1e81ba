"""Who is on the way keeps the version that they began with."""

from __future__ import annotations

from typing import Any

from anlass.domain.enrolment import Enrolment

from tests.builders import DAY, HOUR
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, sent


def welcome(last: str, **parts: Any) -> dict[str, str]:
    return journey(
        "welcome",
        trigger={"type": "event", "event": "Account Created"},
        steps=[{"wait": "1 day"}, {"id": last, "send": {"template": last}}],
        **parts,
    )


def test_a_new_version_is_for_who_enters_from_now_on() -> None:
    shop = a_simulation(content(welcome("old"), templates=("old", "new")))
    shop.ingest(identified("anna", MORNING), an_event("Account Created", MORNING, "anna"))
    shop.publish(welcome("new"))
    shop.ingest(identified("ben", MORNING + HOUR), an_event("Account Created", MORNING + HOUR, "ben"))
    shop.advance(MORNING + 2 * DAY)
    assert sent(shop) == ["anna@shop.example old", "ben@shop.example new"]


def test_an_exit_that_the_new_version_has_lost_still_counts_for_who_began_with_it() -> None:
    shop = a_simulation(content(welcome("old", exit=[{"event": "Order Completed"}]), templates=("old", "new")))
    shop.ingest(identified("anna", MORNING), an_event("Account Created", MORNING, "anna"))
    shop.publish(welcome("new"))
    shop.ingest(an_event("Order Completed", MORNING + HOUR, "anna", order_id="1"))
    shop.advance(MORNING + 2 * DAY)
    assert sent(shop) == []
    assert [row.outcome for row in shop.store.rows() if isinstance(row, Enrolment)] == ["exit"]


def test_a_journey_that_drains_takes_nobody_and_lets_who_is_in_it_arrive() -> None:
    shop = a_simulation(content(welcome("old"), templates=("old", "new")))
    shop.ingest(identified("anna", MORNING), an_event("Account Created", MORNING, "anna"))
    shop.publish(welcome("new", in_flight="drain"))
    shop.ingest(identified("ben", MORNING + HOUR), an_event("Account Created", MORNING + HOUR, "ben"))
    shop.advance(MORNING + 2 * DAY)
    assert sent(shop) == ["anna@shop.example old"]
