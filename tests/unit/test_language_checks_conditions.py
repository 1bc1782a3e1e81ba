"""Conditions that can never be true, that are always true, or that compare what cannot be compared."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.language.compiler import compile_journey
from anlass.language.diagnostics import Diagnostic
from anlass.language.segment_file import compile_segment


def asked(condition: Any, names: ShopNames = NOTHING_HEARD) -> list[Diagnostic]:
    file = {
        "id": "j",
        "why": "For tests.",
        "trigger": {"type": "event", "event": "Order Completed"},
        "who": condition,
        "steps": [{"send": {"template": "hello"}}],
    }
    return compile_journey("journeys/j.json", json.dumps(file), names).diagnostics


def field(path: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": path, "op": op, **({} if value is None else {"value": value})}


def country(op: str, value: Any = None) -> dict[str, Any]:
    return field("profile.country", op, value)


def orders(op: str, value: Any) -> dict[str, Any]:
    return field("profile.orders.count", op, value)


def spend(op: str, value: Any) -> dict[str, Any]:
    return field("profile.spend.total", op, value)


def seen(within: str | None = None, **count: int) -> dict[str, Any]:
    return {"event": "Product Viewed", "count": count, **({"within": within} if within else {})}


IMPOSSIBLE: list[tuple[Any, str]] = [
    ({"all": [country("eq", "DE"), country("eq", "AT")]}, "who.all[1]"),
    ({"all": [country("eq", "DE"), country("in", ["AT", "CH"])]}, "who.all[1]"),
    ({"all": [country("in", ["DE"]), country("in", ["AT", "CH"])]}, "who.all[1]"),
    ({"all": [country("in", ["DE", "AT"]), country("not_in", ["AT", "DE", "CH"])]}, "who.all[1]"),
    ({"all": [country("in", ["DE", "AT"]), country("ne", "DE"), country("ne", "AT")]}, "who.all[2]"),
    ({"all": [country("eq", "DE"), country("exists", False)]}, "who.all[1]"),
    ({"all": [country("ne", "DE"), {"not": country("exists")}]}, "who.all[1].not"),
    ({"all": [country("eq", "DE"), {"not": country("eq", "DE")}]}, "who.all[1].not"),
    ({"all": [country("starts_with", "D"), country("starts_with", "A")]}, "who.all[1]"),
    ({"all": [country("starts_with", "D"), country("eq", "AT")]}, "who.all[1]"),
    ({"all": [spend("gt", 100), spend("lt", 50)]}, "who.all[1]"),
    ({"all": [spend("gte", 100), spend("lt", 100)]}, "who.all[1]"),
    ({"all": [spend("gt", 100), {"not": spend("gt", 50)}]}, "who.all[1].not"),
    ({"all": [orders("gt", 1), orders("lt", 2)]}, "who.all[1]"),
    (orders("lt", 0), "who"),
    (field("profile.orders.count", "exists", False), "who"),
    (field("entry.name", "eq", "Product Viewed"), "who"),
    (
        {"all": [field("entry.at", "after", "2026-12-01"), field("entry.at", "before", "2026-11-01")]},
        "who.all[1]",
    ),
    ({"all": [field("profile.mood", "gt", 5), field("profile.mood", "after", "2026-11-01")]}, "who.all[1]"),
    (seen(gte=5, lt=3), "who"),
    (seen(lt=0), "who"),
    ({"all": [seen("7 days", gte=3), seen("30 days", lt=3)]}, "who.all[1]"),
    ({"all": [seen(gte=1), {"not": seen(gte=1)}]}, "who.all[1].not"),
    ({"all": [{"journey": "a", "is": "active"}, {"journey": "a", "is": "finished"}]}, "who.all[1]"),
    ({"all": [{"reachable": "email"}, {"not": {"reachable": "email"}}]}, "who.all[1].not"),
    ({"all": [{"segment": "vip"}, {"not": {"segment": "vip"}}]}, "who.all[1].not"),
    ({"not": {"any": [country("eq", "DE"), {"not": country("eq", "DE")}]}}, "who.not.any[1].not"),
    ({"all": [country("eq", "DE"), {"any": [country("eq", "AT"), country("eq", "CH")]}]}, "who"),
    (
        {
            "some": "entry.properties.products",
            "where": {"all": [field("item.category", "eq", "a"), field("item.category", "eq", "b")]},
        },
        "who.where.all[1]",
    ),
    (
        {
            "event": "Order Completed",
            "where": {"all": [field("event.properties.total", "gt", 9), field("event.properties.total", "lt", 5)]},
        },
        "who.where.all[1]",
    ),
]
POSSIBLE: list[Any] = [
    {"all": [country("eq", "DE"), country("ne", "AT")]},
    {"all": [country("in", ["DE", "AT"]), country("in", ["AT", "CH"])]},
    {"all": [country("eq", "DE"), field("profile.locale", "eq", "de-AT")]},
    {"all": [{"not": country("eq", "DE")}, {"not": country("eq", "AT")}]},
    {"all": [{"not": country("eq", "DE")}, country("exists", False)]},
    {"all": [field("profile.mood", "eq", 5), field("profile.mood", "eq", "5")]},
    {"all": [spend("gte", 100), spend("lte", 100)]},
    {"all": [orders("gt", 1), orders("lt", 3)]},
    {"all": [spend("gt", 1), spend("lt", 2)]},
    {"all": [field("profile.tags", "contains", "a"), field("profile.tags", "contains", "b")]},
    {"all": [field("profile.tags", "contains", "ab"), {"not": field("profile.tags", "contains", "a")}]},
    {"all": [field("profile.first_name", "starts_with", "A"), field("profile.first_name", "starts_with", "An")]},
    {"all": [seen("30 days", gte=3), seen("7 days", lt=3)]},
    {"any": [country("eq", "DE"), country("ne", "DE")]},
    {"any": [field("profile.age", "lt", 18), field("profile.age", "gte", 18)]},
    {"all": [{"any": [country("eq", "DE"), spend("gt", 1)]}, {"any": [country("eq", "AT"), spend("gt", 2)]}]},
]
ALWAYS: list[Any] = [
    {"any": [country("eq", "DE"), {"not": country("eq", "DE")}]},
    {"any": [spend("lt", 100), spend("gte", 100)]},
    orders("gte", 0),
    seen(gte=0),
    {"not": orders("lt", 0)},
]
OTHER_TYPE: list[tuple[Any, str, str]] = [
    (orders("eq", "many"), "error", "is a number"),
    (orders("in", ["one", "two"]), "error", "is a number"),
    (orders("eq", 2.5), "error", "whole number"),
    (orders("within", "7 days"), "error", "not a date"),
    (spend("starts_with", "1"), "error", "not a text"),
    (field("profile.last_seen", "eq", "2026-01-01"), "error", "is a moment"),
    (field("profile.last_seen", "gt", 30), "error", "is a moment"),
    (field("profile.birthday", "lt", 18), "warning", "is a date"),
    (field("profile.orders.last_categories", "eq", "coffee"), "error", "is a list"),
    (field("profile.tags", "in", ["vip"]), "warning", "is a list"),
    (field("profile.email.domain", "eq", "x"), "error", "nothing below"),
    (field("profile.tags.vip", "exists"), "error", "nothing below"),
    (field("entry.properties.products.category", "eq", "coffee"), "error", "is a list"),
    (field("entry.properties.products", "contains", "p1"), "warning", "list of things"),
    (field("entry.properties.total", "gt", "2026-01-01"), "warning", "is a number"),
    (field("entry.properties.order_id", "eq", True), "warning", "is a text"),
    ({"some": "profile.country", "where": field("item.x", "exists")}, "error", "not a list"),
    ({"event": "Email Opened", "where": field("event.properties.machine", "eq", "no")}, "error", "true or false"),
]


@pytest.mark.parametrize(("condition", "path"), IMPOSSIBLE, ids=lambda value: json.dumps(value)[:80])
def test_what_excludes_itself_is_refused_where_it_does(condition: Any, path: str) -> None:
    (finding,) = asked(condition)
    assert (finding.code, finding.path, finding.severity) == ("condition.impossible", path, "error")
    assert "can never be true" in finding.message
    assert finding.remedy


@pytest.mark.parametrize("condition", POSSIBLE, ids=lambda value: json.dumps(value)[:80])
def test_what_somebody_can_be_is_left_alone(condition: Any) -> None:
    assert asked(condition) == []


@pytest.mark.parametrize("condition", ALWAYS, ids=lambda value: json.dumps(value)[:80])
def test_what_is_true_of_everybody_asks_nothing(condition: Any) -> None:
    (finding,) = asked(condition)
    assert (finding.code, finding.path, finding.severity) == ("condition.always", "who", "warning")


@pytest.mark.parametrize(("condition", "severity", "words"), OTHER_TYPE, ids=lambda value: json.dumps(value)[:80])
def test_what_no_value_of_the_field_can_pass_is_said_with_what_can(condition: Any, severity: str, words: str) -> None:
    (finding,) = asked(condition)
    assert (finding.code, finding.severity) == ("condition.type", severity)
    assert words in finding.message
    assert finding.remedy


def test_the_remedy_is_what_was_meant() -> None:
    def remedy(condition: Any) -> str:
        return asked(condition)[0].remedy

    assert '"op": "in", "value": ["DE", "AT"]' in remedy({"all": [country("eq", "DE"), country("eq", "AT")]})
    assert '{"field": "profile.tags", "op": "contains", "value": "vip"}' in remedy(field("profile.tags", "eq", "vip"))
    assert '{"some": "entry.properties.products", "where": {"field": "item.category", "op": "eq"' in remedy(
        field("entry.properties.products.category", "eq", "coffee")
    )
    assert "profile.age" in remedy(field("profile.birthday", "lt", 18))
    assert '"before"' in remedy(field("profile.last_seen", "eq", "2026-01-01"))


def test_an_alternative_that_helps_nobody_is_a_doubt_only() -> None:
    spare = {"all": [country("eq", "DE"), {"any": [country("eq", "AT"), spend("gt", 100)]}]}
    (finding,) = asked(spare)
    assert (finding.code, finding.path, finding.severity) == ("condition.impossible", "who.all[1].any[0]", "warning")


def test_states_of_a_message_that_exclude_each_other() -> None:
    def asked_of(*states: str) -> list[str]:
        when = {"all": [{"message": "mail", "is": state} for state in states]}
        steps = [
            {"id": "mail", "send": {"template": "a"}},
            {"wait": "1 day"},
            {"branch": [{"when": when, "steps": [{"send": {"template": "b"}}]}, {"else": []}]},
        ]
        file = {"id": "j", "why": "x", "trigger": {"type": "event", "event": "X"}, "steps": steps}
        return [each.code for each in compile_journey("journeys/j.json", json.dumps(file)).diagnostics]

    assert asked_of("opened", "not_opened") == ["condition.impossible"]
    assert asked_of("skipped", "sent") == ["condition.impossible"]
    assert asked_of("opened", "not_clicked") == []
    assert asked_of("sent", "bounced") == []


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (country("eq", "de"), '"DE"'),
        (country("in", ["DE", "at"]), '"AT"'),
        (field("profile.region", "eq", "de-by"), '"DE-BY"'),
        (field("profile.region", "eq", "BY"), '"DE-BY"'),
    ],
)
def test_countries_and_regions_are_written_as_they_are_kept(condition: Any, kept: str) -> None:
    (finding,) = asked(condition)
    assert (finding.code, finding.path) == (
        "condition.spelling",
        "who.value[1]" if condition["op"] == "in" else "who.value",
    )
    assert kept in finding.remedy


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("Germany", "DE"), ("Deutschland", "DE"), ("deutschland", "DE"), ("Deutchland", "DE"), ("DEU", "DE")),
        *(
            ("Österreich", "AT"),
            ("Oesterreich", "AT"),
            ("Suisse", "CH"),
            ("UK", "GB"),
            ("USA", "US"),
            ("Holland", "NL"),
        ),
        *(("Czech Republic", "CZ"), ("Türkei", "TR"), ("Turkey", "TR"), ("GERMANY", "DE")),
    ],
)
def test_a_country_that_is_written_out_is_named_by_its_code(name: str, code: str) -> None:
    (finding,) = asked(country("eq", name))
    assert (finding.code, finding.path, finding.severity) == ("condition.spelling", "who.value", "warning")
    assert finding.remedy == f'Did you mean "{code}"? If the shop does send "{name}", leave it.'


@pytest.mark.parametrize("name", ["XY", "Europe", "EU", "Atlantis", "D"])
def test_what_is_no_country_is_doubted_without_a_guess(name: str) -> None:
    (finding,) = asked(country("in", ["DE", name]))
    assert (finding.code, finding.path, finding.severity) == ("condition.spelling", "who.value[1]", "warning")
    assert finding.remedy == f'Write for example "DE". If the shop does send "{name}", leave it.'


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Bayern", "DE-BY"),
        ("Bavaria", "DE-BY"),
        ("Wien", "AT-9"),
        ("Zürich", "CH-ZH"),
        ("nordrhein-westfalen", "DE-NW"),
    ],
)
def test_a_region_that_is_written_out_is_named_by_its_code(name: str, code: str) -> None:
    (finding,) = asked(field("profile.region", "eq", name))
    assert (finding.code, finding.severity) == ("condition.spelling", "warning")
    assert finding.remedy == f'Did you mean "{code}"? If the shop does send "{name}", leave it.'


@pytest.mark.parametrize("name", ["Toscana", "DE-XX", "XY-1", "AT-10"])
def test_what_is_no_region_is_doubted_without_a_guess(name: str) -> None:
    (finding,) = asked(field("profile.region", "eq", name))
    assert finding.severity == "warning"
    assert finding.remedy.startswith('Write for example "DE-BY" for Bavaria.')


@pytest.mark.parametrize(
    "condition",
    [
        country("in", ["DE", "AT", "CH", "LI", "GB", "XK", "US"]),
        field("profile.region", "in", ["DE-BY", "AT-9", "CH-ZH", "US-CA", "FR-75C"]),
        field("profile.region", "starts_with", "DE-"),
        field("profile.address.country", "eq", "Germany"),
        field("entry.properties.shipping_address.country", "eq", "Germany"),
    ],
)
def test_codes_and_what_nobody_turns_into_codes_are_left_alone(condition: Any) -> None:
    assert asked(condition) == []


def test_the_countries_of_a_delivery_time_are_codes_too() -> None:
    def shipping(**days: int) -> list[tuple[str, str]]:
        products = [{"category": "coffee", "days_per_unit": 1}]
        trigger = {"type": "replenish", "products": products, "shipping_days": days}
        steps = [{"send": {"template": "hello"}}]
        file = {"id": "j", "why": "For tests.", "trigger": trigger, "steps": steps}
        return [
            (each.path, each.remedy[:17]) for each in compile_journey("journeys/j.json", json.dumps(file)).diagnostics
        ]

    assert shipping(DE=2, ch=5, **{"else": 7}) == []
    assert shipping(DE=2, Schweiz=5) == [("trigger.shipping_days.Schweiz", 'Did you mean "CH"')]


def test_what_the_shop_sends_has_the_type_that_it_was_sent_with() -> None:
    names = ShopNames(events={"Order Completed": {"rooms": "integer"}}, traits={"shoes": "strings"}, heard=True)
    assert [each.code for each in asked(field("entry.properties.rooms", "eq", "many"), names)] == ["condition.type"]
    assert [each.code for each in asked(field("profile.shoes", "eq", "red"), names)] == ["condition.type"]
    assert asked(field("profile.shoes", "contains", "red"), names) == []


def test_conditions_of_segments_are_looked_at_too() -> None:
    who = {"all": [country("eq", "DE"), country("eq", "AT")]}
    found = compile_segment("segments/s.json", json.dumps({"id": "s", "who": who})).diagnostics
    assert [(each.code, each.path) for each in found] == [("condition.impossible", "who.all[1]")]


def test_a_condition_of_very_many_alternatives_is_answered_in_time() -> None:
    many = {"all": [{"any": [field(f"profile.t{i}_{j}", "eq", j) for j in range(8)]} for i in range(12)]}
    assert asked(many) == []


def test_hundreds_of_questions_about_one_thing_are_answered_in_time() -> None:
    assert asked({"all": [field("profile.shoe_size", "ne", number) for number in range(1000)]}) == []
    assert asked({"all": [{"event": "Order Completed", "count": {"ne": number}} for number in range(1000)]}) == []
