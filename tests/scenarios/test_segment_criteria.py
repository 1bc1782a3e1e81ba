"""The usual criteria of segments, as a marketer writes them: who of five customers belongs?"""

from __future__ import annotations

from typing import Any

import pytest
from anlass.domain.event import Event

from cli.simulation import Simulation
from tests.builders import DAY
from tests.scenarios.test_segments import segment
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails

PEOPLE: dict[str, dict[str, Any]] = {
    "anna": {"country": "DE", "birthday": "1990-03-02", "interests": ["coffee", "tea"]},
    "ben": {"address": {"country": "AT", "state": "9"}, "birthday": "2008-03-03"},
    "cleo": {"country": "CH", "region": "CH-ZH", "interests": ["machines"]},
    "dora": {"address": {"country": "DE", "region": "BY"}, "birthday": "1950-01-01", "tags": ["vip"]},
    "emil": {},
}


def order(user: str, ago: float, total: float, category: str = "coffee", **more: Any) -> Event:
    at = MORNING - ago * DAY
    line = {"product_id": "p", "category": category, "quantity": 1, "price": total}
    return an_event("Order Completed", at, user, order_id=f"{user}-{ago}", total=total, products=[line], **more)


def did(name: str, user: str, ago: float, **properties: Any) -> Event:
    return an_event(name, MORNING - ago * DAY, user, id_=f"{name}-{user}-{ago}", **properties)


PAST = [
    *(order("anna", ago, 20) for ago in (200, 100, 10)),
    order("ben", 5, 300, "machines"),
    *(order("cleo", ago, 60, discount=10) for ago in (90, 60)),
    order("dora", 400, 40, shipping_address={"country": "DE"}),
    *(did("Product Viewed", "emil", ago, product_id="x", category="coffee") for ago in (1, 2, 3)),
    did("Product Viewed", "cleo", 50, product_id="x", category="machines"),
    did("Email Link Clicked", "anna", 4, source="system"),
]

CRITERIA: dict[str, tuple[Any, str]] = {
    "new customers": (
        {
            "all": [
                {"field": "profile.orders.count", "op": "eq", "value": 1},
                {"field": "profile.orders.last_at", "op": "within", "value": "30 days"},
            ]
        },
        "ben",
    ),
    "returning customers": ({"field": "profile.orders.count", "op": "gte", "value": 2}, "anna cleo"),
    "never bought": ({"field": "profile.orders.count", "op": "eq", "value": 0}, "emil"),
    "average cart": ({"field": "profile.spend.average", "op": "gte", "value": 50}, "ben cleo"),
    "spent in all": ({"field": "profile.spend.total", "op": "gt", "value": 100}, "ben cleo"),
    "interest, as they say": ({"field": "profile.interests", "op": "contains", "value": "coffee"}, "anna"),
    "interest, as they show": (
        {
            "event": "Product Viewed",
            "where": {"field": "event.properties.category", "op": "eq", "value": "coffee"},
            "count": {"gte": 2},
            "within": "30 days",
        },
        "emil",
    ),
    "bought in a category": (
        {
            "event": "Order Completed",
            "where": {
                "some": "event.properties.products",
                "where": {"field": "item.category", "op": "eq", "value": "machines"},
            },
        },
        "ben",
    ),
    "country": ({"field": "profile.country", "op": "in", "value": ["AT", "CH"]}, "ben cleo"),
    "region": ({"field": "profile.region", "op": "in", "value": ["DE-BY", "AT-9"]}, "ben dora"),
    "grown up": ({"field": "profile.age", "op": "gte", "value": 18}, "anna dora"),
    "price sensitivity": ({"field": "profile.price_sensitivity", "op": "gte", "value": 0.5}, "cleo"),
    "inactive for three months": (
        {"not": {"field": "profile.last_seen", "op": "within", "value": "90 days"}},
        "dora",
    ),
    "engaged with mails": ({"event": "Email Link Clicked", "count": {"gte": 1}, "within": "14 days"}, "anna"),
    "tagged": ({"field": "profile.tags", "op": "contains", "value": "vip"}, "dora"),
    "buys often": ({"field": "profile.orders.interval", "op": "lte", "value": 60}, "cleo"),
}


@pytest.fixture(scope="module")
def shop() -> Simulation:
    """Five people with a past; each criterion is published into it as a segment."""
    world = a_simulation(content(templates=["a"]))
    for user, traits in PEOPLE.items():
        world.ingest(identified(user, MORNING - 500 * DAY, **traits))
    for event in PAST:
        world.ingest(event)
    return world


@pytest.mark.parametrize("name", CRITERIA)
def test_who_belongs(shop: Simulation, name: str) -> None:
    who, belong = CRITERIA[name]
    id_ = name.replace(" ", "-").replace(",", "")
    # Something that the shop does: it is no sign of life.
    trigger = {
        "type": "event",
        "event": "Order Updated",
        "where": {"field": "event.properties.ask", "op": "eq", "value": id_},
    }
    files = {**segment(id_, who), **journey(id_, trigger=trigger, who={"segment": id_}, steps=[mails("a")])}
    assert {p.status for p in shop.publish(files)} == {"live"}
    before = len(shop.mailer.sent)
    for user in PEOPLE:
        shop.ingest(an_event("Order Updated", shop.clock.now(), user, id_=f"{id_}-{user}", ask=id_))
    assert " ".join(sorted(m.recipient.split("@")[0] for m in shop.mailer.sent[before:])) == belong
