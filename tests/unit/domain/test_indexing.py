"""An event looks only at the triggers whose equality it fits, and at those that ask for none."""

from __future__ import annotations

from typing import Any

import pytest
from anlass.domain.condition import AllOf, AnyOf, Compare, Condition, Items, Not, compile_condition
from anlass.domain.indexing import CHOICES, Index


def index(*conditions: Condition | None) -> Index[int]:
    return Index((compile_condition(each) if each else None, number) for number, each in enumerate(conditions))


def category(value: Any, op: Any = "eq") -> Compare:
    return Compare("event.properties.category", op, value)


CHEAP = Compare("event.properties.price", "lt", 20)
IN_GERMANY = Compare("profile.country", "eq", "DE")


def test_only_those_are_found_whose_equality_fits() -> None:
    found = index(category("tea"), category("coffee"), None, category("tea"), CHEAP)
    assert found.fitting({"category": "tea"}) == (0, 2, 3, 4), "in the order in which they were given"
    assert found.fitting({"category": "wine"}) == (2, 4)
    assert found.fitting({}) == (2, 4)


@pytest.mark.parametrize(
    "condition",
    [
        AllOf((CHEAP, category("tea"))),
        AllOf((CHEAP, AllOf((IN_GERMANY, category("tea"))))),
        category(["tea", "cocoa"], "in"),
        AnyOf((category("tea"), AllOf((CHEAP, category(["cocoa"], "in"))))),
        Items("some", "event.properties.products", AllOf((Compare("item.category", "eq", "tea"), CHEAP))),
        Items("some", "event.properties.products", Compare("item", "eq", "tea")),
    ],
    ids=repr,
)
def test_an_equality_is_found_wherever_it_must_be_true(condition: Condition) -> None:
    tea = {"category": "tea", "products": [{"category": "tea"}, "tea"]}
    coffee = {"category": "coffee", "products": [{"category": "coffee"}, "coffee"]}
    assert index(condition).fitting(tea) == (0,)
    assert index(condition).fitting(coffee) == ()


@pytest.mark.parametrize(
    "condition",
    [
        Not(category("tea")),
        AnyOf((category("tea"), CHEAP)),
        AnyOf((category("tea"), Compare("event.properties.brand", "eq", "x"))),
        AnyOf(()),
        category("tea", "ne"),
        category([str(n) for n in range(CHOICES + 1)], "in"),
        category(["tea", None], "in"),
        category([["tea"]], "in"),
        IN_GERMANY,
        Compare("event.name", "eq", "Product Viewed"),
        Items("every", "event.properties.products", Compare("item.category", "eq", "tea")),
        Items("none", "event.properties.products", Compare("item.category", "eq", "tea")),
        Items("some", "event.properties.products", AnyOf((Compare("item.category", "eq", "tea"), category("tea")))),
        Items("some", "profile.cart", Compare("item.category", "eq", "tea")),
        Items("some", "event.properties.a", Items("some", "item.b", Compare("item.c", "eq", "tea"))),
    ],
    ids=repr,
)
def test_where_no_equality_must_be_true_everybody_is_looked_at(condition: Condition) -> None:
    assert index(condition).fitting({"category": "wine"}) == (0,)


def test_of_several_equalities_the_rarest_is_looked_up() -> None:
    found = index(*(AllOf((Compare("event.properties.currency", "eq", "EUR"), category(f"c{n}"))) for n in range(9)))
    assert found.fitting({"currency": "EUR", "category": "c3"}) == (3,)


def test_what_equals_in_a_condition_is_found() -> None:
    found = index(category(5), category("5"), category(True), category("5.0"))
    assert found.fitting({"category": 5}) == (0, 1, 3)
    assert found.fitting({"category": "5"}) == (0, 1, 3), "the condition itself is asked still"
    assert found.fitting({"category": True}) == (2,)
    assert found.fitting({"category": 1}) == ()
    assert found.fitting({"category": ["5"]}) == ()


def test_an_order_of_several_products_finds_each_trigger_once() -> None:
    some = Items("some", "event.properties.products", Compare("item.category", "in", ["tea", "coffee"]))
    products = [{"category": "coffee"}, {"category": "tea"}, {"category": "tea"}, None, {}]
    assert index(some).fitting({"products": products}) == (0,)
    assert index(some).fitting({"products": "tea"}) == ()
