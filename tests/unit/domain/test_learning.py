"""What is learned of the shop's own names, and what never is."""

from __future__ import annotations

from typing import Any

import pytest
from anlass.domain.event import Event
from anlass.domain.learning import learn, type_of
from anlass.domain.names import (
    MOST_EVENTS,
    MOST_ITEM_PROPERTIES,
    MOST_PROPERTIES,
    MOST_PROPERTIES_IN_ALL,
    MOST_TRAITS,
    ShopNames,
    in_all,
    names_from,
)
from anlass.domain.registry import EVENTS, PropertyType

from tests.builders import an_event

SOFA = an_event("Sofa Assembled", properties={"minutes": 90, "room": "kitchen"})


def learned(*events: Event, before: ShopNames | None = None) -> ShopNames:
    return learn(before or ShopNames(), events)


def letters(number: int) -> str:
    """A name for each number, without digits."""
    return "".join(chr(97 + int(digit)) for digit in str(number))


def many(number: int, **fields: Any) -> list[Event]:
    return [an_event(f"Own {letters(n)}", **fields) for n in range(number)]


def sent(properties: dict[str, Any], name: str = "Sofa Assembled", **fields: Any) -> Event:
    return an_event(name, properties=properties, **fields)


def identified(**traits: Any) -> Event:
    return an_event("identify", kind="identify", traits=traits)


def test_an_event_of_the_shops_own_is_learned_with_what_it_carries() -> None:
    assert learned(SOFA) == ShopNames({"Sofa Assembled": {"minutes": "integer", "room": "string"}}, heard=True)


def test_of_a_registered_event_only_what_the_registry_does_not_know() -> None:
    names = learned(an_event("Product Viewed", properties={"product_id": "4", "material": "oak"}))
    assert names.events == {"Product Viewed": {"material": "string"}}
    assert learned(an_event("Product Viewed", properties={"product_id": "4"})) == ShopNames(heard=True)


def test_the_same_again_is_no_news() -> None:
    names = learned(SOFA, identified(pets=["cat"]))
    assert learn(names, [SOFA, identified(pets=["dog"]), an_event("Order Completed")]) is names


def test_traits_are_learned_in_their_one_spelling_without_those_that_everybody_sends() -> None:
    names = learned(identified(favouriteCoffee="Sidamo", email="a@b.c", address={"city": "Kiel"}, orders=3))
    assert names.traits == {"favourite_coffee": "string"}


def test_what_a_journey_writes_is_a_trait_too() -> None:
    names = learned(sent({"set": {"favourite": "tea"}}, "@update", source="system"))
    assert (names.traits, names.heard) == ({"favourite": "string"}, True)


def test_what_we_say_ourselves_teaches_nothing() -> None:
    nothing = ShopNames()
    assert learn(nothing, [sent({"odd": 1}, "Email Sent", source="system")]) is nothing


def test_lines_of_orders_and_lists_share_their_names() -> None:
    lines = [{"sku": "a", "colour": "red"}, "no line", {"colour": "blue", "weight": 1.5}]
    names = learned(sent({"products": lines}, "Order Completed"), sent({"products": "none"}, "Cart Viewed"))
    assert names.items == {"colour": "string", "weight": "number"}
    assert names.events == {}


def test_pages_carry_names_and_groups_and_aliases_none() -> None:
    names = learned(
        sent({"title": "Home", "teaser": "a"}, "page", kind="page"),
        sent({"plan": "b"}, "group", kind="group"),
        sent({"x": "b"}, "alias", kind="alias"),
    )
    assert names.events == {"page": {"teaser": "string"}}


@pytest.mark.parametrize(
    "key",
    [
        "anna@shop.example",
        "4711",
        "+49 171 2345678",
        "order-20260302",
        "https://shop.example",
        "a" * 81,
        "a\nb",
        "…",
        "ü" * 41,
    ],
)
def test_what_looks_like_data_is_never_learned(key: str) -> None:
    names = learned(an_event(key), sent({key: 1}), sent({"products": [{key: 1}]}), identified(**{key: 1}))
    assert names == ShopNames({"Sofa Assembled": {"products": "objects"}}, heard=True)


@pytest.mark.parametrize("name", ["Black Friday 2026", "Schuhgröße EU", "order.completed", "x", "店铺"])
def test_names_may_be_in_any_language(name: str) -> None:
    assert set(learned(an_event(name)).events) == {name}


def test_a_property_that_no_path_can_name_is_not_offered() -> None:
    assert learned(sent({"a.b": 1})).events == {"Sofa Assembled": {}}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "integer"),
        ([1, 2.5, 1], "number"),
        (["1", 1, "1"], "any"),
        ([None, True], "boolean"),
        ([[], ["a"]], "strings"),
        ([["a", 1]], "any"),
        ([[{"a": 1}]], "objects"),
        ([{"a": 1}], "object"),
    ],
    ids=repr,
)
def test_a_type_is_what_all_values_have_in_common(values: list[Any], kind: PropertyType) -> None:
    names = learned(*(sent({"it": value}) for value in values))
    assert names.events["Sofa Assembled"] == {"it": kind}


def test_what_is_empty_has_no_type() -> None:
    assert (type_of(None), type_of([])) == (None, None)
    assert learned(sent({"it": None, "list": []})).events == {"Sofa Assembled": {}}


class TestTheRoom:
    def test_for_events_is_bounded(self) -> None:
        names = learned(*many(MOST_EVENTS + 50, properties={"a": 1}))
        assert len(names.events) == MOST_EVENTS
        assert learn(names, [an_event("One More"), sent({"odd": 1}, "Product Viewed")]) is names

    def test_for_properties_is_bounded_for_each_event_and_in_all(self) -> None:
        wide = {letters(n): n for n in range(MOST_PROPERTIES + 5)}
        assert len(learned(sent(wide)).events["Sofa Assembled"]) == MOST_PROPERTIES
        names = learned(*many(100, properties=wide))
        assert in_all(names.events) == MOST_PROPERTIES_IN_ALL
        assert learn(names, many(100, properties={**wide, "odd": 1})) is names

    def test_for_lines_and_traits_is_bounded(self) -> None:
        wide = {letters(n): n for n in range(MOST_TRAITS + 5)}
        names = learned(identified(**wide), sent({"products": [wide]}))
        assert (len(names.traits), len(names.items)) == (MOST_TRAITS, MOST_ITEM_PROPERTIES)

    def test_is_filled_by_browsers_to_the_half_and_the_server_has_the_rest(self) -> None:
        flooded = learned(*many(MOST_EVENTS, source="browser", properties={letters(n): n for n in range(60)}))
        assert len(flooded.events) == MOST_EVENTS // 2
        assert in_all(flooded.events) == MOST_PROPERTIES_IN_ALL // 2
        assert learned(SOFA, before=flooded).events["Sofa Assembled"] == {"minutes": "integer", "room": "string"}

    def test_of_what_never_came_nothing_is_said_once_names_may_be_missing(self) -> None:
        empty, few, full = ShopNames(), learned(SOFA), learned(*many(MOST_EVENTS // 2, source="browser"))
        assert [names.misses_no_event for names in (empty, few, full)] == [False, True, False]
        wide = learned(sent({letters(n): n for n in range(MOST_PROPERTIES)}))
        said = [names.misses_no_property(["Sofa Assembled"]) for names in (empty, few, full, wide)]
        assert said == [False, True, False, False]
        assert wide.misses_no_property(["Product Viewed"])


def test_all_names_are_those_of_the_registry_and_the_shops_own() -> None:
    names = learned(SOFA, identified(pets=1), sent({"products": [{"colour": "red"}]}, "Cart Viewed"))
    assert names.event_names() == {*EVENTS, "Sofa Assembled"}
    assert names.properties_of(["Sofa Assembled", "Products Searched", "Never"]) == {"minutes", "room", "query"}
    assert {"colour", "sku"} <= names.item_names()
    assert {"pets", "email", "orders", "address"} <= names.trait_names()


def test_names_come_back_from_json_and_what_has_another_shape_is_passed_over() -> None:
    names = learned(SOFA, identified(pets=["cat"]), sent({"products": [{"colour": "red"}]}))
    assert names_from(names.document()) == names
    assert names_from({"events": {"A": {"b": "from a later release"}, "C": 7}, "traits": [], "more": 1}) == ShopNames(
        {"A": {"b": "any"}, "C": {}}, heard=True
    )
    assert names_from("nothing") == ShopNames(heard=True)
