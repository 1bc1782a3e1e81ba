"""Who never says who they are is forgotten some time after their last visit, by the expiry of their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cli.runtime.world import LocalRuntime
from tests.shipped import shipped
from tests.worlds import DAY, HOUR, MotoWorld, identify, track

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def moto() -> Iterator[MotoWorld]:
    with LocalRuntime(START) as running:
        yield MotoWorld(running, shipped("browse-abandonment"))


def expiries(moto: MotoWorld) -> dict[tuple[str, str], datetime | None]:
    """When the rows of profiles expire, by profile and row."""
    found = moto.runtime.client("dynamodb").scan(TableName=moto.runtime.names.physical("profiles"))["Items"]
    return {
        (item["profile"]["S"], item["row"]["S"].partition("#")[0]): (
            datetime.fromtimestamp(int(item["ttl"]["N"]), UTC) if "ttl" in item else None
        )
        for item in found
        if item["profile"]["S"].startswith(("a:", "u:"))
    }


def told(at: datetime) -> dict[str, object]:
    """What a visitor says of themselves without a name."""
    said = {"type": "identify", "anonymousId": "nobody", "messageId": f"told {at}", "timestamp": at.isoformat()}
    return {**said, "traits": {"birthday": "1990-05-01", "interests": ["Espresso"]}}


def test_a_visitor_is_kept_from_the_last_visit_and_what_they_told_from_when_they_told_it(moto: MotoWorld) -> None:
    moto.batch(track("Product Viewed", START, None, "nobody", product_id="p1"), told(START))
    first = expiries(moto)
    assert {row for _, row in first} >= {"STATE", "PROFILE", "DATE"}
    assert set(first.values()) == {START + 400 * DAY}
    moto.advance(START + DAY)
    moto.batch(track("Product Viewed", START + DAY, None, "nobody", product_id="p2"))
    second = expiries(moto)
    assert second.pop(("a:nobody", "STATE")) == START + 401 * DAY
    assert set(second.values()) == {START + 400 * DAY}


def test_who_logs_in_is_kept_with_all_that_they_told_as_a_visitor(moto: MotoWorld) -> None:
    moto.batch(track("Product Viewed", START, None, "nobody", product_id="p1"), told(START))
    moto.advance(START + HOUR)
    moto.batch(identify("anna", START + HOUR, "nobody"))
    kept = expiries(moto)
    assert {kept["u:anna", row] for row in ("STATE", "PROFILE", "DATE", "CONSENT")} == {None}
    assert kept["a:nobody", "STATE"] is None  # leads to her
    assert kept["a:nobody", "PROFILE"] == START + 400 * DAY
