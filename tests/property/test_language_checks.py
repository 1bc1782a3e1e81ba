"""What the checks call impossible is never true, and what they call always true is never false, of anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from anlass.domain.condition import MessageFacts, compile_condition
from anlass.domain.enrolment import Heard
from anlass.language.building import Build, Scope
from anlass.language.checks.clashes import clash
from anlass.language.checks.literals import ways
from anlass.language.checks.possible import kinds_at
from anlass.language.conditions import Clause, Condition
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_CONDITION: TypeAdapter[Clause] = TypeAdapter(Condition)
_ROOTS = frozenset({"event", "entry", "profile", "history", "messages", "journeys", "reachable", "steps"})

# Few values, so that they meet: numbers, numeric text, dates, words, true and false.
scalars = st.sampled_from([0, 1, 2, 2.0, "1", "2", "2.0", "A", "AB", "2026-01-01", "2026-06-01", True, False])
numbers = st.sampled_from([0, 1, 2, 2.5, -1])
dates = st.sampled_from(["2026-01-01", "2026-05-30", "2026-06-01T12:00:00+00:00"])
FIELDS = ("profile.mood", "entry.properties.total", "profile.orders.count", "profile.spend.total")


def compares_of(field: str) -> st.SearchStrategy[Any]:
    def of(values: st.SearchStrategy[Any], *ops: str) -> st.SearchStrategy[Any]:
        return st.builds(lambda op, value: {"field": field, "op": op, "value": value}, st.sampled_from(ops), values)

    return st.one_of(
        of(scalars, "eq", "ne"),
        of(st.lists(scalars, min_size=1, max_size=3), "in", "not_in"),
        of(numbers | dates, "gt", "gte", "lt", "lte"),
        of(dates, "before", "after"),
        of(st.booleans(), "exists"),
        of(st.sampled_from(["1 day", "60 days"]), "within"),
        of(st.sampled_from(["A", "AB", "B", "1"]), "contains", "starts_with"),
    )


compares = st.sampled_from(FIELDS).flatmap(compares_of)
states = st.sampled_from(
    ["sent", "delivered", "opened", "not_opened", "clicked", "not_clicked", "bounced", "skipped"]
).map(lambda state: {"message": "m", "is": state})
journeys = st.sampled_from([{"journey": "j", "is": "active"}, {"journey": "j", "is": "finished"}])
counts = st.dictionaries(
    st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]), st.integers(0, 3), min_size=1, max_size=2
)
behaviours = st.builds(
    lambda count, within: {"event": "Seen", "count": count, **({"within": within} if within else {})},
    counts,
    st.sampled_from([None, "1 day", "30 days"]),
)
conditions = st.recursive(
    compares | states | journeys | behaviours,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda several: {"all": several}),
        st.lists(inner, min_size=1, max_size=3).map(lambda several: {"any": several}),
        inner.map(lambda one: {"not": one}),
    ),
    max_leaves=6,
)

VALUES: list[Any] = [
    *(None, 0, 1, 2, 2.0, -1, 3, 1.5, 2.5, Decimal(2), Decimal("2.5"), Decimal(0), True, False),
    *("1", "2", "2.0", "A", "AB", "ABC", "B", "", "2026-01-01", "2026-03-01", "2026-05-30", "2026-06-01", NOW),
    *(["A", 1], ["AB"], [], {"A": 1}),
]
anything = st.sampled_from(VALUES)
MESSAGES: list[dict[str, MessageFacts]] = [
    {},
    {"m": MessageFacts(skipped=True)},
    *(
        {"m": MessageFacts(sent=True, delivered=delivered, bounced=bounced, opened=opened, clicked=clicked)}
        for delivered, bounced, opened, clicked in product(
            (True, False), (True, False), (None, True, False), (None, True, False)
        )
    ),
]
JOURNEYS: list[dict[str, set[str]]] = [
    {"active": {"j"}, "finished": set()},
    {"active": set(), "finished": {"j"}},
    {"active": set(), "finished": set()},
]
AGES = [(), (1,), (100,), (2000,), (1, 1), (1, 100), (100, 100), (1, 1, 1), (1, 100, 2000), (1, 1, 100, 2000)]


def person(
    value: Any = None,
    orders: int = 0,
    spend: Decimal = Decimal(0),
    messages: Mapping[str, MessageFacts] = MESSAGES[0],
    journeys: Mapping[str, set[str]] = JOURNEYS[0],
    ages: Sequence[int] = (),
) -> dict[str, Any]:
    return {
        "now": NOW,
        "profile": {"mood": value, "orders": {"count": orders}, "spend": {"total": spend}},
        "entry": {"name": "Order Completed", "at": NOW, "id": "e", "properties": {"total": value}},
        "event": {},
        "steps": {},
        "messages": messages,
        "history": {"Seen": [Heard(str(n), "Seen", NOW - timedelta(hours=age), {}) for n, age in enumerate(ages)]},
        "reachable": set(),
        **journeys,
    }


ORDERS = range(5)
SPEND = [Decimal(0), Decimal(1), Decimal(2), Decimal("2.5"), Decimal(9)]
people = st.builds(
    person,
    anything,
    st.sampled_from(ORDERS),
    st.sampled_from(SPEND),
    st.sampled_from(MESSAGES),
    st.sampled_from(JOURNEYS),
    st.sampled_from(AGES),
)
# Everybody who differs in one respect only.
BY_FIELD: dict[str, list[dict[str, Any]]] = {
    "profile.mood": [person(value) for value in VALUES],
    "entry.properties.total": [person(value) for value in VALUES],
    "profile.orders.count": [person(orders=count) for count in ORDERS],
    "profile.spend.total": [person(spend=total) for total in SPEND],
}


def about_one(questions: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Two or three of them, or their opposites, all at once."""
    return st.lists(questions | questions.map(lambda one: {"not": one}), min_size=2, max_size=3).map(
        lambda several: {"all": several}
    )


def check(condition: Any, several: Sequence[Any]) -> None:
    clause = _CONDITION.validate_python(condition)
    build = Build(entry_events=("Order Completed",))
    kinds = kinds_at((), build)
    holds = compile_condition(clause.compiled((), Scope(_ROOTS, ""), build)).test
    for answer in (True, False):
        found = ways(clause, (), is_true=answer)
        if found is not None and all(clash(way, kinds) is not None for way in found):
            assert [holds(each) for each in several] == [not answer] * len(several)


@given(conditions, st.lists(people, min_size=1, max_size=8))
def test_no_condition_is_called_impossible_or_always_true_that_is_not(condition: Any, several: list[Any]) -> None:
    check(condition, several)


@given(st.data())
def test_nothing_is_said_of_a_field_that_some_value_contradicts(data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(BY_FIELD)))
    check(data.draw(about_one(compares_of(field))), BY_FIELD[field])


@given(about_one(states))
def test_nothing_is_said_of_a_message_that_some_message_contradicts(condition: Any) -> None:
    check(condition, [person(messages=each) for each in MESSAGES])


@given(about_one(behaviours))
def test_nothing_is_said_of_what_people_did_that_somebody_contradicts(condition: Any) -> None:
    check(condition, [person(ages=each) for each in AGES])
