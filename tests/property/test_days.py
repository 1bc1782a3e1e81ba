"""Whenever somebody appears and wherever they live, a day is planned for them once: by the run before, or at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from anlass.domain.dates import looked_up, return_on
from anlass.domain.local_time import at_local
from anlass.domain.planning import PLANNED_AT, open_days, planned_from, planned_until
from anlass.domain.recurrence import LAST, ByDay, Monthly, Quarterly, Yearly
from anlass.domain.trigger import DateTrigger
from hypothesis import given
from hypothesis import strategies as st

ZONES = (
    *("Etc/GMT+12", "Pacific/Kiritimati", "Pacific/Apia", "Asia/Kathmandu", "Europe/Berlin", "America/St_Johns"),
    *("America/Los_Angeles", "Australia/Lord_Howe", "Asia/Tokyo", "Africa/Casablanca", "Pacific/Chatham"),
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
days = st.dates(date(2024, 1, 3), date(2040, 12, 31))
births = st.dates(date(1920, 1, 1), date(2023, 12, 31))
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))
offsets = st.integers(-364, 364).map(lambda number: timedelta(days=number))
DAY = timedelta(days=1)


def run_of(day: date) -> datetime:
    """When the day is planned."""
    return datetime.combine(day - DAY, PLANNED_AT, UTC)


@given(days, hours, zones)
def test_the_daily_run_comes_before_every_moment_of_its_day(day: date, at: time, zone: ZoneInfo) -> None:
    assert run_of(day) < at_local(day, at, zone)


@given(days, hours, zones, moments)
def test_a_moment_ahead_is_open_or_its_run_is_still_to_come(day: date, at: time, zone: ZoneInfo, now: datetime) -> None:
    if at_local(day, at, zone) > now:
        assert (day in open_days(now)) != (run_of(day) > now)


@given(moments)
def test_open_days_are_few_and_end_with_the_last_that_is_planned(now: datetime) -> None:
    opened = open_days(now)
    assert opened == sorted(opened)
    assert opened[-1] == planned_until(now)
    assert 2 <= len(opened) <= 3


@given(days, st.integers(0, 60))
def test_a_run_that_is_late_still_means_its_whole_day_and_nothing_that_is_long_past(day: date, late: int) -> None:
    now = run_of(day) + timedelta(hours=late)
    assert planned_from(day, now) == max(run_of(day), now - DAY)


@given(births, offsets, st.integers(2024, 2040))
def test_a_date_returns_once_a_year_and_is_found_where_it_is_kept(born: date, offset: timedelta, year: int) -> None:
    trigger = DateTrigger("b/0", "profile.birthday", True, frozenset(), offset, time(9))
    first = date(year, 1, 1)
    year_days = [first + n * DAY for n in range(366) if (first + n * DAY).year == year]
    came = [day for day in year_days if return_on(trigger, born, day + offset) is not None]
    assert len(came) == 1
    assert (born.month, born.day) in {(each.month, each.day) for each in looked_up(trigger, came[0] + offset)}
    assert return_on(trigger, born, came[0] + offset) == year - born.year


@given(st.integers(1, 31), st.integers(2024, 2040))
def test_every_month_has_every_day_once(number: int, year: int) -> None:
    rule = ByDay(Monthly(frozenset({number})), time(9))
    first = date(year, 1, 1)
    came = [day.month for n in range(366) if (day := first + n * DAY).year == year and rule.times_on(day)]
    assert came == list(range(1, 13))


@given(st.one_of(st.just(LAST), st.integers(1, 92)), st.integers(2024, 2040))
def test_every_quarter_has_every_day_once(number: int, year: int) -> None:
    rule = ByDay(Quarterly(frozenset({number})), time(9))
    first = date(year, 1, 1)
    came = [(day.month - 1) // 3 for n in range(366) if (day := first + n * DAY).year == year and rule.times_on(day)]
    assert came == [0, 1, 2, 3]


@given(births, offsets)
def test_a_yearly_day_comes_once_in_any_twelve_months(day: date, offset: timedelta) -> None:
    rule = ByDay(Yearly(frozenset({(day.month, day.day)})), time(9), offset)
    first = date(2025, 1, 1)
    assert sum(len(rule.times_on(first + n * DAY)) for n in range(365)) == 1
