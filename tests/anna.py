"""Anna, her cart and her order: what the stories about the rules between the rows have in common."""

from __future__ import annotations

from datetime import timedelta

from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from anlass.domain.profile import State
from anlass.keys import StateKey

from cli.simulation import Simulation
from tests.shop import MORNING, an_event

TEMPLATES = ("first", "second", "last", "thanks")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANNA = "anna@shop.example"


def cart(at: timedelta, **who: str) -> Event:
    return an_event("Product Added", MORNING + at, **(who or {"user": "anna"}), product_id="beans", price=12)  # type: ignore[arg-type]


def order(at: timedelta, arrives: timedelta | None = None, **who: str) -> Event:
    return an_event(
        "Order Completed",
        MORNING + at,
        **(who or {"user": "anna"}),  # type: ignore[arg-type]
        order_id="1001",
        total=12,
        received_at=MORNING + (arrives if arrives is not None else at),
    )


def rows(simulation: Simulation, kind: type) -> list:  # type: ignore[type-arg]
    return [row for row in simulation.store.rows() if isinstance(row, kind)]


def state_of(simulation: Simulation) -> State:
    state = simulation.store.read([StateKey("u:anna")]).state("u:anna")
    assert state is not None
    return state


def the_enrolment(simulation: Simulation) -> Enrolment:
    (row,) = rows(simulation, Enrolment)
    assert isinstance(row, Enrolment)
    return row
