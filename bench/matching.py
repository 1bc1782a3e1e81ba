"""Which of many journeys an event starts, and all that it does. The others have no index: they ask each journey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from anlass.domain.catalog import Catalog
from anlass.domain.condition import AllOf, Compare, Condition, compile_condition
from anlass.domain.event import Event
from anlass.domain.journey import Entry, Journey
from anlass.domain.matching import react
from anlass.domain.person import Person
from anlass.domain.profile import Attributes, State
from anlass.domain.trigger import EventTrigger
from json_logic import jsonLogic
from rule_engine import Rule

from bench.conditions import FLAT
from bench.measuring import Subject, least_times
from bench.report import OURS, Found, Goal, Line

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENT = "2026-03-02T12:00:00.000Z#m-1"
PROPERTIES = {"product_id": "4", "name": "Espresso", "category": "c7", "price": 24.5, "quantity": 2}
EVENT = Event("u:anna", MOMENT, "m-1", "track", "Product Viewed", NOW, NOW, "server", properties=PROPERTIES)
ANNA = Person(State("u:anna", identities=("u:anna",)), Attributes("u:anna", traits={"first_name": "Anna"}))
SIZES = (10, 100, 1000)
GROWTH = 1.2
ONE_MORE = 0.4e-6  # seconds


def matching() -> Found:
    whole = least_times(
        [_whole(f"category {size}", size, _of_category) for size in SIZES]
        + [_whole(f"price {size}", size, _dearer_than) for size in SIZES]
    )
    started = least_times([subject for size in SIZES for subject in _which_start(size)], rounds=30)
    few, many = SIZES[0], SIZES[-1]
    lines = [
        Line(
            f"which of {size} journeys an event starts",
            {name: started[f"{name} {size}"] for name in (OURS, "json-logic-qubit", "rule-engine")},
        )
        for size in SIZES
    ]
    lines += [Line(f"… and entering it, of {size}", {OURS: whole[f"category {size}"]}) for size in SIZES]
    lines += [Line(f"where no equality tells {size} apart", {OURS: whole[f"price {size}"]}) for size in SIZES]
    one_more = (whole[f"price {many}"] - whole[f"price {few}"]) / (many - few)
    goals = (
        Goal(f"looking up, {few} → {many} journeys", started[f"{OURS} {many}"] / started[f"{OURS} {few}"], GROWTH, "×"),
        Goal("… and entering", whole[f"category {many}"] / whole[f"category {few}"], GROWTH, "×"),
        Goal("one more journey where no equality tells it apart", 1e6 * one_more, 1e6 * ONE_MORE, "µs"),
    )
    return Found(tuple(lines), goals)


def _of_category(number: int) -> Condition:
    return AllOf(
        (Compare("event.properties.category", "eq", f"c{number}"), Compare("event.properties.price", "gte", 20))
    )


def _dearer_than(number: int) -> Condition:
    return Compare("event.properties.price", "gt", 100 + number)


def _catalog(size: int, wants: Callable[[int], Condition]) -> Catalog:
    journeys = [_journey(f"j{number}", wants(number)) for number in range(size)]
    return Catalog({journey.id: journey for journey in journeys})


def _journey(id_: str, where: Condition) -> Journey:
    trigger = EventTrigger(f"{id_}/0", "Product Viewed", compile_condition(where, "event"))
    return Journey(
        id=id_,
        version="v1",
        name=id_,
        status="live",
        topic="offers",
        priority=50,
        in_flight="keep",
        triggers=(trigger,),
        who=None,
        entry=Entry(),
        exits=(),
        goal=None,
        steps={},
        start=None,
    )


def _which_start(size: int) -> list[Subject]:
    catalog = _catalog(size, _of_category)
    facts = {"event": {"name": EVENT.name, "id": EVENT.id, "at": EVENT.at, "properties": PROPERTIES}}
    logics = {
        f"j{n}": {"and": [{"==": [{"var": "category"}, f"c{n}"]}, {">=": [{"var": "price"}, 20]}]} for n in range(size)
    }
    rules = {f"j{n}": Rule(f"category == 'c{n}' and price >= 20", context=FLAT) for n in range(size)}

    def ours() -> list[str]:
        found = catalog.starting(EVENT)
        return [journey.id for journey, trigger in found if trigger.where is None or trigger.where.test(facts)]

    subjects = [
        Subject(f"{OURS} {size}", ours),
        Subject(
            f"json-logic-qubit {size}", lambda: [id_ for id_, each in logics.items() if jsonLogic(each, PROPERTIES)]
        ),
        Subject(f"rule-engine {size}", lambda: [id_ for id_, each in rules.items() if each.matches(PROPERTIES)]),
    ]
    answers = {subject.name: subject.run() for subject in subjects}
    if any(answer != ["j7"] for answer in answers.values()):
        raise RuntimeError(f"they do not do the same work: {answers}")
    return subjects


def _whole(name: str, size: int, wants: Callable[[int], Condition]) -> Subject:
    catalog = _catalog(size, wants)
    return Subject(name, lambda: react(EVENT, ANNA, catalog, {}, {}, NOW))
