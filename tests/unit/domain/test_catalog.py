"""Which triggers an event is shown to."""

from __future__ import annotations

from typing import Any

from anlass.domain.catalog import Catalog
from anlass.domain.condition import Compare, Predicate, compile_condition
from anlass.domain.journey import Journey
from anlass.domain.registry.events import PERSON
from anlass.domain.trigger import AtEvents, EventTrigger, LazyTrigger

from tests.builders import HOUR, a_journey, an_event


def wants(category: str) -> Predicate:
    return compile_condition(Compare("event.properties.category", "eq", category))


def viewed(id_: str, where: Predicate | None = None, **fields: Any) -> Journey:
    return a_journey(id_, triggers=(EventTrigger(f"{id_}/0", "Product Viewed", where),), **fields)


def waiting(id_: str, *events: str, where: Predicate | None = None, **fields: Any) -> Journey:
    trigger = LazyTrigger(f"{id_}/0", frozenset(events), where, frozenset(), ((None, HOUR),))
    return a_journey(id_, triggers=(trigger,), **fields)


def shown(event: str, *journeys: Journey, **properties: Any) -> list[str]:
    catalog = Catalog({journey.id: journey for journey in journeys})
    found: tuple[tuple[Journey, AtEvents], ...] = catalog.starting(an_event(event, properties=properties))
    return [journey.id for journey, _ in found]


def test_an_event_is_shown_to_the_triggers_that_it_may_start_in_the_order_of_the_catalog() -> None:
    journeys = [
        viewed("tea", wants("tea")),
        viewed("all"),
        viewed("coffee", wants("coffee")),
        viewed("tea-2", wants("tea")),
    ]
    assert shown("Product Viewed", *journeys, category="tea") == ["tea", "all", "tea-2"]
    assert shown("Product Viewed", *journeys, category="wine") == ["all"]
    assert shown("Product Added", *journeys, category="tea") == []


def test_one_of_a_thousand_is_shown_where_an_equality_tells_them_apart() -> None:
    journeys = [viewed(f"j{number}", wants(f"c{number}")) for number in range(1000)]
    assert shown("Product Viewed", *journeys, category="c7") == ["j7"]


def test_whoever_waits_for_anything_a_person_does_comes_last() -> None:
    journeys = [waiting("away", PERSON), viewed("all"), waiting("tea-cart", "Product Viewed", where=wants("tea"))]
    assert shown("Product Viewed", *journeys, category="tea") == ["all", "tea-cart", "away"]
    assert shown("Product Viewed", *journeys, category="wine") == ["all", "away"]
    assert shown("Email Delivered", *journeys) == [], "that is nothing the person did"


def test_a_paused_journey_starts_nothing_but_its_timers_keep_their_time() -> None:
    journeys = [viewed("paused", status="off"), waiting("resting", "Product Viewed", status="off"), viewed("live")]
    assert shown("Product Viewed", *journeys) == ["resting", "live"]
