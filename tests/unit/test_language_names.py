"""Names in journeys that nobody ever sent are most likely slips; what the shop sends is no mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anlass.domain.learning import learn
from anlass.domain.names import MOST_EVENTS, NOTHING_HEARD, ShopNames
from anlass.domain.registry import FIELDS
from anlass.language.compiler import compile_journey

from tests.builders import an_event

SHOP = learn(
    ShopNames(),
    [
        an_event("Sofa Assembled", properties={"minutes": 90, "order_id": "1"}),
        an_event("Product Viewed", properties={"material": "oak"}),
        an_event("Cart Viewed", properties={"products": [{"colour": "red"}]}),
        an_event("identify", kind="identify", traits={"favouriteCoffee": "Sidamo"}),
    ],
)
JUST_SWITCHED_ON = ShopNames(heard=True)


def said(names: ShopNames, **parts: Any) -> list[tuple[str, str, str, str]]:
    """(code, place, message, remedy) of all that is found of the names in a journey."""
    whole = {
        "id": "j",
        "why": "A test.",
        "trigger": {"type": "event", "event": "Product Viewed"},
        "steps": [{"wait": "1 day"}],
        **parts,
    }
    found = compile_journey("journeys/j.json", json.dumps(whole), names).diagnostics
    about_names = [each for each in found if each.code.startswith(("event.", "field."))]
    return [(each.code, each.path, each.message, each.remedy) for each in about_names]


def on(event: str) -> dict[str, Any]:
    return {"trigger": {"type": "event", "event": event}}


def where(field: str, event: str = "Product Viewed") -> dict[str, Any]:
    return {"trigger": {"type": "event", "event": event, "where": {"field": field, "op": "exists"}}}


def who(field: str) -> dict[str, Any]:
    return {"who": {"field": field, "op": "exists"}}


NEAR = "Order Complete"


def test_a_slip_of_the_pen_is_said_before_anything_has_arrived_and_afterwards() -> None:
    remedy = 'Did you mean "Order Completed"? If the shop does send "Order Complete", leave it.'
    place = "trigger.event"
    assert said(NOTHING_HEARD, **on(NEAR)) == [("event.unknown", place, 'No event is called "Order Complete".', remedy)]
    assert said(SHOP, **on(NEAR)) == [("event.unknown", place, '"Order Complete" was never seen.', remedy)]


def test_the_shops_own_names_are_known_and_what_is_near_them_means_them() -> None:
    assert said(SHOP, **on("Sofa Assembled")) == []
    [(_, _, _, remedy)] = said(SHOP, **on("sofa_assembled"))
    assert remedy.startswith('Did you mean "Sofa Assembled"? ')


def test_a_name_that_is_near_nothing_is_said_once_the_shop_has_sent_something() -> None:
    assert said(NOTHING_HEARD, **on("Zebra Fed")) == []
    message, remedy = '"Zebra Fed" was never seen.', 'If the shop does send "Zebra Fed", leave it.'
    for names in (SHOP, JUST_SWITCHED_ON):
        assert said(names, **on("Zebra Fed")) == [("event.unknown", "trigger.event", message, remedy)]


def test_properties_belong_to_their_events() -> None:
    assert said(SHOP, **where("event.properties.material")) == []
    assert said(SHOP, **where("event.properties.minutes", "Sofa Assembled")) == []
    [(code, place, message, remedy)] = said(SHOP, **where("event.properties.minuets", "Sofa Assembled"))
    assert (code, place) == ("field.unknown", "trigger.where.field")
    assert message == '"minuets" was never seen with "Sofa Assembled".'
    assert remedy == 'Did you mean "minutes"? If the shop does send "minuets", leave it.'
    [(_, _, message, _)] = said(SHOP, **where("event.properties.material", "Order Completed"))
    assert message == '"material" was never seen with "Order Completed".'


def test_of_an_event_that_is_not_known_itself_no_property_is_doubted() -> None:
    assert [code for code, *_ in said(SHOP, **where("event.properties.odd", "Zebra Fed"))] == ["event.unknown"]


def test_lines_have_names_too() -> None:
    def some(field: str) -> dict[str, Any]:
        item = {"field": field, "op": "exists"}
        trigger = {
            "type": "event",
            "event": "Cart Viewed",
            "where": {"some": "event.properties.products", "where": item},
        }
        return {"trigger": trigger}

    assert said(SHOP, **some("item.colour")) == []
    [(_, _, message, remedy)] = said(SHOP, **some("item.color"))
    assert message == '"color" was never seen with a product.'
    assert remedy.startswith('Did you mean "colour"? ')
    assert said(NOTHING_HEARD, **some("item.weight")) == []


def test_traits_are_those_that_the_shop_sends() -> None:
    assert said(SHOP, **who("profile.favouriteCoffee")) == []
    assert said(SHOP, **who("profile.address.city")) == []
    [(code, place, message, remedy)] = said(SHOP, **who("profile.favourite_cofee"))
    assert (code, place) == ("field.unknown", "who.field")
    assert message == '"favourite_cofee" was never seen of a person.'
    assert remedy == 'Did you mean "favourite_coffee"? If the shop does send "favourite_cofee", leave it.'
    assert [code for code, *_ in said(JUST_SWITCHED_ON, **who("profile.shoe_size"))] == ["field.unknown"]
    assert said(NOTHING_HEARD, **who("profile.shoe_size")) == []


def test_what_the_journey_itself_writes_is_known() -> None:
    steps = [{"update": {"set": {"shoeSize": 42}}}, {"wait": "1 day"}]
    assert said(SHOP, **who("profile.shoe_size"), steps=steps) == []


def test_names_that_tie_events_together_are_looked_at() -> None:
    found = said(
        SHOP,
        trigger={"type": "event", "event": "Sofa Assembled"},
        entry={"per": "order_di"},
        exit=[{"event": "Order Completed", "match": {"order_di": "entry.properties.order_id"}}],
        goal={"event": "Order Completed", "match": "minutes"},
    )
    assert [(place, message) for _, place, message, _ in found] == [
        ("entry.per", '"order_di" was never seen with "Sofa Assembled".'),
        ("exit[0].match.order_di", '"order_di" was never seen with "Order Completed".'),
        ("goal.match", '"minutes" was never seen with "Order Completed".'),
    ]


def test_once_names_may_be_missing_only_slips_are_said() -> None:
    full = ShopNames({f"Own {n}": {} for n in range(MOST_EVENTS // 2)}, heard=True)
    assert said(full, **on("Zebra Fed")) == []
    assert said(full, **where("event.properties.odd")) == []
    [(_, _, message, _)] = said(full, **on(NEAR))
    assert message == 'No event is called "Order Complete".'


def test_nobody_can_say_that_a_name_never_came_which_would_not_be_learned() -> None:
    assert said(SHOP, **on("Sale 2026-11-28")) == []


@pytest.mark.parametrize("name", ["@update", "@person", "@anything"])
def test_the_systems_word_to_itself_means_nothing_in_a_journey(name: str) -> None:
    [(code, place, message, _)] = said(SHOP, **on(name))
    assert (code, place, message) == ("event.reserved", "trigger.event", f'"{name}" means nothing here.')


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if not field.is_available])
def test_what_a_later_version_will_know_of_people_is_said_to_be_so(name: str) -> None:
    [(code, place, message, _)] = said(SHOP, **who(f"profile.{name}"))
    about = f"{name.split('.')[0].removesuffix('s').title()}s are not available yet"
    assert (code, place, message) == ("field.not_yet", "who.field", f'{about} ("profile.{name}").')


def test_what_a_step_will_leave_behind_later_is_said_to_be_so() -> None:
    steps = [{"id": "gift", "send": {"template": "gift"}}]
    match = {"coupon_id": "steps.gift.coupon.id"}
    [(code, _, message, _)] = said(SHOP, steps=steps, exit=[{"event": "Coupon Redeemed", "match": match}])
    about = "Coupons are not available yet"
    assert (code, message) == ("field.not_yet", f'{about} ("steps.gift.coupon.id").')


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.is_available])
def test_what_is_known_of_people_can_be_asked_for(name: str) -> None:
    assert said(SHOP, **who(f"profile.{name}")) == []
