"""On the first Sunday in Advent coffee drinkers in three countries are offered a box, at nine where they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.customer import BEANS, buys, does, mail_text
from tests.shipped import both_worlds, diary, shipped
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify

NOV_20 = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
ADVENT = datetime(2026, 11, 29, 9, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("offer")
BOX = {"product_id": "ADVENTSPAKET", "name": "Adventspaket", "price": 24.9}


@pytest.fixture
def shop() -> MemoryWorld:
    return MemoryWorld(CONTENT, NOV_20)


world = both_worlds(CONTENT, NOV_20)


def drinker(who: str, **traits: Any) -> dict[str, Any]:
    return identify(who, NOV_20, **{"country": "DE", "interests": ["Espresso"], **traits})


def test_anna_does_not_look_ben_does_cleo_buys_and_dora_drinks_tea(world: World) -> None:
    people: dict[str, dict[str, Any]] = {
        "anna": {},
        "ben": {"country": "AT"},
        "cleo": {"country": "CH"},
        "dora": {"interests": ["tea"]},
    }
    world.batch(*(drinker(who, **traits) for who, traits in people.items()), drinker("emil", country="NL"))
    does(world, ADVENT + 3 * HOUR, "Product Viewed", "ben", **BOX)
    buys(world, ADVENT + DAY, "1", BEANS, who="cleo")
    world.advance(ADVENT + 60 * DAY)
    found = diary(world)
    assert sorted(found[:3]) == [f"2026-11-29 09:00 {who} offer" for who in ("anna", "ben", "cleo")]
    assert found[3:] == ["2026-11-29 14:00 ben how", "2026-12-03 09:00 anna remind"]


def test_it_comes_back_every_year_on_another_day(shop: MemoryWorld) -> None:
    shop.batch(drinker("anna"))
    shop.advance(datetime(2029, 1, 1, tzinfo=UTC))
    offers = [line for line in diary(shop) if line.endswith(" offer")]
    assert [line[:16] for line in offers] == ["2026-11-29 09:00", "2027-11-28 09:00", "2028-12-03 09:00"]


def test_everybody_gets_it_at_nine_where_they_are(shop: MemoryWorld) -> None:
    shop.batch(drinker("anna"), drinker("ben", timezone="America/New_York"), drinker("cleo", timezone="Asia/Tokyo"))
    shop.advance(ADVENT + DAY)
    assert diary(shop) == ["2026-11-29 01:00 cleo offer", "2026-11-29 09:00 anna offer", "2026-11-29 15:00 ben offer"]


def test_who_buys_by_price_reads_of_the_delivery_first(shop: MemoryWorld) -> None:
    shop.batch(drinker("anna", interests=[], priceSensitivity=0.7))
    shop.advance(ADVENT + DAY)
    assert mail_text(shop).startswith("Bis 15. Dezember ohne Versandkosten")


def test_a_first_order_of_coffee_makes_a_coffee_drinker(shop: MemoryWorld) -> None:
    shop.batch(drinker("anna", interests=[]), drinker("ben", interests=[]))
    buys(shop, NOV_20 + DAY, "1", BEANS)
    shop.advance(ADVENT + HOUR)
    assert diary(shop) == ["2026-11-29 09:00 anna offer"]
