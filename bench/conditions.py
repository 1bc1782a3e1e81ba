"""A simple condition, and three of them together. The others get the event's properties as they like them best."""

from __future__ import annotations

from typing import Any

from anlass.domain.condition import AllOf, Compare, Condition, compile_condition
from json_logic import jsonLogic
from rule_engine import Context, Rule, resolve_item

from bench.measuring import Subject, least_times
from bench.report import OURS, Found, Goal, Line

PROPERTIES = {"product_id": "4", "name": "Espresso", "category": "coffee", "price": 24.5, "quantity": 2}
FACTS = {"event": {"name": "Product Viewed", "id": "m-1", "properties": PROPERTIES}, "profile": {"country": "DE"}}
FLAT = Context(resolver=resolve_item)
SIMPLE = 0.4e-6  # seconds

COFFEE = Compare("event.properties.category", "eq", "coffee")
DEAR = Compare("event.properties.price", "gte", 20)
FEW = Compare("event.properties.quantity", "lt", 3)


def conditions() -> Found:
    one = _line(
        "a condition: category is coffee",
        COFFEE,
        {"==": [{"var": "category"}, "coffee"]},
        "category == 'coffee'",
    )
    three = _line(
        "three: category is coffee, price ≥ 20, quantity < 3",
        AllOf((COFFEE, DEAR, FEW)),
        {
            "and": [
                {"==": [{"var": "category"}, "coffee"]},
                {">=": [{"var": "price"}, 20]},
                {"<": [{"var": "quantity"}, 3]},
            ]
        },
        "category == 'coffee' and price >= 20 and quantity < 3",
    )
    dear = least_times([Subject(OURS, _ours(DEAR))])
    slowest = max(one.seconds[OURS], dear[OURS], three.seconds[OURS] / 3)
    return Found((one, three), (Goal("a simple condition", 1e6 * slowest, 1e6 * SIMPLE, "µs"),))


def _line(work: str, ours: Condition, logic: dict[str, Any], rule: str) -> Line:
    compiled = Rule(rule, context=FLAT)
    subjects = [
        Subject(OURS, _ours(ours)),
        Subject("json-logic-qubit", lambda: jsonLogic(logic, PROPERTIES)),
        Subject("rule-engine", lambda: compiled.matches(PROPERTIES)),
    ]
    answers = {subject.name: subject.run() for subject in subjects}
    if any(answer is not True for answer in answers.values()):
        raise RuntimeError(f"they do not do the same work: {answers}")
    return Line(work, least_times(subjects))


def _ours(condition: Condition) -> Any:
    test = compile_condition(condition).test
    return lambda: test(FACTS)
