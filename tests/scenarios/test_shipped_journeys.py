"""All journeys that ship are live at once: what a fortnight of such a shop is like for its customers.

Each journey's own stories are in a file of their own, one of them told by memory and moto alike.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cli.dev.content import files
from tests.customer import BEANS, GRINDER, buys, does
from tests.shipped import diary
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, World, identify, track

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 10:00 in Kiel
CONTENT = {path: text.decode() for path, text in files().items()}


@pytest.fixture
def shop() -> MemoryWorld:
    return MemoryWorld(CONTENT, MONDAY)


def of(who: str, world: World) -> list[str]:
    """Day, time and step of what one person got."""
    return [f"{line[5:16]} {step}" for line in diary(world) for name, step in [line[17:].split(" ")] if name == who]


def test_a_fortnight_in_the_shop(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", MONDAY, firstName="Anna"))
    for who in ("ben", "cleo", "dora", "gero"):
        shop.batch(identify(who, MONDAY - 2 * DAY))  # older than a day when it arrives: no welcome
    shop.batch(identify("frieda", MONDAY, status="UNSUBSCRIBED"))
    for who in ("ben", "cleo", "dora", "frieda"):
        does(shop, MONDAY, "Product Added", who, **GRINDER)
    for minutes in (0, 12):
        does(shop, MONDAY + minutes * MINUTE, "Product Viewed", "gero", **GRINDER)
    buys(shop, MONDAY + 40 * MINUTE, "1", GRINDER, who="dora")
    buys(shop, MONDAY + 5 * HOUR, "2", GRINDER, who="cleo")
    shop.advance(MONDAY + 14 * DAY)
    assert of("anna", shop) == ["03-02 10:00 hello", "03-05 10:00 about-you", "03-09 10:00 favourites"]
    assert of("ben", shop) == ["03-02 11:00 remind", "03-03 11:00 first-order", "03-05 11:00 last"]
    bought = ["03-07 10:00 tips", "03-09 10:00 ideas", "03-11 10:00 again"]
    assert of("cleo", shop)[:1] == ["03-02 11:00 remind"]
    assert sorted(of("cleo", shop)[1:3]) == ["03-02 15:00 confirm", "03-02 15:00 thanks"]
    assert of("cleo", shop)[3:] == bought
    assert of("dora", shop) == ["03-02 10:40 confirm", *bought]
    assert of("gero", shop) == ["03-02 12:12 remind"]
    assert of("frieda", shop) == []


def test_emil_shops_as_a_stranger_logs_in_and_is_one_person_from_then_on(shop: MemoryWorld) -> None:
    shop.batch(track("Product Added", MONDAY, anonymous="phone", **GRINDER))
    shop.advance(MONDAY + 30 * MINUTE)
    shop.batch(identify("emil", MONDAY + 30 * MINUTE, "phone", status="DID_NOT_SUBSCRIBE"))
    shop.batch(identify("emil", MONDAY - 3 * DAY))
    shop.advance(MONDAY + 14 * DAY)
    assert of("emil", shop) == ["03-02 11:00 remind", "03-03 11:00 first-order", "03-05 11:00 last"]


def test_frieda_never_agreed_to_marketing_and_gets_none(shop: MemoryWorld) -> None:
    shop.batch(identify("frieda", MONDAY, status="UNSUBSCRIBED"))
    does(shop, MONDAY, "Product Added", "frieda", **BEANS)
    shop.advance(MONDAY + 14 * DAY)
    assert diary(shop) == []
    assert set(shop.skipped().values()) == {"no_consent"}


def test_hanna_gets_two_marketing_mails_a_day_at_most(shop: MemoryWorld) -> None:
    """Welcome, then the cart's first reminder; the rest waits until a day has passed."""
    shop.batch(identify("hanna", MONDAY))
    for minutes in (0, 5):
        does(shop, MONDAY + minutes * MINUTE, "Product Viewed", "hanna", **BEANS)
    does(shop, MONDAY + 6 * MINUTE, "Product Added", "hanna", **BEANS)
    shop.advance(MONDAY + 14 * DAY)
    at = [datetime.fromisoformat(line[:16]) for line in diary(shop)]
    assert all(later - earlier >= DAY for earlier, later in zip(at, at[2:], strict=False))


def test_one_order_is_thanked_for_once_however_many_journeys_it_ends(shop: MemoryWorld) -> None:
    """Jan comes back after three weeks, looks, fills his cart, hesitates, and buys."""
    shop.batch(identify("jan", MONDAY - 2 * DAY))
    buys(shop, MONDAY, "1", BEANS, who="jan")
    back = MONDAY + 20 * DAY
    for minutes in (0, 5):
        does(shop, back + minutes * MINUTE, "Product Viewed", "jan", **GRINDER)
    does(shop, back + 3 * HOUR, "Product Added", "jan", **GRINDER)
    buys(shop, back + 26 * HOUR, "2", GRINDER, who="jan")
    shop.advance(back + 3 * DAY)
    # Five minutes late: two reminders had left since 12:05 the day before, and that is a day's worth.
    assert [line for line in of("jan", shop) if line.endswith("thanks")] == ["03-23 12:05 thanks"]


def test_a_regular_customer_is_not_drowned_in_mail(shop: MemoryWorld) -> None:
    """Ida orders coffee every three weeks, browses before each order and wants all mail there is."""
    shop.batch(identify("ida", MONDAY, firstName="Ida"))
    for number in range(8):
        day = MONDAY + number * 21 * DAY
        for minutes in (0, 10):
            does(shop, day + minutes * MINUTE, "Product Viewed", "ida", **BEANS)
        does(shop, day + 20 * MINUTE, "Product Added", "ida", **BEANS)
        buys(shop, day + 50 * MINUTE, str(number), BEANS, who="ida")
    shop.advance(MONDAY + 8 * 21 * DAY)
    marketing = [line for line in diary(shop) if not line.endswith(" confirm")]
    assert len(marketing) <= 8 * 4
