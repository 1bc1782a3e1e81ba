"""Between two of the times that are named, time alone changes no condition. That is what lets days be passed over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from anlass.domain.ageing import turns
from anlass.domain.condition import AllOf, AnyOf, Behaviour, Compare, Condition, Items, Not, compile_condition
from anlass.domain.enrolment import Heard
from anlass.domain.person import Person, person_facts
from anlass.domain.profile import Orders
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DAY, MINUTE, NOON, a_state, heard, some_attributes

UNTIL = NOON + 800 * DAY
INSTANT = timedelta(microseconds=1)
PAST = st.integers(-100 * 1440, 1440).map(lambda minutes: NOON + minutes * MINUTE)
DATES = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.dates(datetime(1924, 1, 1).date(), datetime(2028, 3, 1).date()).map(str),  # noqa: DTZ001
    st.sampled_from(("1996-02-29", "2027-02-29", "0001-01-01", "9999-12-31", "soon", None, 5)),
)
SPANS = st.one_of(st.timedeltas(timedelta(0), 200 * DAY), st.sampled_from(("1 hour", "7 days", "60 days", "500 weeks")))
NAMES = st.sampled_from(("Product Viewed", "Order Completed"))
WHEN = st.sampled_from(("profile.last_seen", "profile.orders.last_at", "profile.ends", "profile.birthday"))
BOUNDS = st.lists(st.tuples(st.sampled_from(("gte", "lt", "eq")), st.integers(0, 3)), min_size=1, max_size=2).map(tuple)
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Compare, WHEN, st.just("within"), SPANS),
    st.builds(Compare, st.just("profile.age"), st.sampled_from(("eq", "gte", "lt")), st.integers(0, 100)),
    st.builds(Compare, WHEN, st.sampled_from(("before", "after", "exists")), st.just("2027-01-01")),
    st.builds(Compare, st.just("profile.orders.count"), st.just("gte"), st.integers(0, 2)),
    st.builds(
        Behaviour,
        NAMES,
        st.none() | st.builds(Compare, st.just("event.properties.price"), st.just("gte"), st.integers(0, 9)),
        BOUNDS,
        st.none() | st.timedeltas(timedelta(0), 120 * DAY),
    ),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
EVENTS = st.lists(
    st.builds(lambda name, at, price: heard(name, at, properties={"price": price}), NAMES, PAST, st.integers(0, 9)),
    max_size=6,
)
PEOPLE = st.builds(
    lambda seen, ordered, **traits: Person(
        a_state(last_seen=seen, orders=Orders(1, last_at=ordered)), some_attributes(traits=traits)
    ),
    st.none() | PAST,
    st.none() | PAST,
    birthday=DATES,
    ends=DATES,
)


@given(CONDITIONS, PEOPLE, EVENTS, st.floats(0, 1))
def test_a_condition_stays_what_it_is_until_the_next_turn(
    condition: Condition, person: Person, events: list[Heard], part: float
) -> None:
    history: dict[str, list[Heard]] = {"Product Viewed": [], "Order Completed": []}
    for event in events:
        history[event.name].append(event)

    def facts(at: datetime) -> dict[str, Any]:
        return person_facts(person, "offers", "EUR", at, history)

    found = turns([condition], facts(NOON), NOON, UNTIL)
    assert found is not None
    assert found == sorted(found)
    test = compile_condition(condition).test
    for start, end in pairwise([NOON, *found, UNTIL + INSTANT]):
        between = start + (end - INSTANT - start) * part
        assert test(facts(start)) == test(facts(between)) == test(facts(end - INSTANT))


ANY_TIME: st.SearchStrategy[Condition] = st.sampled_from(
    (
        Items("some", "profile.contracts", Compare("item.ends", "within", "30 days")),
        Behaviour("Trip Booked", Compare("event.properties.starts", "within", "7 days"), (("gte", 1),), None),
        Behaviour("Trip Booked", None, (("gte", 1),), None, (("age", "profile.age"),)),
        Compare("profile.score.total", "gte", 50),
    )
)


@given(ANY_TIME, st.lists(CONDITIONS, max_size=2), PEOPLE)
def test_what_is_hidden_in_lists_and_events_may_turn_at_any_time(
    hidden: Condition, others: list[Condition], person: Person
) -> None:
    facts = person_facts(person, "offers", "EUR", NOON, {})
    assert turns([*others, AnyOf((Not(hidden),))], facts, NOON, UNTIL) is None
