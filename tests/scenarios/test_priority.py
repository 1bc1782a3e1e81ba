"""Where a cap lets only so many through, the more important journey goes first."""

from __future__ import annotations

from datetime import timedelta

from cli.simulation import Simulation
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, sent

ANNA = "anna@shop.example"
DAY = timedelta(days=1)


def a_shop(*priorities: int, **caps: int) -> Simulation:
    """One journey a priority, all begun by the same event; each sends one mail, step and template named after it."""
    files = content(templates=[f"p{p}" for p in priorities], settings={"caps": {"email": caps}})
    for p in priorities:
        files |= journey(
            f"j{p}",
            priority=p,
            trigger={"type": "event", "event": "Content Downloaded"},
            steps=[{"id": f"p{p}", "send": {"template": f"p{p}"}}],
        )
    shop = a_simulation(files)
    shop.ingest(identified("anna", MORNING))
    return shop


def downloads(shop: Simulation) -> None:
    shop.ingest(an_event("Content Downloaded", shop.clock.now(), "anna"))


def left(shop: Simulation) -> list[str]:
    return [line.removeprefix(f"{ANNA} ") for line in sent(shop)]


def test_the_most_important_go_first_and_the_others_when_the_cap_lets_them() -> None:
    shop = a_shop(10, 90, 50, 70, 20, day=2)
    downloads(shop)
    shop.advance(MORNING + timedelta(hours=1))
    assert sorted(left(shop)) == ["p70", "p90"]
    shop.advance(MORNING + 9 * DAY)
    assert sorted(left(shop)[2:4]) == ["p20", "p50"]
    assert left(shop)[4:] == ["p10"]


def test_nobody_waits_where_there_is_room_for_all() -> None:
    shop = a_shop(10, 90, day=2)
    downloads(shop)
    assert len(left(shop)) == 2  # at once, without a minute's delay


def test_who_is_more_important_but_has_nothing_to_say_stops_nobody() -> None:
    shop = a_shop(10, day=1)
    shop.publish(
        journey(
            "patient",
            priority=90,
            trigger={"type": "event", "event": "Content Downloaded"},
            steps=[{"wait": "3 days"}, {"id": "later", "send": {"template": "p10"}}],
        )
    )
    downloads(shop)
    shop.advance(MORNING + timedelta(minutes=10))
    assert left(shop) == ["p10"]
