"""What a journey file means: the program, its ids, its conditions; and that a stored one means the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from anlass.domain.condition import Behaviour, Compare, event_facts
from anlass.domain.enrolment import Heard
from anlass.domain.errors import BrokenDefinition
from anlass.domain.journey import Journey
from anlass.domain.trigger import EventTrigger, LazyTrigger
from anlass.language.compiler import compile_journey, journey_from

CONTENT = Path(__file__).parents[2] / "content"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BUY = {"type": "event", "event": "Order Completed"}
SEND = {"send": {"template": "t"}}


def written(**parts: Any) -> dict[str, Any]:
    return {"id": "j", "why": "For tests.", "trigger": BUY, "steps": [SEND], **parts}


def compiled(**parts: Any) -> Journey:
    found = compile_journey("journeys/j.json", json.dumps(written(**parts)))
    assert found.journey is not None, found.diagnostics
    return found.journey


def true(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    who = compiled(who=when).who
    assert who is not None
    return who.test({"now": NOON, "event": {}, "entry": {}, "profile": {}, "history": {}, **facts})


def test_what_is_left_out_has_the_documented_default() -> None:
    journey = compiled()
    assert (journey.status, journey.topic, journey.priority, journey.in_flight) == ("off", "news", 50, "keep")
    assert (journey.entry.again, journey.entry.while_active) == ("always", "ignore")
    assert journey.entry.max_age == timedelta(hours=24)
    assert (journey.who, journey.goal, journey.exits, journey.name) == (None, None, (), "j")
    assert compiled(entry={"per": "order_id"}).entry.again == "never"


def test_triggers_become_what_matching_indexes() -> None:
    abandoned = {
        "type": "abandonment",
        "event": "Checkout Started",
        "unless": ["Order Completed"],
        "after": "45 minutes",
    }
    first, second = compiled(trigger=[BUY, abandoned]).triggers
    assert first == EventTrigger("j/0", "Order Completed")
    assert isinstance(second, LazyTrigger)
    assert (second.key, second.events) == ("j/1", frozenset({"Checkout Started"}))
    assert second.unless == {"Order Completed"}
    assert second.delays == ((None, timedelta(minutes=45)),)


def test_ids_are_given_or_come_from_the_path_and_paths_rejoin_the_list() -> None:
    branch = {
        "branch": [
            {"when": {"reachable": "email"}, "steps": [SEND, {"id": "sleep", "wait": "1 day"}]},
            {"when": {"reachable": "sms"}, "steps": []},
            {"else": [{"exit": "nobody"}]},
        ]
    }
    waiting = {"wait_for": {"first_of": [{"event": "A", "steps": [SEND]}], "timeout": "1 day", "on_timeout": [SEND]}}
    journey = compiled(steps=[branch, waiting, SEND], exit=[{"event": "B", "steps": [SEND, SEND]}])
    follows = {id_: step.next for id_, step in journey.steps.items()}
    assert follows == {
        "1-branch": "2-wait_for",
        "1-1-1-send": "sleep",
        "sleep": "2-wait_for",
        "1-3-1-exit": None,
        "2-wait_for": "3-send",
        "2-1-1-send": "3-send",
        "2-on_timeout-1-send": "3-send",
        "3-send": None,
        "exit-1-1-send": "exit-1-2-send",
        "exit-1-2-send": None,
    }
    assert journey.start == "1-branch"
    assert journey.exits[0].start == "exit-1-1-send"
    assert {each.event for each in journey.awaited} == {"A"}
    assert set(journey.listens) == {"A", "B"}


def test_ids_of_deep_paths_stay_short_and_distinct() -> None:
    steps: list[Any] = [SEND, SEND]
    for _ in range(9):
        steps = [SEND, {"branch": [{"when": {"reachable": "email"}, "steps": steps}]}]
    ids = list(compiled(steps=steps).steps)
    assert len(set(ids)) == 20
    assert all(len(each) <= 40 and not set(each) & set(".#") for each in ids)


def test_traits_have_one_spelling() -> None:
    for name in ("profile.favouriteColour", "profile.favourite_colour", "profile.FavouriteColour"):
        assert true({"field": name, "op": "eq", "value": "blue"}, {"profile": {"favourite_colour": "blue"}})


@pytest.mark.parametrize(
    ("when", "facts"),
    [
        ({"field": "profile.tags", "op": "contains", "value": "vip"}, {"profile": {"tags": ["vip"]}}),
        ({"field": "profile.x", "op": "exists"}, {"profile": {"x": 0}}),
        ({"field": "profile.x", "op": "exists", "value": False}, {}),
        ({"not": {"field": "profile.x", "op": "eq", "value": 1}}, {}),
        ({"any": [{"reachable": "sms"}, {"reachable": "email"}]}, {"reachable": {"email"}}),
        ({"journey": "welcome", "is": "active"}, {"active": {"welcome"}}),
        ({"field": "profile.last_seen", "op": "within", "value": "7 days"}, {"profile": {"last_seen": NOON}}),
        ({"field": "profile.birthday", "op": "before", "value": "2000-01-01"}, {"profile": {"birthday": "1990-05-05"}}),
        (
            {"some": "entry.properties.products", "where": {"field": "item.category", "op": "eq", "value": "coffee"}},
            {"entry": {"properties": {"products": [{"category": "tea"}, {"category": "coffee"}]}}},
        ),
        (
            {"none": "entry.properties.products", "where": {"field": "item.price", "op": "gt", "value": 5}},
            {"entry": {"properties": {"products": [{"price": 4}]}}},
        ),
    ],
)
def test_conditions_mean_what_they_say(when: dict[str, Any], facts: dict[str, Any]) -> None:
    assert true(when, facts)


def test_the_same_product_twice_counts_back_from_the_event_in_a_trigger() -> None:
    twice = {"event": "Product Viewed", "match": "product_id", "count": {"gte": 2}, "within": "3 hours"}
    (trigger,) = compiled(trigger={"type": "event", "event": "Product Viewed", "where": twice}).triggers
    assert isinstance(trigger, EventTrigger)
    where = trigger.where
    assert where is not None
    assert isinstance(where.condition, Behaviour)
    assert where.condition.match == (("product_id", "event.properties.product_id"),)

    def seen(hours: float, product: str = "p") -> Heard:
        return Heard(f"{hours}{product}", "Product Viewed", NOON + timedelta(hours=hours), {"product_id": product})

    at_noon = {"event": event_facts(seen(0)), "now": NOON + timedelta(days=1)}
    assert where.test({**at_noon, "history": {"Product Viewed": [seen(-2.5), seen(0)]}})
    assert not where.test({**at_noon, "history": {"Product Viewed": [seen(-3.5), seen(0)]}})
    assert not where.test({**at_noon, "history": {"Product Viewed": [seen(-1, "q"), seen(0)]}})


def test_elsewhere_a_bare_match_means_the_entrys_property() -> None:
    journey = compiled(
        exit=[{"event": "Order Cancelled", "match": "order_id"}],
        goal={"event": "Product Reviewed", "match": {"order_id": "entry.properties.order_id"}},
    )
    assert journey.exits[0].on.match == journey.goal.on.match if journey.goal else False
    assert journey.matched_properties == ("order_id",)


def test_steps_ask_for_all_the_history_that_any_of_them_reads() -> None:
    def branch(event: str, within: str) -> dict[str, Any]:
        return {"branch": [{"when": {"event": event, "within": within}, "steps": []}]}

    journey = compiled(steps=[branch("A", "1 day"), branch("A", "2 days"), branch("B", "1 hour")])
    assert {(need.event, need.within) for need in journey.asks} == {
        ("A", timedelta(days=1)),
        ("A", timedelta(days=2)),
        ("B", timedelta(hours=1)),
    }


def test_what_any_part_reads_of_an_event_is_known_by_its_name() -> None:
    """Enrolments keep it, however big the event is."""
    basket = {"some": "event.properties.basket.lines", "where": {"field": "item.kind", "op": "eq", "value": "tea"}}
    way = {"branch": [{"when": {"all": [basket, {"field": "entry.properties.mine", "op": "exists"}]}, "steps": [SEND]}]}
    answer = {"id": "ask", "wait_for": {"first_of": [{"event": "Cart Viewed"}], "timeout": "1 day"}}
    later = {"update": {"set": {"rating": "{{ steps.ask.event.properties.rating }}"}}}
    journey = compiled(exit=[{"event": "Order Cancelled", "steps": [way]}], steps=[SEND, answer, later])
    assert journey.event_properties == {"basket", "rating"}


def test_the_version_is_the_content_and_not_its_layout() -> None:
    file = written()
    loose, dense = json.dumps(file, indent=4), json.dumps(dict(reversed(file.items())))
    one, other = (compile_journey("journeys/j.json", text).journey for text in (loose, dense))
    assert one is not None
    assert other is not None
    assert one.version == other.version
    assert len(one.version) == 12
    assert compiled(priority=51).version != one.version


def test_a_stored_journey_runs_as_the_written_one_even_if_numbers_came_back_as_decimals() -> None:
    who = {"field": "profile.cart.value", "op": "gte", "value": 19.5}
    text = json.dumps(written(who=who, priority=7))
    found = compile_journey("journeys/j.json", text)
    assert found.document is not None
    assert found.journey is not None
    for stored in (found.document, json.loads(text, parse_float=Decimal, parse_int=Decimal)):
        again = journey_from(stored)
        assert (again.version, again.priority) == (found.journey.version, 7)
        assert again.who is not None
        assert again.who.condition == Compare("profile.cart.value", "gte", 19.5)
    assert journey_from(found.document, "pinned").version == "pinned"


def test_a_stored_journey_that_cannot_be_read_is_a_broken_definition() -> None:
    with pytest.raises(BrokenDefinition, match="steps"):
        journey_from(written(steps=[{"wait": 5}]))
    with pytest.raises(BrokenDefinition, match="is not right"):
        journey_from(written(steps=[{"exit": "x"}, SEND]))


@pytest.mark.parametrize("path", sorted((CONTENT / "journeys").glob("*.json")), ids=lambda path: path.stem)
def test_the_journeys_that_ship_are_without_fault(path: Path) -> None:
    found = compile_journey(f"journeys/{path.name}", path.read_text())
    assert found.diagnostics == []
    assert found.journey is not None
    assert found.journey.status == "live"
    missing = [path for path in found.needs if not (CONTENT / path).exists()]
    assert missing == []


def test_a_step_cannot_be_changed_after_it_was_compiled() -> None:
    step = compiled().steps["1-send"]
    with pytest.raises(AttributeError):
        step.next = "x"  # type: ignore[misc]
    assert replace(step, next="x").next == "x"  # type: ignore[type-var]


def test_in_a_repeat_a_step_may_ask_about_a_later_one_of_the_round_before() -> None:
    ask = {"branch": [{"when": {"message": "ask", "is": "clicked"}, "steps": []}, {"else": []}]}
    again = {"repeat": {"times": 2, "every": "1 day", "steps": [ask, {"id": "ask", "send": {"template": "t"}}]}}
    assert compiled(steps=[again]).steps
