"""An order is one order, though the browser tells of it, and the server, and the shop a month later once more."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Source
from anlass.domain.profile import State
from anlass.keys import StateKey

from cli.runtime.world import LocalRuntime
from cli.simulation import Simulation
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails, sent
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, identify, track

ORDER = {"type": "event", "event": "Order Completed"}
CAPSULES = {"product_id": "caps", "category": "capsules", "price": 30, "quantity": 30}
TEA = {"product_id": "tea", "category": "tea", "price": 9, "quantity": 1}
TWICE: list[tuple[Source, timedelta]] = [("browser", MINUTE), ("server", MINUTE), ("server", 2 * HOUR)]


def shop_with(**parts: Any) -> Simulation:
    shop = a_simulation(content(journey("j", **{"steps": [mails("mail")], **parts}), templates=["mail"]))
    shop.ingest(identified("anna", MORNING - HOUR))
    return shop


def orders(shop: Simulation, at: datetime, source: Source, number: str = "1", **more: Any) -> None:
    shop.advance(max(at, shop.clock.now()))
    said = {"order_id": number, "total": 39, "products": [CAPSULES, TEA], **more}
    id_ = f"{source} {number} {at.isoformat()}"
    shop.ingest(an_event("Order Completed", at, "anna", id_=id_, source=source, **said))


@pytest.mark.parametrize(("first", "later"), TWICE, ids=["browser first", "server first", "hours later"])
@pytest.mark.parametrize(
    ("parts", "after"),
    [
        ({"trigger": ORDER}, timedelta(0)),
        ({"trigger": {**ORDER, "type": "absence", "unless": ["Product Reviewed"], "after": "14 days"}}, 14 * DAY),
        ({"trigger": {"type": "replenish", "products": [{"category": "capsules", "days_per_unit": 1}]}}, 30 * DAY),
    ],
    ids=["at once", "absence", "replenish"],
)
def test_it_begins_a_journey_once(parts: dict[str, Any], after: timedelta, first: Source, later: timedelta) -> None:
    shop = shop_with(**parts)
    orders(shop, MORNING, first)
    orders(shop, MORNING + later, "browser" if later == MINUTE and first == "server" else "server")
    shop.advance(MORNING + DAY + after)
    assert len(sent(shop)) == 1
    orders(shop, MORNING + 100 * DAY, "server", "2")
    shop.advance(MORNING + 101 * DAY + after)
    assert len(sent(shop)) == 2, "the next order does again"


def test_whom_the_browsers_word_did_not_let_in_the_servers_does() -> None:
    """The browser does not know what it came to."""
    shop = shop_with(trigger={**ORDER, "where": {"field": "event.properties.total", "op": "gte", "value": 20}})
    orders(shop, MORNING, "browser", total=None)
    orders(shop, MORNING + MINUTE, "server")
    assert len(sent(shop)) == 1


def test_its_lines_are_occasions_of_their_own_and_what_would_be_the_same_mail_leaves_once() -> None:
    shop = shop_with(trigger={"type": "replenish", "products": [{"category": "capsules", "days_per_unit": 1}]})
    for source in ("browser", "server"):
        orders(shop, MORNING, source, products=[CAPSULES, CAPSULES, TEA, {**CAPSULES, "product_id": "other"}])
    shop.advance(MORNING + 60 * DAY)
    assert len([row for row in shop.store.rows() if isinstance(row, Enrolment)]) == 3
    assert len(sent(shop)) == 2


def test_it_is_counted_once_where_somebody_counts_orders() -> None:
    second = {"event": "Order Completed", "count": {"gte": 2}}
    shop = shop_with(trigger=ORDER, who=second)
    orders(shop, MORNING, "browser")
    orders(shop, MORNING + MINUTE, "server")
    assert sent(shop) == []
    orders(shop, MORNING + HOUR, "browser", "2")
    orders(shop, MORNING + HOUR + MINUTE, "server", "2")
    assert len(sent(shop)) == 1


def test_what_it_began_and_what_is_over_begins_nothing_and_blocks_nothing() -> None:
    """The enrolment is done and out of STATE: the stored row alone knows of it."""
    shop = shop_with(trigger=ORDER)
    orders(shop, MORNING, "server")
    orders(shop, MORNING + HOUR, "server")
    state = shop.store.read([StateKey("u:anna")]).state("u:anna")
    assert isinstance(state, State)
    assert (state.live, state.orders.count) == ({}, 1)
    assert state.entered["j"].at == MORNING


@pytest.fixture
def moto() -> Iterator[MotoWorld]:
    files = content(journey("j", trigger=ORDER, steps=[mails("mail")]), templates=["mail"])
    with LocalRuntime(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) as runtime:
        yield MotoWorld(runtime, files)


def test_so_it_is_on_what_is_deployed(moto: MotoWorld) -> None:
    moto.batch(identify("anna", MORNING))
    browser = "Basic " + base64.b64encode(b"local-browser:").decode()
    told = {**track("Order Completed", MORNING, "anna", order_id="1", total=9), "messageId": "browser"}
    headers = {"authorization": browser, "content-type": "application/json"}
    moto.runtime.http("POST", "/v1/batch", headers, json.dumps({"batch": [told]}).encode())
    moto.runtime.settle()
    moto.batch(track("Order Completed", MORNING + MINUTE, "anna", order_id="1", total=9))
    moto.batch(track("Order Completed", MORNING + 2 * MINUTE, "anna", order_id="1", total=9))
    assert len(moto.told()) == 1
    moto.batch(track("Order Completed", MORNING + 3 * MINUTE, "anna", order_id="2", total=9))
    assert len(moto.told()) == 2
