from __future__ import annotations

import pytest
from anlass.domain.errors import Conflict

from tests.contract.house import AwsHouse, House

CART = {"id": "cart", "steps": [{"send": "first"}], "weight": 0.1, "text": "Grüße"}


def test_a_version_is_stored_once_and_never_changes(house: House) -> None:
    assert house.definitions.get("journeys/cart", "v1") is None
    house.definitions.add("journeys/cart", "v1", CART)
    house.definitions.add("journeys/cart", "v1", {"other": True})
    house.definitions.add("journeys/cart", "v2", {"other": True})
    assert house.definitions.get("journeys/cart", "v1") == CART
    assert house.definitions.get("journeys/cart", "v2") == {"other": True}


def test_the_index_grows_by_revisions(house: House) -> None:
    assert house.definitions.index() == (0, {})
    house.definitions.save_index(0, {"cart": "v1"})
    assert house.definitions.index() == (1, {"cart": "v1"})
    house.definitions.save_index(1, {"cart": "v2"})
    assert house.definitions.fresh_index() == (2, {"cart": "v2"})


@pytest.mark.parametrize("read", [0, 2])
def test_an_index_that_changed_since_it_was_read_is_not_overwritten(house: House, read: int) -> None:
    house.definitions.save_index(0, {"cart": "v1"})
    with pytest.raises(Conflict) as conflict:
        house.definitions.save_index(read, {"cart": "v9"})
    assert conflict.value.failed == {0}
    assert house.definitions.fresh_index() == (1, {"cart": "v1"})


def test_a_version_is_read_once_in_a_process(aws: AwsHouse) -> None:
    aws.definitions.add("journeys/cart", "v1", CART)
    aws.wire.forget()
    assert [aws.definitions.get("journeys/cart", "v1") for _ in range(3)] == [CART] * 3
    assert aws.wire.requests == {"GetItem": 1}
    aws.definitions.forget()
    aws.definitions.get("journeys/cart", "v1")
    assert aws.wire.requests == {"GetItem": 2}


def test_the_index_is_asked_for_once_a_minute(aws: AwsHouse) -> None:
    aws.definitions.index()
    aws.warm_definitions().save_index(0, {"cart": "v1"})
    aws.elapsed = 59.9
    assert aws.definitions.index() == (0, {})
    aws.elapsed = 60.0
    assert aws.definitions.index() == (1, {"cart": "v1"})
    aws.warm_definitions().save_index(1, {"cart": "v2"})
    assert aws.definitions.index() == (1, {"cart": "v1"})
    assert aws.definitions.fresh_index() == (2, {"cart": "v2"})
    assert aws.definitions.index() == (2, {"cart": "v2"})


def test_who_saved_the_index_sees_it_at_once(aws: AwsHouse) -> None:
    aws.definitions.index()
    aws.definitions.save_index(0, {"cart": "v1"})
    assert aws.definitions.index() == (1, {"cart": "v1"})
