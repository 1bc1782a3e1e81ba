"""Days of the calendar in memory and on what is deployed: the same people at the same minutes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.shipped import both_worlds
from tests.shop import content, journey, mails
from tests.worlds import DAY, HOUR, MemoryWorld, MotoWorld, World, identify, track

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SEGMENT = {"field": "profile.country", "op": "eq", "value": "AT"}


def on_a_date(id_: str, template: str, **trigger: Any) -> dict[str, str]:
    whole = {"type": "date", "field": "profile.birthday", "repeat": "yearly", **trigger}
    return journey(id_, trigger=whole, steps=[mails(template)])


def on_a_day(id_: str, template: str, **trigger: Any) -> dict[str, str]:
    return journey(id_, trigger={"type": "schedule", **trigger}, steps=[mails(template)])


def letters(status: str) -> dict[str, str]:
    trigger = {"type": "event", "event": "Account Created"}
    return journey("letters", trigger=trigger, status=status, steps=[{"wait": "1 day"}, mails("late")])


def bought(status: str) -> dict[str, str]:
    trigger = {"type": "event", "event": "Order Completed"}
    entry = {"backfill": {"per_day": 2}}
    return journey("bought", trigger=trigger, status=status, entry=entry, steps=[mails("thanks")])


FILES = content(
    {"segments/austria.json": json.dumps({"id": "austria", "name": "Austria", "who": SEGMENT})},
    on_a_date("birthday", "cake", at="09:00"),
    on_a_date("soon", "soon", offset="-3 days", at="18:00"),
    on_a_date("third", "third", field="profile.registered_at", years=[3]),
    on_a_day("advent", "advent", every="year", on="advent-1", offset="-3 days", at="07:30", segment="austria"),
    on_a_day("eve", "eve", every="year", on="12-31", at="23:59"),
    on_a_day("first-monday", "monday", cron="30 10 ? 5 MON#1 *"),
    letters("live"),
    bought("off"),
    templates=("cake", "soon", "third", "advent", "eve", "monday", "late", "thanks"),
)


world = both_worlds(FILES, START)


def publish(world: World, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        if isinstance(world, MotoWorld):
            world.runtime.put_content(f"content/{path}", text.encode())
        elif isinstance(world, MemoryWorld):
            world.simulation.publish({path: text})


def left(world: World, step: str) -> list[str]:
    return [line for line in world.told() if line.endswith(f" {step}")]


def test_three_zones_keep_a_leap_day_birthday(world: World) -> None:
    for name, zone in (("aiko", "Asia/Tokyo"), ("berta", "Europe/Berlin"), ("carl", "America/Los_Angeles")):
        world.batch(identify(name, START, birthday="1996-02-29", timezone=zone))
    world.advance(datetime(2028, 3, 2, tzinfo=UTC))
    at_nine = ["00:00 aiko", "08:00 berta", "17:00 carl"]
    assert left(world, "cake") == [f"{day} {who}@shop.example cake" for day in ("02-28", "02-29") for who in at_nine]
    at_six = ["09:00 aiko", "17:00 berta"]
    soon = [f"{day} {who}@shop.example soon" for day in ("02-25", "02-26") for who in at_six]
    assert [line for line in left(world, "soon") if "carl" not in line] == soon
    assert len(left(world, "soon")) == 6


def test_a_year_has_its_days_and_the_last_ends_with_it(world: World) -> None:
    world.batch(identify("anna", START, country="AT", created_at="2023-06-01"), identify("ben", START, country="DE"))
    world.advance(datetime(2027, 1, 2, tzinfo=UTC))
    assert sorted(world.told()) == [
        "05-04 08:30 anna@shop.example monday",
        "05-04 08:30 ben@shop.example monday",
        "06-01 07:00 anna@shop.example third",
        "11-26 06:30 anna@shop.example advent",
        "12-31 22:59 anna@shop.example eve",
        "12-31 22:59 ben@shop.example eve",
    ]


def test_who_comes_after_the_daily_run_is_not_forgotten(world: World) -> None:
    world.advance(START + 6 * HOUR)
    late = START + 6 * HOUR
    world.batch(identify("anna", late, birthday="1990-03-03"))
    world.advance(START + 3 * DAY)
    assert world.told() == ["03-03 08:00 anna@shop.example cake"]


def test_buyers_of_before_enter_two_a_day(world: World) -> None:
    for name in ("anna", "ben", "cleo", "dora", "emil"):
        world.batch(identify(name, START), track("Order Completed", START, name, order_id=name, total=9))
    world.advance(START + DAY)
    publish(world, bought("live"))
    world.advance(START + 9 * DAY)
    by_day = [line[:5] for line in left(world, "thanks")]
    assert len(by_day) == 5
    assert max(by_day.count(day) for day in by_day) <= 2


def test_a_pause_holds_people_and_lets_them_go_on(world: World) -> None:
    world.batch(identify("anna", START), track("Account Created", START, "anna"))
    for hours, status in ((1, "off"), (40, "live")):
        world.advance(START + timedelta(hours=hours))
        publish(world, letters(status))
    assert left(world, "late") == []
    world.advance(START + 3 * DAY)
    assert left(world, "late") == ["03-04 04:01 anna@shop.example late"]
