"""The language of conditions: what is true of whom, and what is never true of what is not there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from anlass.domain.comparing import Operator, as_time, matched
from anlass.domain.condition import (
    AllOf,
    AnyOf,
    Behaviour,
    Compare,
    Condition,
    HistoryNeed,
    Items,
    JourneyIs,
    MessageFacts,
    MessageIs,
    MessageState,
    Not,
    Reachable,
    compile_condition,
    getter,
    passes,
)

from tests.builders import DAY, HOUR, MINUTE, NOON, heard


def holds(condition: Condition, **facts: Any) -> bool:
    return compile_condition(condition).test({"now": NOON, **facts})


def compares(left: Any, op: Any, right: Any) -> bool:
    return holds(Compare("profile.x", op, right), profile={"x": left})


@pytest.mark.parametrize(
    ("left", "op", "right"),
    [
        ("a", "eq", "a"),
        (1, "eq", 1.0),
        (1, "eq", Decimal("1.00")),
        ("19.90", "eq", 19.9),
        (19.9, "eq", "19.90"),
        (True, "eq", True),
        ([1], "eq", [1]),
        ("a", "ne", "b"),
        (1, "ne", "1.5"),
        (True, "ne", 1),
        ("true", "ne", True),
        (20, "gt", 19.99),
        ("20", "gt", 3),
        ("20", "gt", "3"),
        (Decimal(20), "gte", "20"),
        (-1, "lt", 0),
        ("2026-03-01", "lt", "2026-03-02"),
        (date(2026, 3, 1), "lte", NOON),
        ("DE", "in", ["DE", "AT"]),
        (1, "in", ["1"]),
        ("CH", "not_in", ["DE", "AT"]),
        ("Weihnachten", "contains", "nacht"),
        (["a", 1], "contains", "1"),
        (("vip",), "contains", "vip"),
        ("DE-BY", "starts_with", "DE-"),
        ("", "exists", True),
        (False, "exists", True),
        (0, "exists", None),
        (None, "exists", False),
        ("2026-03-01T23:59:59Z", "before", "2026-03-02"),
        ("2026-03-02T00:30:00+01:00", "before", "2026-03-02T00:00:00Z"),
        (NOON, "after", "2026-03-02"),
        ("2026-03-01", "within", "2 days"),
        ("2026-03-03", "within", "1 day"),
    ],
)
def test_is_true(left: Any, op: Any, right: Any) -> None:
    assert compares(left, op, right)


@pytest.mark.parametrize(
    ("left", "op", "right"),
    [
        ("a", "eq", "A"),
        (True, "eq", 1),
        (1, "eq", True),
        ("true", "eq", True),
        ("", "eq", 0),
        ("a", "ne", "a"),
        ("1.0", "ne", 1),
        ("abc", "gt", 1),
        (1, "gt", "abc"),
        (True, "gt", 0),
        ("2026-03-02", "gt", 5),
        (float("nan"), "gt", Decimal(1)),
        (float("nan"), "eq", Decimal(1)),
        ([2], "gt", 1),
        ("CH", "in", ["DE", "AT"]),
        ("D", "in", "DE"),
        ("DE", "not_in", ["DE"]),
        ("abc", "contains", 1),
        ({"a": 1}, "contains", "a"),
        (12, "starts_with", "1"),
        ("x", "exists", False),
        ("soon", "before", "2026-03-02"),
        ("2026-03-02", "before", "2026-03-02"),
        ("2026-03-02", "after", "soon"),
        ("2026-02-01", "within", "2 days"),
        ("soon", "within", "2 days"),
    ],
)
def test_is_false(left: Any, op: Any, right: Any) -> None:
    assert not compares(left, op, right)


@pytest.mark.parametrize("op", sorted({*get_args(Operator)} - {"exists"}))
@pytest.mark.parametrize("facts", [{}, {"profile": {}}, {"profile": {"x": None}}, {"profile": "x"}], ids=str)
def test_of_a_missing_field_nothing_is_true(op: Any, facts: dict[str, Any]) -> None:
    right = "1 day" if op == "within" else ["a"] if op in ("in", "not_in") else "a"
    assert not holds(Compare("profile.x", op, right), **facts)
    assert holds(Not(Compare("profile.x", op, right)), **facts), "who means that says not"


def test_one_is_one_however_it_is_written_where_values_are_matched() -> None:
    assert [matched(value) for value in (1, 1.0, "1", 1.5, True)] == ["1", "1", "1", "1.5", "True"]


@pytest.mark.parametrize(
    ("birthday", "is_near"),
    [
        ("1990-03-02", True),
        ("1990-03-09", True),
        ("1990-03-10", False),
        ("1990-03-01", False),
        ("1992-02-29", False),
        ("soon", False),
        (None, False),
    ],
)
def test_a_birthday_is_within_a_week_if_the_next_one_is(birthday: str | None, is_near: bool) -> None:
    facts = {"now": datetime(2026, 3, 2, 12, tzinfo=UTC), "profile": {"birthday": birthday}}
    assert compile_condition(Compare("profile.birthday", "within", "7 days")).test(facts) is is_near
    registered = {"now": facts["now"], "profile": {"registered_at": birthday}}
    assert not compile_condition(Compare("profile.registered_at", "within", "7 days")).test(registered)


def test_within_is_false_where_nobody_says_what_time_it_is() -> None:
    test = compile_condition(Compare("event.properties.until", "within", "1 day")).test
    assert not test({"event": {"properties": {"until": "2026-03-02"}}})


def test_all_any_and_not() -> None:
    yes, no = Compare("profile.x", "eq", 1), Compare("profile.x", "eq", 2)
    profile = {"x": 1}
    assert holds(AllOf((yes, yes)), profile=profile)
    assert not holds(AllOf((yes, no)), profile=profile)
    assert holds(AnyOf((no, yes)), profile=profile)
    assert not holds(AnyOf((no, no)), profile=profile)
    assert holds(Not(no), profile=profile)
    assert passes(None, {}), "no condition lets everybody pass"


def test_a_path_leads_through_maps_only() -> None:
    facts = {"event": {"properties": {"a": {"b": 1}, "list": [1], "text": "t"}}}
    assert getter("event.properties.a.b")(facts) == 1
    for path in ("event.properties.a.c", "event.properties.list.0", "event.properties.text.b", "entry.x", "nothing"):
        assert getter(path)(facts) is None


@pytest.mark.parametrize(
    "name", ["'", '"', "\\", "\n", "}{0}", "c0", "facts", "None", "__class__", '") or True or ("', "ä 日"]
)
def test_whatever_a_marketer_writes_is_a_value_and_never_code(name: str) -> None:
    event = {"properties": {name: name, "list": [{name: name}]}}
    same = Compare(f"event.properties.{name}", "eq", name)
    assert holds(same, event=event)
    assert not holds(same, event={"properties": {name: "other"}})
    assert holds(Items("some", "event.properties.list", Compare(f"item.{name}", "eq", name)), event=event)
    assert holds(JourneyIs(name, "active"), active={name})


@pytest.mark.parametrize("depth", [10, 30, 400])
def test_conditions_nest_as_deep_as_anybody_writes_them(depth: int) -> None:
    condition: Condition = Compare("item.x", "eq", 1)
    for level in range(depth):
        condition = Not(condition) if level % 2 else AnyOf((condition, Compare("item.x", "eq", 2)))
    list_ = Items("some", "event.properties.list", condition)
    assert holds(list_, event={"properties": {"list": [{"x": 1}]}}) is (depth // 2 % 2 == 0)


def test_conditions_are_as_wide_as_anybody_writes_them() -> None:
    parts = tuple(Compare("profile.x", "ne", n) for n in range(3000))
    assert holds(AllOf(parts), profile={"x": -1})
    assert not holds(Not(AnyOf(parts)), profile={"x": 7})


def test_code_is_generated_when_a_condition_is_asked_first() -> None:
    predicate = compile_condition(Compare("profile.x", "eq", 1))
    assert "test" not in vars(predicate)
    assert predicate.test is predicate.test


def test_conditions_of_one_shape_share_their_code() -> None:
    one = compile_condition(Compare("profile.x", "eq", "a")).test
    other = compile_condition(Compare("event.properties", "eq", "b")).test
    assert one.__code__ is other.__code__


COFFEE = Compare("item.category", "eq", "coffee")


@pytest.mark.parametrize(
    ("products", "some", "every", "none"),
    [
        ([{"category": "coffee"}], True, True, False),
        ([{"category": "coffee"}, {"category": "tea"}], True, False, False),
        ([{"category": "tea"}], False, False, True),
        ([], False, False, True),
        (None, False, False, True),
        ("coffee", False, False, True),
        ([None, 7, {}], False, False, True),
    ],
)
def test_lists_and_what_is_in_them(products: Any, some: bool, every: bool, none: bool) -> None:
    event = {"properties": {"products": products}}
    for quantifier, expected in (("some", some), ("every", every), ("none", none)):
        condition = Items(quantifier, "event.properties.products", COFFEE)  # type: ignore[arg-type]
        assert holds(condition, event=event) is expected


def test_item_and_event_mean_the_nearest_ones() -> None:
    """A list in a list, and a list of an event of the past."""
    inner = Items("some", "item.parts", AllOf((Compare("item.x", "eq", 2), Compare("event.item", "eq", "e"))))
    outer = Items("some", "event.list", AllOf((Compare("item.x", "eq", 1), inner, Compare("item.event.x", "eq", 3))))
    item = {"x": 1, "parts": [{"x": 2}], "event": {"x": 3}}
    assert holds(outer, event={"list": [item], "item": "e"}, item={"x": 9})
    assert not holds(outer, event={"list": [{**item, "parts": [{"x": 1}]}], "item": "e"})

    coffee = Items("some", "event.properties.list", Compare("item", "eq", "coffee"))
    twice = Items("none", "event.properties.list", Compare("event.properties.n", "lt", 2))
    done = Behaviour("Ordered", AllOf((coffee, twice)), (("gte", 1),), None)
    past = {"Ordered": [heard("Ordered", properties={"list": ["coffee"], "n": 2})]}
    assert holds(done, history=past, event={"properties": {"list": ["tea"], "n": 1}})
    for each in (Items("some", "profile.list", done), Items("every", "profile.list", Not(Not(done)))):
        assert holds(each, history=past, profile={"list": [1]})

    of_item = Behaviour("Ordered", None, (("gte", 1),), None, (("n", "item.n"),))
    assert holds(Items("some", "event.list", of_item), history=past, event={"list": [{"n": 1}, {"n": 2}]})
    assert not holds(Items("some", "event.list", of_item), history=past, event={"list": [{"n": 1}]}, item={"n": 2})


class TestBehaviour:
    def viewed(self, *, anchor: Any = "now", count: Any = (("gte", 2),), **parts: Any) -> Any:
        behaviour = Behaviour(**{"event": "Product Viewed", "where": None, "count": count, "within": None, **parts})
        return compile_condition(behaviour, anchor).test

    def past(self, *times: datetime, **properties: Any) -> dict[str, Any]:
        views = [heard("Product Viewed", at, id=f"v{n}", properties=properties) for n, at in enumerate(times)]
        return {"now": NOON, "history": {"Product Viewed": views}}

    def test_counts_what_was_done(self) -> None:
        twice = self.viewed()
        assert twice(self.past(NOON - DAY, NOON - HOUR))
        assert not twice(self.past(NOON - HOUR))
        assert not twice({"now": NOON, "history": {}})
        assert not twice({"now": NOON})

    def test_never_done_is_a_count_of_zero(self) -> None:
        never = self.viewed(count=(("eq", 0),))
        assert never({"now": NOON, "history": {}})
        assert not never(self.past(NOON - HOUR))

    def test_takes_several_bounds(self) -> None:
        some = self.viewed(count=(("gte", 1), ("lt", 3)))
        assert [some(self.past(*[NOON - HOUR] * n)) for n in (0, 1, 2, 3)] == [False, True, True, False]

    def test_looks_back_as_far_as_within_says_and_not_ahead(self) -> None:
        once = self.viewed(count=(("eq", 1),), within=3 * HOUR)
        assert once(self.past(NOON - 3 * HOUR))
        assert not once(self.past(NOON - 3 * HOUR - MINUTE))
        assert not once(self.past(NOON + MINUTE))

    def test_in_a_trigger_counts_back_from_the_event(self) -> None:
        once = self.viewed(count=(("eq", 1),), within=HOUR, anchor="event")
        facts = self.past(NOON - DAY, NOON - DAY + MINUTE)
        assert once({**facts, "event": {"at": NOON - DAY, "properties": {}}})

    def test_tests_each_event_by_itself(self) -> None:
        coffee = self.viewed(count=(("gte", 1),), where=Compare("event.properties.category", "eq", "coffee"))
        assert coffee(self.past(NOON, category="coffee"))
        assert not coffee(self.past(NOON, category="tea"))

    def test_matches_a_property_of_the_event_at_hand(self) -> None:
        same = self.viewed(match=(("product_id", "event.properties.product_id"),))
        facts = self.past(NOON - HOUR, NOON, product_id=7)
        assert same({**facts, "event": {"properties": {"product_id": "7"}}})
        assert not same({**facts, "event": {"properties": {"product_id": "8"}}})

    def test_matches_nothing_where_the_value_is_missing(self) -> None:
        same = self.viewed(count=(("eq", 0),), match=(("product_id", "event.properties.product_id"),))
        assert not same({**self.past(NOON), "event": {"properties": {}}})

    def test_says_what_has_to_be_loaded(self) -> None:
        inner = Behaviour("Order Completed", None, (("gte", 1),), None)
        outer = Behaviour("Product Viewed", None, (("gte", 1),), HOUR)
        predicate = compile_condition(AllOf((Not(inner), AnyOf((outer, Compare("profile.x", "eq", 1))))))
        assert predicate.history == {HistoryNeed("Order Completed", None), HistoryNeed("Product Viewed", HOUR)}
        assert predicate.roots == {"history", "profile"}


STATES: tuple[MessageState, ...] = (
    "sent",
    "delivered",
    "opened",
    "not_opened",
    "clicked",
    "not_clicked",
    "bounced",
    "skipped",
)


@pytest.mark.parametrize(
    ("facts", "true"),
    [
        (MessageFacts(), set()),
        (MessageFacts(sent=True), {"sent"}),
        (MessageFacts(sent=True, delivered=True), {"sent", "delivered"}),
        (
            MessageFacts(sent=True, delivered=True, opened=True, clicked=False),
            {"sent", "delivered", "opened", "not_clicked"},
        ),
        (MessageFacts(sent=True, opened=False, clicked=False), {"sent"}),
        (
            MessageFacts(sent=True, delivered=True, opened=False, clicked=False),
            {"sent", "delivered", "not_opened", "not_clicked"},
        ),
        (MessageFacts(sent=True, bounced=True), {"sent", "bounced"}),
        (MessageFacts(skipped=True), {"skipped"}),
    ],
)
def test_what_is_not_tracked_makes_both_of_a_pair_false(facts: MessageFacts, true: set[str]) -> None:
    assert {state for state in STATES if holds(MessageIs("remind", state), messages={"remind": facts})} == true


def test_of_a_message_that_was_never_made_nothing_is_true() -> None:
    for state in STATES:
        assert not holds(MessageIs("remind", state), messages={})
        assert not holds(MessageIs("remind", state))


def test_journeys_and_channels() -> None:
    facts = {"active": {"cart"}, "finished": {"welcome"}, "reachable": {"email"}}
    assert holds(JourneyIs("cart", "active"), **facts)
    assert not holds(JourneyIs("cart", "finished"), **facts)
    assert holds(JourneyIs("welcome", "finished"), **facts)
    assert holds(Reachable("email"), **facts)
    assert not holds(Reachable("sms"), **facts)
    assert not holds(JourneyIs("cart", "active"))
    assert not holds(Reachable("email"))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T12:00:00Z", NOON),
        ("2026-03-02T13:00:00+01:00", NOON),
        (date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC)),
        (NOON.replace(tzinfo=None), NOON),
        ("2026-3-2", None),
        ("02.03.2026", None),
        ("--03-02", None),
        ("", None),
        (20260302, None),
        (None, None),
    ],
    ids=repr,
)
def test_times_are_iso_and_a_date_is_its_midnight_in_utc(value: Any, moment: datetime | None) -> None:
    assert as_time(value) == moment


def test_within_looks_both_ways() -> None:
    for moment in (NOON - HOUR, NOON + HOUR):
        assert compares(moment, "within", "1 hour")
        assert compares(moment, "within", timedelta(hours=-1))
        assert not compares(moment, "within", "59 minutes")
