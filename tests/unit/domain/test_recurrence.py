"""When a schedule comes: feasts, days of week, month, quarter and year, cron."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import dateutil.easter  # type: ignore[import-untyped]
import pytest
from anlass.domain.cron import parse_cron
from anlass.domain.feasts import FEASTS, easter
from anlass.domain.recurrence import LAST, ByDay, Monthly, Once, Quarterly, Recurrence, Weekly, Yearly

NINE = time(9)


def days(year: int, month: int | None = None) -> Iterator[date]:
    day = date(year, month or 1, 1)
    while day.year == year and (month is None or day.month == month):
        yield day
        day += timedelta(days=1)


def in_year(recurrence: Recurrence, year: int, month: int | None = None) -> list[str]:
    """All times of a year as texts, "03-02 09:00"."""
    return [f"{day:%m-%d} {at:%H:%M}" for day in days(year, month) for at in recurrence.times_on(day)]


def cron(text: str, year: int = 2026, month: int | None = None) -> list[str]:
    return in_year(parse_cron(text), year, month)


def test_easter_is_what_a_library_says_for_six_hundred_years() -> None:
    for year in range(1600, 2200):
        assert easter(year) == dateutil.easter.easter(year)


def test_the_feasts_of_2026_are_those_of_the_calendar_on_the_wall() -> None:
    assert {name: f"{day(2026):%m-%d}" for name, day in FEASTS.items()} == {
        "new-year": "01-01",
        "valentines-day": "02-14",
        "rose-monday": "02-16",
        "ash-wednesday": "02-18",
        "womens-day": "03-08",
        "good-friday": "04-03",
        "easter": "04-05",
        "easter-monday": "04-06",
        "labour-day": "05-01",
        "mothers-day": "05-10",
        "fathers-day": "05-14",
        "ascension": "05-14",
        "pentecost": "05-24",
        "whit-monday": "05-25",
        "corpus-christi": "06-04",
        "german-unity": "10-03",
        "halloween": "10-31",
        "singles-day": "11-11",
        "black-friday": "11-27",
        "cyber-monday": "11-30",
        "advent-1": "11-29",
        "advent-2": "12-06",
        "advent-3": "12-13",
        "advent-4": "12-20",
        "st-nicholas": "12-06",
        "christmas-eve": "12-24",
        "christmas": "12-25",
        "new-years-eve": "12-31",
    }


@pytest.mark.parametrize(("year", "first", "fourth"), [(2022, "11-27", "12-18"), (2023, "12-03", "12-24")])
def test_the_fourth_sunday_of_advent_may_be_christmas_eve(year: int, first: str, fourth: str) -> None:
    assert f"{FEASTS['advent-1'](year):%m-%d}" == first
    assert f"{FEASTS['advent-4'](year):%m-%d}" == fourth


def test_once_comes_on_its_day_and_never_again() -> None:
    once = ByDay(Once(date(2026, 12, 1)), NINE)
    assert in_year(once, 2026) == ["12-01 09:00"]
    assert in_year(once, 2027) == []


def test_a_week_has_the_days_that_it_names() -> None:
    assert in_year(ByDay(Weekly(frozenset({0, 3})), NINE), 2026, 3) == [
        f"03-{day} 09:00" for day in ("02", "05", "09", "12", "16", "19", "23", "26", "30")
    ]


def test_the_31st_of_a_shorter_month_is_its_last_day() -> None:
    comes = [line[:5] for line in in_year(ByDay(Monthly(frozenset({31})), NINE), 2026)]
    assert comes[:4] == ["01-31", "02-28", "03-31", "04-30"]
    assert comes == [line[:5] for line in in_year(ByDay(Monthly(frozenset({LAST})), NINE), 2026)]


def test_the_30th_and_the_31st_of_february_come_once() -> None:
    assert in_year(ByDay(Monthly(frozenset({30, 31})), NINE), 2028, 2) == ["02-29 09:00"]


def test_three_days_before_the_end_of_a_month_counts_from_its_last_day() -> None:
    before = ByDay(Monthly(frozenset({LAST})), NINE, timedelta(days=-3))
    assert [line[:5] for line in in_year(before, 2026)][:3] == ["01-28", "02-25", "03-28"]


def test_a_quarter_begins_in_january_april_july_and_october() -> None:
    comes = [line[:5] for line in in_year(ByDay(Quarterly(frozenset({1, 32})), NINE), 2026)]
    assert comes == ["01-01", "02-01", "04-01", "05-02", "07-01", "08-01", "10-01", "11-01"]


def test_the_92nd_day_of_a_shorter_quarter_is_its_last() -> None:
    comes = [line[:5] for line in in_year(ByDay(Quarterly(frozenset({92})), NINE), 2026)]
    assert comes == ["03-31", "06-30", "09-30", "12-31"]
    assert comes == [line[:5] for line in in_year(ByDay(Quarterly(frozenset({LAST})), NINE), 2026)]


def test_29_february_falls_on_the_28th_in_other_years() -> None:
    leap = ByDay(Yearly(frozenset({(2, 29)})), NINE)
    assert [in_year(leap, year) for year in (2026, 2028)] == [["02-28 09:00"], ["02-29 09:00"]]


def test_an_offset_may_lead_into_the_year_before() -> None:
    soon = ByDay(Yearly(frozenset({"new-year"})), NINE, timedelta(days=-10))
    assert in_year(soon, 2026) == ["12-22 09:00"]


def test_ten_days_before_the_first_sunday_of_advent() -> None:
    soon = ByDay(Yearly(frozenset({"advent-1"})), NINE, timedelta(days=-10))
    assert [in_year(soon, year) for year in (2026, 2027)] == [["11-19 09:00"], ["11-18 09:00"]]


def test_cron_every_monday_at_nine() -> None:
    assert cron("0 9 ? * MON *", month=3) == [f"03-{day} 09:00" for day in ("02", "09", "16", "23", "30")]


def test_cron_counts_the_days_of_the_week_from_sunday() -> None:
    assert cron("0 9 ? 3 1 2026") == [f"03-{day} 09:00" for day in ("01", "08", "15", "22", "29")]
    assert cron("0 9 ? 3 SUN 2026") == cron("0 9 ? 3 1 2026")


def test_cron_knows_lists_ranges_and_steps() -> None:
    assert cron("0,30 8-9 1 1 ? *") == ["01-01 08:00", "01-01 08:30", "01-01 09:00", "01-01 09:30"]
    assert cron("0/20 9 1 1 ? *") == ["01-01 09:00", "01-01 09:20", "01-01 09:40"]
    assert cron("15 10 10-20/5 JAN-MAR/2 ? *") == [
        f"{month}-{day} 10:15" for month in ("01", "03") for day in ("10", "15", "20")
    ]


def test_cron_knows_the_last_day_of_a_month() -> None:
    assert [line[:5] for line in cron("0 9 L * ? *")][:3] == ["01-31", "02-28", "03-31"]


def test_cron_knows_the_working_day_nearest_to_a_date_within_the_month() -> None:
    assert cron("0 9 1W 8 ? 2026") == ["08-03 09:00"]  # the 1st is a Saturday, and July is another month
    assert cron("0 9 15W 8 ? 2026") == ["08-14 09:00"]  # a Saturday
    assert cron("0 9 15W 3 ? 2026") == ["03-16 09:00"]  # a Sunday
    assert cron("0 9 31W 5 ? 2026") == ["05-29 09:00"]  # a Sunday, and June is another month
    assert cron("0 9 31W 6 ? 2026") == []  # June has no 31st
    assert cron("0 9 LW 5 ? 2026") == ["05-29 09:00"]


def test_cron_knows_the_last_friday_and_the_second_tuesday() -> None:
    assert cron("0 10 ? * 6L 2026", month=3) == ["03-27 10:00"]
    assert cron("0 10 ? 3 FRIL 2026") == ["03-27 10:00"]
    assert cron("0 10 ? * 3#2 *", month=3) == ["03-10 10:00"]
    assert [line[:5] for line in cron("0 10 ? * MON#5 *")] == ["03-30", "06-29", "08-31", "11-30"]


def test_cron_ends_with_its_years() -> None:
    assert [len(cron("0 9 1 1 ? 2026-2027", year)) for year in (2025, 2026, 2027, 2028)] == [0, 1, 1, 0]


def test_cron_may_come_with_its_wrapper_and_in_small_letters() -> None:
    assert parse_cron("cron(0 9 ? * mon-fri *)") == parse_cron("0 9 ? * 2-6 *")


@pytest.mark.parametrize("text", ["0 9 31 2 ? *", "0 9 30W 2 ? *", "0 9 29 2 ? 2026-2027", "0 9 ? 2 MON#5 2026"])
def test_a_day_that_never_comes_is_found(text: str) -> None:
    assert not parse_cron(text).comes_at_all()


def test_29_february_comes_at_all() -> None:
    assert parse_cron("0 9 29 2 ? *").comes_at_all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 9 * * *", "has 5 fields; write six"),
        ("0 9 * * * *", 'neither field for days is "?"'),
        ("0 9 ? * ? *", 'both fields for days are "?"'),
        ("60 9 ? * MON *", '"60" is no minute; write 0 to 59'),
        ("0 9 ? * MOON *", '"MOON" is no day of the week; write 1 to 7 or SUN to SAT'),
        ("0 22-2 ? * MON *", '"22-2" goes backwards'),
        ("0 9 ? * 2#6 *", '"6" is no number after "#"; write 1 to 5'),
        ("0 9 0W * ? *", '"0" is no day of the month'),
        ("0 9 1 1 ? 1969", '"1969" is no year'),
        ("0/0 9 ? * MON *", '"0" is no step of the minute'),
        ("0 9 ? * ,MON *", '"" is no day of the week'),
        ("0 ٩ ? * MON *", "is no hour"),
    ],
)
def test_a_mistake_in_a_cron_is_said_with_what_would_be_right(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".+;.+") as caught:
        parse_cron(text)
    assert said in str(caught.value)
