"""Buyers who go quiet: a mail, a question, a choice, and then silence on our side too."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from anlass.domain.profile import State

from tests.customer import presses
from tests.shipped import a_shop_with_anna, both_worlds, diary, letter, shipped
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, World, identify, track

KIEL = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=KIEL).astimezone(UTC)
CONTENT = shipped("win-back")


def buy(world: World, at: datetime, number: str, category: str = "coffee", who: str = "anna") -> None:
    world.advance(at)
    line: dict[str, Any] = {"product_id": "p", "category": category, "quantity": 1, "price": 12}
    world.batch(track("Order Completed", at, who, order_id=f"{who}-{number}", total=12, products=[line]))


def look(world: World, at: datetime, who: str = "anna") -> None:
    world.advance(at)
    world.batch(track("Product Viewed", at, who, product_id="p"))


def is_sunset(shop: MemoryWorld) -> bool:
    (state,) = [row for row in shop.simulation.store.rows() if isinstance(row, State) and row.pointer is None]
    return state.sunset_at is not None


shop = a_shop_with_anna(CONTENT, MONDAY)
world = both_worlds(CONTENT, MONDAY)


def test_anna_goes_quiet_is_asked_three_times_and_then_left_in_peace_ben_comes_back(world: World) -> None:
    for who in ("anna", "ben"):
        world.batch(identify(who, MONDAY))
        buy(world, MONDAY, "1", who=who)
    buy(world, MONDAY + 50 * DAY, "2", who="ben")
    world.advance(MONDAY + 90 * DAY)
    assert diary(world) == [
        # 45 days of coffee are over at 9:30, and at ten the first mail leaves.
        "2026-04-16 10:00 anna miss",
        "2026-04-16 10:00 ben miss",
        "2026-04-21 09:30 ben thanks",
        "2026-04-23 10:00 anna ask",
        "2026-05-07 10:00 anna last",
    ]


@pytest.mark.parametrize(
    ("category", "days"), [("pastry", 15), ("coffee", 45), ("tea", 60), ("coffee-capsules", 110), ("grinders", 120)]
)
def test_how_long_is_long_depends_on_what_was_bought(shop: MemoryWorld, category: str, days: int) -> None:
    buy(shop, MONDAY, "1", category)
    shop.advance(MONDAY + days * DAY - MINUTE)
    assert diary(shop) == []
    shop.advance(MONDAY + days * DAY + 2 * HOUR)
    assert [line.split(" ", 2)[2] for line in diary(shop)] == ["anna miss"]


def test_whoever_looks_around_again_is_not_asked_why_they_stay_away(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    look(shop, MONDAY + 47 * DAY)
    shop.advance(MONDAY + 80 * DAY)
    assert diary(shop) == ["2026-04-16 10:00 anna miss"]


def test_a_look_counts_as_life_so_the_silence_starts_anew(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    look(shop, MONDAY + 44 * DAY)
    shop.advance(MONDAY + 89 * DAY - MINUTE)
    assert diary(shop) == []
    shop.advance(MONDAY + 90 * DAY)
    assert diary(shop) == ["2026-05-30 10:00 anna miss"]


def test_who_visits_after_the_last_question_stays(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    look(shop, MONDAY + 70 * DAY)
    shop.advance(MONDAY + 81 * DAY)
    assert [line[17:] for line in diary(shop)] == ["anna miss", "anna ask", "anna last"]
    assert not is_sunset(shop)
    buy(shop, MONDAY + 250 * DAY, "2", "pastry")
    shop.advance(MONDAY + 266 * DAY)
    assert diary(shop)[3:] == ["2026-11-22 10:00 anna miss"]


@pytest.mark.parametrize("pressed", ["stay", "leave"])
def test_a_pressed_button_is_an_answer(shop: MemoryWorld, pressed: str) -> None:
    buy(shop, MONDAY, "1")
    presses(shop, MONDAY + 67 * DAY, "last", pressed)
    shop.advance(MONDAY + 100 * DAY)
    assert [line[17:] for line in diary(shop)] == ["anna miss", "anna ask", "anna last"]
    buy(shop, MONDAY + 300 * DAY, "2", "pastry")
    shop.advance(MONDAY + 316 * DAY)
    assert len(diary(shop)) == (4 if pressed == "stay" else 3)


def test_without_an_answer_nothing_more_is_sent_until_they_act_again(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    shop.advance(MONDAY + 400 * DAY)
    assert len(diary(shop)) == 3
    assert is_sunset(shop)
    buy(shop, MONDAY + 400 * DAY, "2", "pastry")
    assert not is_sunset(shop)
    shop.advance(MONDAY + 416 * DAY)
    assert diary(shop)[3:] == ["2027-04-21 10:00 anna miss"]


def test_who_unsubscribes_gets_no_second_mail(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    shop.advance(MONDAY + 46 * DAY)
    shop.batch(identify("anna", MONDAY + 46 * DAY, status="UNSUBSCRIBED"))
    shop.advance(MONDAY + 120 * DAY)
    assert diary(shop) == ["2026-04-16 10:00 anna miss"]


def test_visitors_who_never_bought_are_not_won_back(shop: MemoryWorld) -> None:
    look(shop, MONDAY)
    shop.advance(MONDAY + 400 * DAY)
    assert diary(shop) == []


def test_the_last_mail_has_two_ways_to_answer(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    shop.advance(MONDAY + 70 * DAY)
    mail = letter(shop, 2)
    assert re.search(r"Ja, ich bleibe <http://127.0.0.1/press/[\w.-]+>", mail)
    assert re.search(r"Nein, bitte keine Post mehr <http://127.0.0.1/press/[\w.-]+>", mail)


def test_who_leaves_when_all_is_over_gets_nothing_more_whatever_the_shop_says(shop: MemoryWorld) -> None:
    """The journey has ended by then, and nobody listens to the button any more but the law."""
    buy(shop, MONDAY, "1")
    presses(shop, MONDAY + 200 * DAY, "last", "leave")
    shop.batch(identify("anna", MONDAY + 201 * DAY, firstName="Anna"))
    buy(shop, MONDAY + 202 * DAY, "2", "pastry")
    shop.advance(MONDAY + 400 * DAY)
    assert [line[17:] for line in diary(shop)] == ["anna miss", "anna ask", "anna last"]


def test_a_button_that_is_pressed_twice_is_one_answer_and_another_one_is_another(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    for days, pressed in ((67, "stay"), (67, "stay"), (70, "stay"), (71, "leave")):
        presses(shop, MONDAY + days * DAY, "last", pressed)
    events = [event for _, event in shop.simulation.event_log.stream if event.name == "Button Pressed"]
    assert [event.properties["button"] for event in events] == ["stay", "leave"]
    assert {event.properties["step"] for event in events} == {"last"}


def test_over_the_year_s_end_and_a_leap_day_days_are_days(shop: MemoryWorld) -> None:
    buy(shop, datetime(2027, 12, 20, 8, 15, tzinfo=KIEL).astimezone(UTC), "1")
    shop.advance(datetime(2028, 4, 1, tzinfo=KIEL).astimezone(UTC))
    assert diary(shop) == ["2028-02-03 10:00 anna miss", "2028-02-10 10:00 anna ask", "2028-02-24 10:00 anna last"]


def test_who_returns_in_the_last_hour_is_back(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    look(shop, MONDAY + 52 * DAY - HOUR)
    shop.advance(MONDAY + 80 * DAY)
    assert diary(shop) == ["2026-04-16 10:00 anna miss"]


def test_who_returns_between_the_due_hour_and_ten_is_not_missed(shop: MemoryWorld) -> None:
    buy(shop, MONDAY, "1")
    look(shop, MONDAY + 45 * DAY + 10 * MINUTE)
    shop.advance(MONDAY + 60 * DAY)
    assert diary(shop) == []


def test_nobody_is_missed_at_three_in_the_morning(shop: MemoryWorld) -> None:
    shop.batch(identify("kim", MONDAY, timezone="Asia/Seoul"))
    buy(shop, datetime(2026, 3, 20, 3, 0, tzinfo=ZoneInfo("Asia/Seoul")).astimezone(UTC), "1", "pastry", "kim")
    shop.advance(MONDAY + 40 * DAY)
    assert diary(shop, "Asia/Seoul")[:1] == ["2026-04-04 10:00 kim miss"]
