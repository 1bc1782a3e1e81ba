"""Whatever a shop, or somebody with its browser key, sends: names are learned once, bounded, and no data among them."""

from __future__ import annotations

from typing import Any

from anlass.domain.event import Event
from anlass.domain.learning import LONGEST, MOST_DIGITS, learn
from anlass.domain.names import (
    MOST_EVENTS,
    MOST_ITEM_PROPERTIES,
    MOST_PROPERTIES,
    MOST_TRAITS,
    NOTHING_HEARD,
    ShopNames,
    names_from,
)
from anlass.domain.registry import EVENTS
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import an_event

keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(
    ["material", "anna@shop.example", "+49 171 2345678", "a.b", "order_id", "firstName", "long" * 21]
)
plain = st.sampled_from([None, True, 1, 2.5, "text"])
values = plain | st.lists(plain | st.just({"a": 1}), max_size=2) | st.just({"a": 1})
objects = st.dictionaries(keys, values, max_size=4)


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind: Any = draw(st.sampled_from(["track", "track", "identify", "page", "group"]))
    name = draw(keys | st.sampled_from([*EVENTS, "Sofa Assembled"])) if kind == "track" else kind
    properties: dict[str, Any] = draw(objects)
    if draw(st.booleans()):
        properties["products"] = draw(st.lists(objects, max_size=2))
    source: Any = draw(st.sampled_from(["server", "browser", "system"]))
    return an_event(name, kind=kind, source=source, properties=properties, traits=draw(objects))


def all_names(names: ShopNames) -> list[str]:
    properties = [name for types in names.events.values() for name in types]
    return [*names.events, *properties, *names.items, *names.traits]


@given(st.lists(events(), max_size=5))
def test_the_same_events_again_teach_nothing(told: list[Event]) -> None:
    names = learn(NOTHING_HEARD, told)
    assert learn(names, told) is names
    assert learn(names, reversed(told)) is names
    assert names_from(names.document()) == ShopNames(names.events, names.items, names.traits, heard=True)


@given(st.lists(events(), max_size=5))
def test_no_name_looks_like_data_and_all_have_room(told: list[Event]) -> None:
    names = learn(NOTHING_HEARD, told)
    for name in all_names(names):
        assert "@" not in name
        assert sum(sign.isdigit() for sign in name) <= MOST_DIGITS
        assert len(name.encode()) <= LONGEST
    assert len(names.events) <= MOST_EVENTS
    assert all(len(types) <= MOST_PROPERTIES for types in names.events.values())
    assert len(names.items) <= MOST_ITEM_PROPERTIES
    assert len(names.traits) <= MOST_TRAITS
    assert names.heard == any(event.source != "system" for event in told)


@given(st.lists(events(), max_size=4), st.lists(events(), max_size=4))
def test_it_does_not_matter_how_events_come_together(first: list[Event], second: list[Event]) -> None:
    at_once = learn(NOTHING_HEARD, [*first, *second])
    assert learn(learn(NOTHING_HEARD, first), second) == at_once
