"""Conditions and durations are total: whatever a shop sends, they answer and never raise. And the code that is
generated of a condition, and the index of them, answer as the plain reading of each does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from anlass.domain.comparing import Operator, as_time
from anlass.domain.condition import (
    AllOf,
    AnyOf,
    Behaviour,
    Compare,
    Condition,
    InSegment,
    Items,
    JourneyIs,
    MessageFacts,
    MessageIs,
    Not,
    Reachable,
    compile_condition,
    passes,
)
from anlass.domain.duration import LONGEST, parse_duration
from anlass.domain.enrolment import Heard
from anlass.domain.indexing import Index
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_conditions import compares, is_true

NAMES = ("a", "b", "properties", "item")
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(allow_nan=False),
    st.text(max_size=12),
    st.from_regex(r"[+-]?\d{1,12}(\.\d{1,4})?", fullmatch=True),
    st.from_regex(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z)?)?", fullmatch=True),
    TIMES,
    st.dates(date(1, 1, 2), date(9999, 12, 30)),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
)
PATHS = st.lists(st.sampled_from((*NAMES, "event", "profile")), min_size=1, max_size=4).map(".".join)
DURATIONS = st.timedeltas(timedelta(0), LONGEST)


def comparisons() -> st.SearchStrategy[Condition]:
    ops = st.sampled_from(sorted({*get_args(Operator)} - {"within"}))
    other = st.builds(Compare, PATHS, ops, VALUES)
    return other | st.builds(Compare, PATHS, st.just("within"), DURATIONS)


LEAVES: st.SearchStrategy[Condition] = st.one_of(
    comparisons(),
    st.builds(
        MessageIs,
        st.sampled_from(NAMES),
        st.sampled_from(("sent", "delivered", "opened", "not_opened", "clicked", "not_clicked", "bounced", "skipped")),
    ),
    st.builds(JourneyIs, st.sampled_from(NAMES), st.sampled_from(("active", "finished"))),
    st.builds(Reachable, st.sampled_from(("email", "sms"))),
    st.builds(InSegment, st.sampled_from(NAMES)),
)


def trees(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, max_size=3).map(tuple)
    bounds = st.lists(st.tuples(st.sampled_from(("eq", "gte", "lt")), st.integers(0, 3)), max_size=2).map(tuple)
    matches = st.lists(st.tuples(st.sampled_from(NAMES), PATHS), max_size=2).map(tuple)
    within = st.none() | DURATIONS
    return st.one_of(
        st.builds(AllOf, parts),
        st.builds(AnyOf, parts),
        st.builds(Not, inner),
        st.builds(Items, st.sampled_from(("some", "every", "none")), PATHS, inner),
        st.builds(Behaviour, st.just("a"), st.none() | inner, bounds, within, matches),
    )


CONDITIONS = st.recursive(LEAVES, trees, max_leaves=8)
PROPERTIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3)
RECENT = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
HEARD = st.builds(Heard, st.just("m"), st.just("a"), RECENT, PROPERTIES)
FACTS = st.fixed_dictionaries(
    {"now": RECENT, "event": st.builds(lambda at, p: {"name": "a", "at": at, "properties": p}, RECENT, PROPERTIES)},
    optional={
        "profile": PROPERTIES,
        "a": VALUES,
        "item": VALUES,
        "history": st.fixed_dictionaries({}, optional={"a": st.lists(HEARD, max_size=4)}),
        "messages": st.fixed_dictionaries({}, optional={"a": st.builds(MessageFacts)}),
        "active": st.sets(st.sampled_from(NAMES)),
        "reachable": st.sets(st.sampled_from(("email",))),
        "segments": st.dictionaries(st.sampled_from(NAMES), comparisons().map(compile_condition), max_size=2),
    },
)


@given(CONDITIONS, st.sampled_from(("now", "event")), FACTS)
def test_a_condition_is_true_or_false_of_everybody(condition: Condition, anchor: Any, facts: dict[str, Any]) -> None:
    predicate = compile_condition(condition, anchor)
    answer = predicate.test(facts)
    assert isinstance(answer, bool)
    assert compile_condition(Not(condition), anchor).test(facts) is not answer


@given(CONDITIONS)
def test_a_condition_is_true_or_false_of_nothing_at_all(condition: Condition) -> None:
    """An event's `where` is asked with the event alone."""
    event = {"name": "a", "at": datetime(2026, 3, 2, tzinfo=UTC), "properties": {}}
    assert isinstance(compile_condition(condition, "event").test({"event": event}), bool)


@given(CONDITIONS, st.sampled_from(("now", "event")), FACTS)
def test_the_generated_code_answers_as_the_plain_reading_does(
    condition: Condition, anchor: Any, facts: dict[str, Any]
) -> None:
    assert compile_condition(condition, anchor).test(facts) is is_true(condition, facts, anchor)


# Values that are often equal, or nearly: where ints, floats, decimals and texts meet, and where floats get coarse.
NEARLY_ALIKE: list[Any] = [
    *(None, True, False, "true", "", "5", "5.0", "05", "+5", "٥", 5, 5.0, Decimal(5), Decimal("5.00"), -0.0, 0),
    *(0.1, "0.1", Decimal("0.1"), 0.1 + 0.2, 1 / 3, 1e-9, 1e16, 10**16, 1e23, 10**23, Decimal("1e23"), 10**400),
    *(float("nan"), Decimal("NaN"), float("inf"), float("-inf"), Decimal("Infinity"), "nan", "1e5", "a", "b", "ab"),
    *(2**53 - 1, 2**53, 2**53 + 1, float(2**53), float(2**53 + 2), str(2**53 + 1), -(2**53) - 1, -float(2**53)),
    *(2**56, float(2**56), 72057594037927940, "2026-03-02", "2026-03-02T01:00:00+01:00"),  # as 2.0**56 is written
    *(date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2), timedelta(days=1)),  # noqa: DTZ001
    *([], [5], (5,), ["a", 5.0], ("5", "b"), {}, {"a": 5}),
]
ALIKE = st.sampled_from(NEARLY_ALIKE)
OPERATORS = st.sampled_from([op for op in get_args(Operator) if op != "within"])
EVENT_FIELDS = st.sampled_from(("a", "event", "event.properties", "event.properties.a", "event.properties.a.b", "item"))
NEAR = st.builds(Compare, EVENT_FIELDS, OPERATORS, ALIKE)
NEAR_ITEMS = st.builds(Compare, st.sampled_from(("item", "item.a", "event.properties.a")), OPERATORS, ALIKE)
NEAR_LISTS = st.builds(
    Items,
    st.sampled_from(("some", "every", "none")),
    st.sampled_from(("event.properties.b", "item.b")),
    NEAR_ITEMS | st.builds(AllOf, st.tuples(NEAR_ITEMS, NEAR_ITEMS)),
)


@pytest.mark.parametrize("op", [op for op in get_args(Operator) if op != "within"])
def test_what_is_nearly_alike_compares_as_it_should(op: Any) -> None:
    for right in NEARLY_ALIKE:
        test = compile_condition(Compare("event.x", op, right)).test
        for left in NEARLY_ALIKE:
            assert test({"event": {"x": left}}) is compares(left, op, right), (left, op, right)


@given(ALIKE, st.sampled_from(("in", "not_in")), st.lists(ALIKE, max_size=3))
def test_what_is_nearly_alike_is_found_in_lists_as_it_should_be(left: Any, op: Any, right: Any) -> None:
    assert holds(left, op, right) is compares(left, op, right)


NEAR_TREES = st.recursive(NEAR | NEAR_LISTS, trees, max_leaves=8)


@given(NEAR_TREES, ALIKE, ALIKE, st.lists(ALIKE | st.just({"a": 5, "b": [5]})))
def test_trees_of_what_is_nearly_alike_answer_as_their_plain_reading_does(
    condition: Condition, a: Any, nested: Any, items: list[Any]
) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    properties = {"a": {"b": nested} if a is None else a, "b": items}
    past = [Heard("m1", "a", now, {"a": nested}), Heard("m2", "a", now - timedelta(days=2), properties)]
    facts = {"now": now, "event": {"name": "a", "id": "m", "at": now, "properties": properties}, "a": a}
    facts["history"] = {"a": past}
    assert compile_condition(condition).test(facts) is is_true(condition, facts, "now")


def holds(left: Any, op: Any, right: Any) -> bool:
    return compile_condition(Compare("event.x", op, right)).test({"event": {"x": left}})


FIELDS = st.sampled_from([f"event.properties.{name}" for name in ("a", "a.b", "b")])
EQUALITIES = st.builds(Compare, FIELDS, st.just("eq"), ALIKE) | st.builds(
    Compare, FIELDS, st.just("in"), st.lists(ALIKE, max_size=3)
)
OF_ITEMS = st.builds(Compare, st.sampled_from(("item", "item.a", "event.properties.a")), st.just("eq"), ALIKE)
WHERES = st.recursive(
    EQUALITIES | st.builds(Items, st.sampled_from(("some", "every")), FIELDS, OF_ITEMS) | NEAR | NEAR_LISTS,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Items, st.just("some"), FIELDS, inner),
    ),
    max_leaves=4,
)


@given(st.lists(st.none() | WHERES, max_size=8), ALIKE, ALIKE, st.lists(ALIKE | st.just({"a": 5, "b": [5]})))
def test_with_an_index_the_same_ones_are_found_as_by_looking_at_each(
    conditions: list[Condition | None], a: Any, nested: Any, items: list[Any]
) -> None:
    properties = {"a": {"b": nested} if a is None else a, "b": items}
    facts = {"now": datetime(2026, 3, 2, tzinfo=UTC), "event": {"name": "a", "properties": properties}}
    predicates = [None if condition is None else compile_condition(condition) for condition in conditions]
    found = Index((predicate, number) for number, predicate in enumerate(predicates)).fitting(properties)
    one_by_one = [number for number, predicate in enumerate(predicates) if passes(predicate, facts)]
    assert [number for number in found if passes(predicates[number], facts)] == one_by_one


@given(VALUES, VALUES)
def test_equal_and_unequal_are_never_both_true(one: Any, other: Any) -> None:
    assert holds(one, "eq", other) is holds(other, "eq", one)
    assert not (holds(one, "eq", other) and holds(one, "ne", other))


@given(VALUES, VALUES)
def test_order_has_one_direction(one: Any, other: Any) -> None:
    assert holds(one, "lt", other) is holds(other, "gt", one)
    assert not (holds(one, "lt", other) and holds(one, "gte", other))


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_a_number_and_its_text_compare_alike(one: int, other: int) -> None:
    for op in ("eq", "ne", "lt", "lte", "gt", "gte"):
        answers = {
            holds(left, op, right)
            for left in (one, float(one), Decimal(one))
            for right in (other, str(other), Decimal(other))
        }
        assert len(answers) == 1


@given(VALUES)
def test_what_is_read_as_a_time_says_its_zone(value: Any) -> None:
    moment = as_time(value)
    assert moment is None or moment.tzinfo is not None


@given(st.one_of(st.text(), st.from_regex(r"[+-]?\d{1,6} (minute|hour|day|week)s?"), VALUES))
def test_a_duration_is_read_or_refused_with_a_word_on_what_would_be_right(text: Any) -> None:
    try:
        assert abs(parse_duration(text)) <= LONGEST
    except ValueError as refused:
        found = str(refused)
    else:
        return
    assert "write" in found or "ten years" in found
