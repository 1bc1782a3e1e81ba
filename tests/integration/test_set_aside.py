"""What nobody can apply (a row that somebody spoiled, an event that no code can bear) holds up nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.dev import looking
from cli.runtime.aws_calls import refuse
from cli.runtime.world import LocalRuntime
from tests.overhearing import Overheard
from tests.shop import CART, content
from tests.trouble import trouble
from tests.worlds import MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILES = content(CART, templates=("first", "second", "last", "thanks"))
WHERE = {"profile": {"S": "u:anna"}, "row": {"S": "STATE"}}


@pytest.fixture
def overheard() -> Overheard:
    return Overheard()


@pytest.fixture
def shop(overheard: Overheard) -> Iterator[MotoWorld]:
    with LocalRuntime(START, handlers=overheard.handlers) as running:
        world = MotoWorld(running, FILES)
        world.batch(*(identify(user, START) for user in ("anna", "ben", "cem")))
        overheard.forget()
        yield world


def spoiled(shop: MotoWorld) -> dict[str, Any]:
    """Anna's row as it was; now it is none that anybody can read."""
    place = {"TableName": shop.runtime.names.physical("profiles")}
    dynamodb = shop.runtime.client("dynamodb")
    before: dict[str, Any] = dynamodb.get_item(**place, Key=WHERE)["Item"]
    dynamodb.put_item(**place, Item={**before, "body": {"S": "\u2026"}})
    return before


def mended(shop: MotoWorld, row: dict[str, Any]) -> None:
    shop.runtime.client("dynamodb").put_item(TableName=shop.runtime.names.physical("profiles"), Item=row)


def orders(shop: MotoWorld, user: str) -> int:
    found = looking.profile(shop.runtime, shop.runtime.application(), user)
    assert found is not None
    count: int = found["orders"]["count"]
    return count


def order(user: str, number: int) -> dict[str, Any]:
    return track("Order Completed", START + number * MINUTE, user, order_id=f"{user}-{number}", total=12)


def test_it_is_set_aside_at_once_and_applied_when_the_cause_is_mended(shop: MotoWorld, overheard: Overheard) -> None:
    row = spoiled(shop)
    shop.batch(*(order(user, number) for number in range(1, 8) for user in ("anna", "ben", "cem")))
    assert shop.runtime.clock.now() == START, "nobody waits for a retry"
    assert (orders(shop, "ben"), orders(shop, "cem"), shop.unapplied()) == (7, 7, 7)
    assert overheard.counted()["SetAside"] == 7
    assert {line["error"] for line in overheard.lines(message="set aside")} == {"JSONDecodeError"}
    assert shop.redrive() == {"done": 0, "left": 7}, "nothing is thrown away before it is applied"
    mended(shop, row)
    shop.batch(order("anna", 9))
    assert shop.redrive() == {"done": 7, "left": 0}
    assert (orders(shop, "anna"), orders(shop, "ben"), shop.unapplied()) == (8, 7, 0)


def test_where_nothing_can_be_applied_lambda_comes_again(shop: MotoWorld, overheard: Overheard) -> None:
    """The index of definitions is broken: no event is to blame, and their order is kept."""
    place = {"TableName": shop.runtime.names.physical("definitions")}
    dynamodb = shop.runtime.client("dynamodb")
    (index,) = (item for item in dynamodb.scan(**place)["Items"] if item["version"]["S"] == "index")
    dynamodb.put_item(**place, Item={**index, "body": {"S": "\u2026"}})
    shop.runtime.advance(2 * MINUTE)  # whoever is warm has read it before
    shop.batch(order("ben", 1))
    dynamodb.put_item(**place, Item=index)
    shop.runtime.advance(10 * MINUTE)
    assert (orders(shop, "ben"), shop.unapplied()) == (1, 0)
    assert "SetAside" not in overheard.counted()


def test_who_must_come_again_keeps_their_order_beside_it(shop: MotoWorld) -> None:
    """Ben's row keeps changing under the first of his orders; what is set aside twice meanwhile is applied once."""
    row = spoiled(shop)
    changed = refuse("ConditionalCheckFailedException", "changed")
    fault = trouble(shop.runtime, "match_events", "PutItem", lambda: changed, 8)
    shop.batch(order("ben", 1), order("anna", 1), order("ben", 2), order("anna", 2), order("ben", 3))
    shop.runtime.advance(10 * MINUTE)
    assert (orders(shop, "ben"), fault.left) == (3, 0)
    assert shop.unapplied() >= 2
    mended(shop, row)
    shop.redrive()
    assert (orders(shop, "anna"), orders(shop, "ben"), shop.unapplied()) == (2, 3, 0)
