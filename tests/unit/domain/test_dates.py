"""Which dates of a person the index holds, and which return of one a trigger means."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from anlass.domain.dates import MOST, dates_of, day_of, looked_up, return_on
from anlass.domain.trigger import DateTrigger

from tests.builders import NOON, some_attributes

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
BIRTHDAY = "profile.birthday"
YEARLY = DateTrigger("b/0", BIRTHDAY, True, frozenset(), timedelta(0), time(9))


def known(**traits: Any) -> dict[str, str]:
    found = dates_of(some_attributes(traits=traits, registered_at=None), BERLIN)
    return {field.removeprefix("profile."): day.isoformat() for field, day in found.items()}


def test_a_birthday_and_what_else_looks_like_a_date_is_known() -> None:
    assert known(birthday="1990-05-17", wedding="2015-08-01", first_name="Anna", size=38) == {
        "birthday": "1990-05-17",
        "wedding": "2015-08-01",
    }


@pytest.mark.parametrize(
    "value", ["20260301", "2026-13-01", "2026-02-30", "1.3.2026", "03-01", 20260301, True, None, ""]
)
def test_what_only_resembles_a_date_is_none(value: object) -> None:
    assert known(trait=value) == {}


def test_a_date_within_an_object_is_known_and_one_deeper_is_not() -> None:
    assert known(child={"birthday": "2020-01-02", "school": {"starts": "2026-09-01"}}) == {
        "child.birthday": "2020-01-02"
    }


def test_the_day_of_an_account_is_what_the_shop_says_else_when_we_first_heard_of_it() -> None:
    assert known(created_at="2020-05-01T22:30:00Z")["registered_at"] == "2020-05-02"  # in Berlin
    heard = dates_of(some_attributes(registered_at=NOON), BERLIN)
    assert heard == {"profile.registered_at": date(2026, 3, 2)}


def test_of_very_many_dates_some_are_known_and_the_birthday_is_among_them() -> None:
    many = {f"a{number:02d}": "2026-01-01" for number in range(2 * MOST)}
    found = known(**many, birthday="1990-05-17")
    assert len(found) == MOST
    assert "birthday" in found


def test_nothing_is_known_of_strangers() -> None:
    assert dates_of(None, BERLIN) == {}


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("1990-05-17", date(1990, 5, 17)),
        ("1990-05-17T00:00:00.000Z", date(1990, 5, 17)),  # a date that somebody wrote as a moment
        ("1990-05-17T03:00:00Z", date(1990, 5, 16)),
        (datetime(1990, 5, 17, 12, tzinfo=UTC), date(1990, 5, 17)),
        ("0001-01-01", None),
        ("9999-12-31T23:00:00Z", None),
        ("soon", None),
    ],
)
def test_a_moment_falls_on_the_recipients_day(value: object, day: date | None) -> None:
    assert day_of(value, NEW_YORK) == day


def test_a_birthday_comes_back_from_the_first_year_on() -> None:
    born = date(2026, 5, 17)
    returns = [return_on(YEARLY, born, date(year, 5, 17)) for year in (2025, 2026, 2027, 2036)]
    assert returns == [None, None, 1, 10]


def test_29_february_is_looked_for_on_the_28th_in_years_that_have_none() -> None:
    assert looked_up(YEARLY, date(2026, 2, 28)) == (date(2026, 2, 28), date(2000, 2, 29))
    assert looked_up(YEARLY, date(2028, 2, 28)) == (date(2028, 2, 28),)
    assert looked_up(YEARLY, date(2028, 2, 29)) == (date(2028, 2, 29),)


def test_a_date_that_comes_once_is_not_looked_for_on_another_day() -> None:
    once = DateTrigger("b/0", "profile.trial_ends", False, frozenset(), timedelta(days=-2), time(9))
    assert looked_up(once, date(2026, 2, 26)) == (date(2026, 2, 28),)
    assert return_on(once, date(2026, 2, 28), date(2026, 2, 26)) == 0
    assert return_on(once, date(2025, 2, 28), date(2026, 2, 26)) is None
    assert return_on(once, None, date(2026, 2, 26)) is None
