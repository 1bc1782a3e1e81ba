"""Ten days before the birthday something useful, on the day the congratulation, and later one more idea."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.shipped import both_worlds, diary, letter, shipped
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify, track

KIEL = ZoneInfo("Europe/Berlin")
JANUARY = datetime(2026, 1, 15, 12, 0, tzinfo=KIEL).astimezone(UTC)
CONTENT = shipped("birthday")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=KIEL).astimezone(UTC)  # type: ignore[misc, arg-type]


def buy(world: World, at: datetime, who: str = "anna") -> None:
    world.advance(at)
    world.batch(track("Order Completed", at, who, order_id=f"{who} {at.isoformat()}", total=24.5))


def somebody_born(birthday: str, start: datetime = JANUARY, **traits: Any) -> MemoryWorld:
    world = MemoryWorld(CONTENT, start)
    world.batch(identify("anna", start, birthday=birthday, firstName="Anna", **traits))
    return world


world = both_worlds(CONTENT, local(2026, 4, 20, 12, 0))


def test_anna_has_her_birthday_in_may_ben_too_but_he_orders_before(world: World) -> None:
    start = local(2026, 4, 20, 12, 0)
    for who in ("anna", "ben"):
        world.batch(identify(who, start, birthday="1988-05-08"))
    buy(world, local(2026, 5, 2, 20, 0), "ben")
    world.advance(local(2026, 6, 1))
    assert diary(world) == [
        "2026-04-28 09:00 anna prepare",
        "2026-04-28 09:00 ben prepare",
        "2026-05-08 09:00 anna congratulate",
        "2026-05-08 09:00 ben congratulate-buyer",
        "2026-05-13 17:00 anna follow-up",
    ]


def test_it_comes_back_every_year() -> None:
    world = somebody_born("1988-05-08")
    world.advance(local(2029, 1, 1))
    years = ("2026", "2027", "2028")
    assert [line[:10] for line in diary(world)] == [f"{y}-{d}" for y in years for d in ("04-28", "05-08", "05-13")]


def test_born_on_a_leap_day_one_has_a_birthday_every_year() -> None:
    world = somebody_born("1992-02-29")
    world.advance(local(2028, 12, 31))
    assert diary(world) == [
        "2026-02-18 09:00 anna prepare",
        "2026-02-28 09:00 anna congratulate",
        "2026-03-05 17:00 anna follow-up",
        "2027-02-18 09:00 anna prepare",
        "2027-02-28 09:00 anna congratulate",
        "2027-03-05 17:00 anna follow-up",
        "2028-02-19 09:00 anna prepare",
        "2028-02-29 09:00 anna congratulate",
        "2028-03-05 17:00 anna follow-up",
    ]


@pytest.mark.parametrize(
    ("birthday", "told"),
    [
        (
            "1970-03-29",
            ["2026-03-19 09:00", "2026-03-29 09:00", "2026-04-03 17:00"],
        ),  # the clocks go forward that night
        ("1970-03-27", ["2026-03-17 09:00", "2026-03-27 09:00", "2026-04-01 17:00"]),  # and here between two mails
        ("1970-10-25", ["2026-10-15 09:00", "2026-10-25 09:00", "2026-10-30 17:00"]),  # and back
        ("1970-10-22", ["2026-10-12 09:00", "2026-10-22 09:00", "2026-10-27 17:00"]),
        ("1970-12-31", ["2026-12-21 09:00", "2026-12-31 09:00", "2027-01-05 17:00"]),
    ],
)
def test_nine_is_nine_whatever_the_clocks_do(birthday: str, told: list[str]) -> None:
    world = somebody_born(birthday)
    world.advance(local(2027, 1, 14))
    assert [line[:16] for line in diary(world)] == told


def test_born_in_the_first_days_of_january_the_first_mail_comes_in_the_old_year() -> None:
    world = somebody_born("1980-01-05")
    world.advance(local(2027, 1, 31))
    assert [line[:16] for line in diary(world)] == ["2026-12-26 09:00", "2027-01-05 09:00", "2027-01-10 17:00"]


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Asia/Tokyo", "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Pago_Pago"]
)
def test_the_congratulation_comes_at_nine_where_they_live(zone: str) -> None:
    world = somebody_born("1988-05-08", timezone=zone)
    world.advance(local(2026, 6, 1))
    assert diary(world, zone) == [
        "2026-04-28 09:00 anna prepare",
        "2026-05-08 09:00 anna congratulate",
        "2026-05-13 17:00 anna follow-up",
    ]


def test_an_order_on_the_morning_of_the_day_does_not_cost_the_congratulation() -> None:
    world = somebody_born("1988-05-08")
    buy(world, local(2026, 5, 8, 7, 30))
    world.advance(local(2026, 6, 1))
    assert diary(world) == ["2026-04-28 09:00 anna prepare", "2026-05-08 09:00 anna congratulate-buyer"]


def test_who_orders_after_the_day_needs_no_further_idea() -> None:
    world = somebody_born("1988-05-08")
    buy(world, local(2026, 5, 10, 7, 30))
    world.advance(local(2026, 6, 1))
    assert diary(world) == ["2026-04-28 09:00 anna prepare", "2026-05-08 09:00 anna congratulate"]


def test_nobody_is_congratulated_before_the_day() -> None:
    world = somebody_born("1988-05-08")
    world.advance(local(2026, 5, 1))
    assert "Glückwunsch" not in letter(world)
    assert "Alles Gute" not in letter(world)


def test_whose_birthday_is_not_known_or_who_never_agreed_gets_nothing() -> None:
    world = MemoryWorld(CONTENT, JANUARY)
    world.batch(identify("anna", JANUARY), identify("ben", JANUARY, birthday="1988-05-08", status="UNSUBSCRIBED"))
    world.advance(JANUARY + 365 * DAY)
    assert diary(world) == []


def test_a_corrected_birthday_is_the_one_that_counts() -> None:
    world = somebody_born("1988-05-08")
    world.batch(identify("anna", JANUARY + HOUR, birthday="1988-08-05"))
    world.advance(local(2026, 8, 6))
    assert diary(world) == ["2026-07-26 09:00 anna prepare", "2026-08-05 09:00 anna congratulate"]
