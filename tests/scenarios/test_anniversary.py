"""On the day somebody registered a word of thanks, every year; in the third year a question of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.shipped import both_worlds, diary, letter, shipped
from tests.worlds import DAY, MemoryWorld, World, identify, track

KIEL = ZoneInfo("Europe/Berlin")
REGISTERED = datetime(2026, 3, 14, 20, 15, tzinfo=KIEL).astimezone(UTC)
CONTENT = shipped("anniversary")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=KIEL).astimezone(UTC)  # type: ignore[misc, arg-type]


def registered(at: datetime, **traits: Any) -> MemoryWorld:
    world = MemoryWorld(CONTENT, at)
    world.batch(identify("anna", at, firstName="Anna", **traits))
    return world


world = both_worlds(CONTENT, local(2026, 3, 1, 12, 0))


def test_anna_registered_a_year_ago_and_ben_three_years_ago(world: World) -> None:
    start = local(2026, 3, 1, 12, 0)
    world.batch(identify("anna", start, createdAt="2025-03-14T19:15:00Z"))
    world.batch(identify("ben", start, createdAt="2023-03-15T08:00:00Z"))
    world.advance(local(2026, 4, 1))
    assert diary(world) == ["2026-03-14 10:00 anna yearly", "2026-03-15 10:00 ben third"]


def test_year_after_year_and_the_third_is_another() -> None:
    world = registered(REGISTERED)
    world.advance(local(2031, 1, 1))
    assert diary(world) == [
        "2027-03-14 10:00 anna yearly",
        "2028-03-14 10:00 anna yearly",
        "2029-03-14 10:00 anna third",
        "2030-03-14 10:00 anna yearly",
    ]


def test_the_mail_counts_the_years_and_the_parcels() -> None:
    world = registered(REGISTERED)
    for number in range(2):
        at = REGISTERED + (number + 1) * DAY
        world.advance(at)
        world.batch(track("Order Completed", at, "anna", order_id=str(number), total=24.5))
    world.advance(local(2028, 4, 1))
    assert "heute vor einem Jahr haben Sie sich bei uns angemeldet" in letter(world, 0)
    assert "heute vor 2 Jahren haben Sie sich bei uns angemeldet" in letter(world, 1)
    assert "Seitdem sind 2 Pakete aus Kiel zu Ihnen gegangen" in letter(world, 1)


def test_registered_on_a_leap_day() -> None:
    world = registered(local(2028, 2, 29, 9, 0))
    world.advance(local(2032, 12, 31))
    assert diary(world) == [
        "2029-02-28 10:00 anna yearly",
        "2030-02-28 10:00 anna yearly",
        "2031-02-28 10:00 anna third",
        "2032-02-29 10:00 anna yearly",
    ]


def test_registered_shortly_after_midnight_it_is_the_day_on_the_wall() -> None:
    """In Greenwich it still was the year before."""
    world = registered(local(2026, 1, 1, 0, 30))
    world.advance(local(2027, 6, 1))
    assert diary(world) == ["2027-01-01 10:00 anna yearly"]


def test_ten_is_ten_on_the_day_when_the_clocks_change() -> None:
    world = registered(local(2026, 3, 28, 12, 0))
    world.advance(local(2027, 6, 1))
    assert diary(world) == ["2027-03-28 10:00 anna yearly"]  # the clocks went forward at two that morning


def test_in_auckland_it_is_their_ten_and_their_day() -> None:
    world = registered(REGISTERED, timezone="Pacific/Auckland")
    world.advance(local(2027, 6, 1))
    assert diary(world, "Pacific/Auckland") == ["2027-03-15 10:00 anna yearly"]


def test_who_left_is_not_thanked() -> None:
    world = registered(REGISTERED)
    world.advance(REGISTERED + 100 * DAY)
    world.batch(identify("anna", REGISTERED + 100 * DAY, status="UNSUBSCRIBED"))
    world.advance(local(2030, 1, 1))
    assert diary(world) == []
