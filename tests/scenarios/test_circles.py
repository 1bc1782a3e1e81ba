"""Journeys that start each other: a circle of them goes round once a minute at most, however it is closed."""

from __future__ import annotations

from typing import Any

import pytest
from anlass.domain.enrolment import Enrolment

from tests.builders import HOUR, MINUTE
from tests.scenarios.test_segments import segment
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey

ORDERED = {"type": "event", "event": "Order Completed"}


def finished(of: str) -> dict[str, Any]:
    where = {"field": "event.properties.journey", "op": "eq", "value": of}
    return {"type": "event", "event": "Journey Finished", "where": where}


def sets(value: int) -> list[dict[str, Any]]:
    return [{"update": {"set": {"flag": value}}}]


FLAGGED = {
    "all": [
        {"field": "profile.orders.count", "op": "gte", "value": 1},
        {"not": {"field": "profile.flag", "op": "eq", "value": 1}},
    ]
}
CIRCLES = {
    "by their ends": [
        journey("a", trigger=[ORDERED, finished("b")], steps=sets(1)),
        journey("b", trigger=finished("a"), steps=sets(2)),
    ],
    "by enrol and an end": [
        journey("a", trigger=[ORDERED, {"type": "enrolled"}], steps=sets(1)),
        journey("b", trigger=finished("a"), steps=[{"enrol": {"journey": "a"}}]),
    ],
    "by a segment": [
        segment("s", FLAGGED),
        journey("a", trigger={"type": "segment", "segment": "s", "change": "entered"}, steps=sets(1)),
        journey("b", trigger={"type": "segment", "segment": "s", "change": "left"}, steps=sets(0)),
    ],
}


@pytest.mark.parametrize("closed", CIRCLES)
def test_a_circle_does_not_go_round_without_end(closed: str) -> None:
    world = a_simulation(content(*CIRCLES[closed]))
    world.ingest(identified("anna", MORNING))
    world.ingest(an_event("Order Completed", MORNING, "anna", order_id="1", total=5))
    world.advance(MORNING + HOUR)
    entered = [row for row in world.store.rows() if isinstance(row, Enrolment)]
    assert 2 <= len(entered) <= 3


def test_what_somebody_does_themselves_is_no_circle() -> None:
    world = a_simulation(content(journey("a", trigger=ORDERED, steps=[{"exit": "so"}])))
    for number in range(3):
        world.ingest(an_event("Order Completed", MORNING + number * MINUTE / 4, "anna", order_id=str(number)))
    assert len([row for row in world.store.rows() if isinstance(row, Enrolment)]) == 3
