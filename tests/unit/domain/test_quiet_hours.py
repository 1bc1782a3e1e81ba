"""Quiet hours where the recipient is: nights, Sundays, holidays, and the nights in which the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from anlass.domain.quiet_hours import Quiet, QuietHours, no_holidays, quiet_at
from anlass.language.countries import country_of
from anlass.language.holidays_of import holidays_of

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = QuietHours(time(20), time(9))


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def asked(text: str, hours: QuietHours = HOURS) -> Quiet | None:
    return quiet_at(at(text), hours, BERLIN, no_holidays)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T20:00", "2026-03-03T09:00"),
        ("2026-03-02T23:59", "2026-03-03T09:00"),
        ("2026-03-03T00:00", "2026-03-03T09:00"),
        ("2026-03-03T08:59", "2026-03-03T09:00"),
    ],
)
def test_a_night_ends_in_its_morning(now: str, until: str) -> None:
    assert asked(now) == Quiet("night", at(until))


@pytest.mark.parametrize("now", ["2026-03-03T09:00", "2026-03-03T13:00", "2026-03-03T19:59"])
def test_days_are_not_quiet(now: str) -> None:
    assert asked(now) is None


def test_a_sunday_is_quiet_to_its_end_and_the_night_after_it_too() -> None:
    assert asked("2026-03-01T12:00") == Quiet("sunday", at("2026-03-02T09:00"))
    assert asked("2026-02-28T21:00") == Quiet("night", at("2026-03-02T09:00")), (
        "of Saturday, and the Sunday that follows"
    )
    assert asked("2026-03-01T12:00", QuietHours(time(20), time(9), sundays=False)) is None


def test_hours_of_one_day_need_no_midnight() -> None:
    noon = QuietHours(time(12), time(14), sundays=False)
    assert asked("2026-03-02T13:00", noon) == Quiet("night", at("2026-03-02T14:00"))
    assert asked("2026-03-02T20:30", noon) is None


def test_easter_is_three_days_and_a_friday() -> None:
    """Good Friday and Easter Monday are holidays, Saturday is a day between, Sunday is a Sunday."""
    holiday = holidays_of("DE", "DE-SH")
    friday = quiet_at(at("2026-04-03T10:00"), HOURS, BERLIN, holiday)
    assert friday == Quiet("holiday", at("2026-04-04T09:00"), "Karfreitag")
    sunday = quiet_at(at("2026-04-05T10:00"), HOURS, BERLIN, holiday)
    assert sunday == Quiet("sunday", at("2026-04-07T09:00"))
    assert quiet_at(at("2026-04-03T10:00"), QuietHours(time(20), time(9), holidays=False), BERLIN, holiday) is None


@pytest.mark.parametrize(
    ("country", "region", "day", "expected"),
    [
        ("DE", "DE-BY", date(2026, 1, 6), True),
        ("DE", "DE-HH", date(2026, 1, 6), False),
        ("DE", "DE-HH", date(2026, 10, 31), True),
        ("DE", "DE-BY", date(2026, 10, 31), False),
        ("DE", "DE-BY", date(2026, 8, 15), True),
        ("DE", None, date(2026, 1, 6), True),
        ("DE", "Bayern", date(2026, 10, 31), True),
        ("DE", "AT-9", date(2026, 1, 6), True),
        ("AT", "AT-9", date(2026, 10, 26), True),
        ("AT", "AT-9", date(2026, 10, 3), False),
        ("CH", "CH-ZH", date(2026, 8, 1), True),
        ("CH", "CH-ZH", date(2026, 1, 6), False),
        ("DE", "DE-BE", date(2026, 7, 1), False),
        ("XX", None, date(2026, 1, 1), False),
        (None, "DE-BY", date(2026, 1, 1), False),
    ],
)
def test_holidays_are_those_of_the_state_and_of_any_where_none_is_known(
    country: str | None, region: str | None, day: date, expected: bool
) -> None:
    assert (holidays_of(country, region)(day) is not None) is expected


def test_holidays_are_named_in_the_countrys_own_words_whatever_the_machine_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US")
    assert holidays_of("DE", "DE-TH")(date(2031, 9, 20)) == "Weltkindertag"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("Deutschland", "DE"),
        ("Austria", "AT"),
        ("Suisse", "CH"),
        ("Atlantis", None),
        (None, None),
    ],
)
def test_countries_are_known_by_code_and_by_name(said: str | None, code: str | None) -> None:
    assert country_of(said) == code


class TestWhenTheClockIsChanged:
    def test_to_summer_time_the_night_is_an_hour_shorter(self) -> None:
        found = quiet_at(at("2026-03-28T21:00"), QuietHours(time(20), time(9), sundays=False), BERLIN, no_holidays)
        assert found == Quiet("night", datetime(2026, 3, 29, 7, tzinfo=UTC))

    def test_a_time_that_does_not_exist_is_the_moment_after(self) -> None:
        hours = QuietHours(time(20), time(2, 30), sundays=False)
        found = quiet_at(at("2026-03-28T21:00"), hours, BERLIN, no_holidays)
        assert found == Quiet("night", datetime(2026, 3, 29, 1, 30, tzinfo=UTC))

    def test_a_time_that_comes_twice_is_awaited_where_it_is_quiet_again(self) -> None:
        """At three it is two once more; from then on until half past two it is quiet for the second time."""
        hours = QuietHours(time(20), time(2, 30), sundays=False)
        first, second = (at("2026-10-25T02:10", fold=fold) for fold in (0, 1))
        assert second - first == timedelta(hours=1)
        assert quiet_at(first, hours, BERLIN, no_holidays) == Quiet("night", at("2026-10-25T02:30"))
        assert quiet_at(second, hours, BERLIN, no_holidays) == Quiet("night", at("2026-10-25T02:30", fold=1))

    def test_a_day_whose_midnight_does_not_exist_begins_an_hour_later(self) -> None:
        cairo = ZoneInfo("Africa/Cairo")
        thursday = QuietHours(time(22), time(23), sundays=False)
        holiday = {date(2026, 4, 23): "a holiday"}.get
        found = quiet_at(at("2026-04-23T12:00", cairo), thursday, cairo, holiday)
        assert found == Quiet("holiday", datetime(2026, 4, 23, 22, tzinfo=UTC), "a holiday")

    def test_a_day_that_a_zone_leaves_out_is_no_trap(self) -> None:
        """Samoa had no 30 December 2011."""
        apia = ZoneInfo("Pacific/Apia")
        found = quiet_at(at("2011-12-29T21:00", apia), HOURS, apia, no_holidays)
        assert found is not None
        assert found.until.astimezone(apia).isoformat() == "2011-12-31T09:00:00+14:00"
