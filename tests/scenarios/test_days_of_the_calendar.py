"""Birthdays, anniversaries and days of the calendar, told in memory: everybody at their own nine o'clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anlass.domain.enrolment import Enrolment
from anlass.domain.profile import State
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.ports import PARTS
from anlass.usecases.plan_day import plan_day
from anlass.usecases.select_people import select_people
from anlass.usecases.selecting.work import Work
from anlass.wire import Selection

from cli.simulation import Simulation
from tests.anna import rows
from tests.shop import a_simulation, an_event, content, identified, journey, mails

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def birthday(**trigger: Any) -> dict[str, str]:
    parts = {"type": "date", "field": "profile.birthday", "repeat": "yearly", "at": "09:00", **trigger}
    parts = {name: part for name, part in parts.items() if part is not None}
    return journey("birthday", trigger=parts, steps=[mails("cake")])


def schedule(**trigger: Any) -> dict[str, str]:
    return journey("season", trigger={"type": "schedule", **trigger}, steps=[mails("offer")])


def a_shop(
    *journeys: dict[str, str], at: datetime = NOON, templates: tuple[str, ...] = ("cake", "offer")
) -> Simulation:
    return a_simulation(content(*journeys, templates=("cake", "offer")), at)


def told(shop: Simulation) -> list[str]:
    """Who got what when, UTC: "03-05 08:00 anna cake"."""
    left = zip(shop.mailer.sent, shop.mail_times, strict=True)
    return [f"{at:%Y-%m-%d %H:%M} {mail.recipient.split('@')[0]} {mail.tags['step']}" for mail, at in left]


def test_at_nine_is_this_day_although_the_calendar_rings_some_seconds_after() -> None:
    steps = [mails("cake", at="09:00"), {"wait": "1 day"}, {"wait": {"until": "09:00"}}, mails("offer")]
    trigger = {"type": "date", "field": "profile.birthday", "repeat": "yearly", "at": "09:00"}
    files = content(journey("birthday", trigger=trigger, steps=steps), templates=("cake", "offer"))
    shop = a_simulation(files, NOON, late=timedelta(seconds=50))
    shop.ingest(identified("anna", NOON, birthday="1990-03-20"))
    shop.advance(NOON + 30 * DAY)
    assert told(shop) == ["2026-03-20 08:00 anna cake", "2026-03-21 08:00 anna offer"]


def test_a_birthday_is_kept_at_nine_oclock_wherever_one_lives() -> None:
    shop = a_shop(birthday())
    homes = {"aiko": "Asia/Tokyo", "berta": "Europe/Berlin", "carl": "America/Los_Angeles"}
    for name, zone in homes.items():
        shop.ingest(identified(name, NOON, birthday="1990-03-20", timezone=zone))
    shop.advance(datetime(2027, 3, 30, tzinfo=UTC))
    assert told(shop) == [
        "2026-03-20 00:00 aiko cake",
        "2026-03-20 08:00 berta cake",
        "2026-03-20 16:00 carl cake",  # Los Angeles has summer time already
        "2027-03-20 00:00 aiko cake",
        "2027-03-20 08:00 berta cake",
        "2027-03-20 16:00 carl cake",
    ]


@pytest.mark.parametrize(
    ("zone", "at"), [("Etc/GMT+12", "12:00"), ("Pacific/Kiritimati", "10:00"), ("Pacific/Apia", "11:00")]
)
def test_midnight_at_the_ends_of_the_earth_is_planned_in_time(zone: str, at: str) -> None:
    shop = a_shop(birthday(at="00:00"))
    shop.ingest(identified("anna", NOON, birthday="1990-03-20", timezone=zone))
    shop.advance(datetime(2026, 3, 30, tzinfo=UTC))
    day = "2026-03-20" if zone == "Etc/GMT+12" else "2026-03-19"
    assert told(shop) == [f"{day} {at} anna cake"]


def test_a_birthday_mail_may_come_three_days_before_or_a_week_after() -> None:
    shop = a_shop(birthday(offset="-3 days"))
    shop.ingest(identified("anna", NOON, birthday="1990-01-02"))
    shop.advance(datetime(2027, 1, 1, tzinfo=UTC))
    assert told(shop) == ["2026-12-30 08:00 anna cake"]
    late = a_shop(birthday(offset="1 week"))
    late.ingest(identified("anna", NOON, birthday="1990-12-30"))
    late.advance(datetime(2027, 2, 1, tzinfo=UTC))
    assert told(late) == ["2027-01-06 08:00 anna cake"]


def test_who_was_born_on_29_february_celebrates_on_the_28th_in_other_years() -> None:
    shop = a_shop(birthday())
    shop.ingest(identified("anna", NOON, birthday="1996-02-29"))
    shop.ingest(identified("ben", NOON, birthday="1996-02-28"))
    shop.advance(datetime(2028, 3, 2, tzinfo=UTC))
    assert told(shop) == [
        "2027-02-28 08:00 ben cake",
        "2027-02-28 08:00 anna cake",
        "2028-02-28 08:00 ben cake",
        "2028-02-29 08:00 anna cake",
    ]


def test_the_third_anniversary_of_an_account_is_the_only_one_where_nobody_asks_for_others() -> None:
    shop = a_shop(birthday(field="profile.registered_at", years=[3]))
    shop.ingest(identified("anna", NOON, created_at="2024-05-01T10:00:00Z"))
    shop.ingest(identified("ben", NOON))  # since today
    shop.advance(datetime(2029, 12, 1, tzinfo=UTC))
    assert told(shop) == ["2027-05-01 07:00 anna cake", "2029-03-02 08:00 ben cake"]


def test_a_date_without_a_return_comes_once() -> None:
    shop = a_shop(birthday(field="profile.trial_ends", repeat=None, offset="-2 days"))
    shop.ingest(identified("anna", NOON, trial_ends="2026-04-10"))
    shop.ingest(identified("ben", NOON, trial_ends="2025-04-10"))
    shop.advance(datetime(2028, 1, 1, tzinfo=UTC))
    assert told(shop) == ["2026-04-08 07:00 anna cake"]


def test_the_entry_says_which_date_and_which_return() -> None:
    shop = a_shop(birthday(offset="-3 days"))
    shop.ingest(identified("anna", NOON, birthday="1990-04-01"))
    shop.advance(datetime(2026, 4, 2, tzinfo=UTC))
    (state,) = (row for row in rows(shop, State) if row.pointer is None)
    (enrolment,) = rows(shop, Enrolment)
    assert enrolment.entry.properties == {"date": "2026-04-01", "years": 36, "field": "profile.birthday"}
    assert state.entered["birthday"].at == datetime(2026, 3, 29, 7, tzinfo=UTC)


def test_in_a_birthday_journey_a_wait_counts_from_the_birthday_that_enrolled() -> None:
    steps = [mails("cake"), {"wait": {"until": "profile.birthday", "offset": "7 days"}}, mails("offer")]
    trigger = {"type": "date", "field": "profile.birthday", "repeat": "yearly", "offset": "-3 days", "at": "09:00"}
    shop = a_shop(journey("birthday", trigger=trigger, steps=steps))
    shop.ingest(identified("anna", NOON, birthday="1990-03-20"))
    shop.advance(datetime(2026, 6, 1, tzinfo=UTC))
    assert told(shop) == ["2026-03-17 08:00 anna cake", "2026-03-26 23:00 anna offer"]


def test_an_offset_after_the_birthday_still_counts_from_it() -> None:
    steps = [mails("cake"), {"wait": {"until": "profile.birthday", "offset": "7 days"}}, mails("offer")]
    trigger = {"type": "date", "field": "profile.birthday", "repeat": "yearly", "offset": "2 days", "at": "09:00"}
    shop = a_shop(journey("birthday", trigger=trigger, steps=steps))
    shop.ingest(identified("anna", NOON, birthday="1990-03-20"))
    shop.advance(datetime(2026, 6, 1, tzinfo=UTC))
    assert told(shop) == ["2026-03-22 08:00 anna cake", "2026-03-26 23:00 anna offer"]


def test_who_tells_a_birthday_of_tomorrow_after_the_daily_run_is_not_forgotten() -> None:
    shop = a_shop(birthday())
    shop.advance(NOON + timedelta(hours=4))
    shop.ingest(identified("anna", NOON + timedelta(hours=4), birthday="1990-03-03"))
    shop.advance(NOON + 3 * DAY)
    assert told(shop) == ["2026-03-03 08:00 anna cake"]


def test_who_tells_it_on_the_day_itself_gets_it_if_the_hour_is_still_to_come() -> None:
    shop = a_shop(birthday(at="18:00"), at=NOON - timedelta(hours=8))
    shop.advance(NOON)
    shop.ingest(identified("anna", NOON, birthday="1990-03-02"))
    shop.advance(NOON + timedelta(hours=6))
    shop.ingest(identified("ben", NOON + timedelta(hours=6), birthday="1990-03-02"))
    shop.advance(NOON + 3 * DAY)
    assert told(shop) == ["2026-03-02 17:00 anna cake"]


def test_a_birthday_that_turns_out_to_be_another_one_is_kept_once_on_the_right_day() -> None:
    shop = a_shop(birthday())
    shop.ingest(identified("anna", NOON, birthday="1990-03-03"))
    shop.advance(NOON + timedelta(hours=1))
    shop.ingest(identified("anna", NOON + timedelta(hours=1), birthday="1990-03-05"))
    shop.advance(NOON + 30 * DAY)
    assert told(shop) == ["2026-03-05 08:00 anna cake"]


def test_who_moves_to_another_zone_gets_it_at_nine_there() -> None:
    shop = a_shop(birthday())
    shop.ingest(identified("anna", NOON, birthday="1990-03-20", timezone="Europe/Berlin"))
    shop.advance(datetime(2026, 3, 19, 20, tzinfo=UTC))
    shop.ingest(identified("anna", shop.clock.now(), timezone="America/New_York"))
    shop.advance(datetime(2026, 4, 1, tzinfo=UTC))
    assert told(shop) == ["2026-03-20 13:00 anna cake"]


def test_an_anonymous_visitor_who_logs_in_has_one_birthday() -> None:
    shop = a_shop(birthday())
    shop.ingest(identified(None, NOON, "phone", subscribed=None, birthday="1990-03-03", email="x@shop.example"))
    shop.ingest(identified("anna", NOON, birthday="1990-03-03"))
    shop.advance(NOON + timedelta(hours=2))
    shop.ingest(identified("anna", NOON + timedelta(hours=2), "phone"))
    shop.advance(NOON + 3 * DAY)
    assert told(shop) == ["2026-03-03 08:00 anna cake"]
    assert len(rows(shop, Send)) == 1


def test_a_day_of_the_calendar_is_everybodys_at_their_own_hour_through_the_change_to_summer_time() -> None:
    shop = a_shop(schedule(every="week", on="sunday", at="02:30"))
    shop.ingest(identified("anna", NOON), identified("ben", NOON, timezone="Asia/Tokyo"))
    shop.advance(datetime(2026, 4, 1, tzinfo=UTC))
    anna = [line for line in told(shop) if "anna" in line]
    assert anna == [
        "2026-03-08 01:30 anna offer",
        "2026-03-15 01:30 anna offer",
        "2026-03-22 01:30 anna offer",
        "2026-03-29 01:30 anna offer",  # 2:30 does not exist; it is 3:30 then
    ]
    assert next(line[:16] for line in told(shop) if "ben" in line) == "2026-03-07 17:30"


def test_the_hour_that_comes_twice_in_autumn_counts_once() -> None:
    shop = a_shop(schedule(every="day", at="02:30"), at=datetime(2026, 10, 24, 8, tzinfo=UTC))
    shop.ingest(identified("anna", shop.clock.now()))
    shop.advance(datetime(2026, 10, 26, 12, tzinfo=UTC))
    assert told(shop) == ["2026-10-25 00:30 anna offer", "2026-10-26 01:30 anna offer"]


def test_advent_comes_every_year_on_another_date() -> None:
    shop = a_shop(schedule(every="year", on="advent-1", offset="-3 days"))
    shop.ingest(identified("anna", NOON))
    shop.advance(datetime(2028, 12, 31, tzinfo=UTC))
    assert told(shop) == [
        "2026-11-26 08:00 anna offer",
        "2027-11-25 08:00 anna offer",
        "2028-11-30 08:00 anna offer",
    ]


def test_new_years_eve_and_new_year_are_two_days_of_two_years() -> None:
    shop = a_shop(schedule(every="year", on=["12-31", "01-01"], at="23:59"))
    shop.ingest(identified("anna", NOON))
    shop.advance(datetime(2027, 1, 5, tzinfo=UTC))
    assert told(shop) == ["2026-12-31 22:59 anna offer", "2027-01-01 22:59 anna offer"]


def test_once_is_once() -> None:
    shop = a_shop(schedule(date="2026-12-01"))
    shop.ingest(identified("anna", NOON))
    shop.advance(datetime(2028, 1, 1, tzinfo=UTC))
    assert told(shop) == ["2026-12-01 08:00 anna offer"]


def test_cron_may_come_twice_a_day() -> None:
    shop = a_shop(schedule(cron="0 9,18 ? * MON#1 *"))
    shop.ingest(identified("anna", NOON))
    shop.advance(datetime(2026, 4, 30, tzinfo=UTC))
    assert told(shop) == ["2026-03-02 17:00 anna offer", "2026-04-06 07:00 anna offer", "2026-04-06 16:00 anna offer"]


def test_a_schedule_is_for_those_in_its_segment() -> None:
    who = {"field": "profile.country", "op": "eq", "value": "AT"}
    austria = {"segments/austria.json": json.dumps({"id": "austria", "name": "Austria", "who": who})}
    shop = a_shop(austria, schedule(every="year", on="12-01", at="09:00", segment="austria"))
    shop.ingest(identified("anna", NOON, country="AT"), identified("ben", NOON, country="DE"))
    shop.advance(datetime(2026, 11, 30, 20, tzinfo=UTC))
    shop.ingest(identified("cleo", shop.clock.now(), country="AT"))  # after the daily run
    shop.ingest(identified("ben", shop.clock.now(), country="AT"))  # moved
    shop.advance(datetime(2026, 12, 5, tzinfo=UTC))
    assert sorted(told(shop)) == [f"2026-12-01 08:00 {name} offer" for name in ("anna", "ben", "cleo")]


def test_strangers_whom_nobody_can_reach_are_not_selected() -> None:
    shop = a_shop(schedule(every="day", at="09:00"))
    shop.ingest(an_event("Product Viewed", NOON, anonymous="phone", product_id="beans"))
    shop.advance(NOON + 3 * DAY)
    assert rows(shop, Timer) == []


def test_a_journey_that_goes_live_after_todays_run_still_gets_today_and_tomorrow() -> None:
    shop = a_shop()
    shop.ingest(identified("anna", NOON, birthday="1990-03-02"), identified("ben", NOON, birthday="1990-03-03"))
    shop.publish(birthday(at="18:00"))
    shop.advance(NOON + 5 * DAY)
    assert told(shop) == ["2026-03-02 17:00 anna cake", "2026-03-03 17:00 ben cake"]


def test_an_hour_that_is_changed_after_the_daily_run_counts_as_it_is_by_now() -> None:
    shop = a_shop(birthday(), schedule(every="day", at="09:00"))
    shop.ingest(identified("anna", NOON, birthday="1990-03-03"))
    shop.advance(NOON + timedelta(hours=1))
    shop.publish(birthday(at="11:00"))
    shop.publish(schedule(every="day", at="12:00"))
    shop.advance(NOON + 1.5 * DAY)
    assert told(shop) == ["2026-03-03 10:00 anna cake", "2026-03-03 11:00 anna offer"]


def test_a_daily_run_that_comes_again_changes_nothing() -> None:
    shop = a_shop(birthday(), schedule(every="day", at="09:00"))
    shop.ingest(identified("anna", NOON, birthday="1990-03-04"))
    shop.advance(NOON + DAY)
    before = list(shop.selections.names)
    plan_day(definitions=shop.definitions, selections=shop.selections, clock=shop.clock)
    assert list(shop.selections.names) == before
    shop.advance(NOON + 3 * DAY)
    assert [line for line in told(shop) if "cake" in line] == ["2026-03-04 08:00 anna cake"]


def test_a_page_that_is_read_again_makes_the_same_rows() -> None:
    shop = a_shop(birthday())
    for number in range(30):
        shop.ingest(identified(f"p{number}", NOON, birthday="1990-03-03"))
    work = Work(shop.census, shop.store, shop.event_log, shop.definitions, shop.clock)
    index = shop.definitions.index()[1]
    version = index["journeys"]["birthday"]
    selection = Selection("date", "birthday", version, "birthday/0", "2026-03-03", NOON.isoformat())
    for _ in range(2):
        for part in range(PARTS):
            select_people(selection, part, None, work)
    assert len(rows(shop, Timer)) == 30
    shop.advance(NOON + 2 * DAY)
    for part in range(PARTS):
        select_people(selection, part, None, work)  # long after they rang
    shop.advance(NOON + 3 * DAY)
    assert len(told(shop)) == 30


def test_a_run_that_an_outage_swallowed_is_caught_up_the_next_day() -> None:
    shop = a_shop(schedule(every="day", at="23:00"))
    shop.ingest(identified("anna", NOON))
    shop.advance(NOON + timedelta(hours=20))
    shop._next_plan = shop.clock.now() + DAY
    shop.advance(NOON + 3 * DAY)
    assert told(shop) == [f"2026-03-0{day} 22:00 anna offer" for day in (2, 3, 4)]


def test_ten_years_of_birthdays_are_ten_mails() -> None:
    shop = a_shop(birthday())
    shop.ingest(identified("anna", NOON, birthday="1996-02-29"))
    shop.advance(datetime(2036, 3, 1, 12, tzinfo=UTC))
    assert len(told(shop)) == 10
