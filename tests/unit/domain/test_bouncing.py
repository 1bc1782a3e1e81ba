"""Soft bounces: how many, on how many days, and what clears them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from anlass.domain.bouncing import DAYS, Bounces
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DAY, HOUR, NOON

NONE = Bounces("hash", "email")


def after(*bounced: datetime) -> Bounces:
    bounces = NONE
    for at in bounced:
        bounces = bounces.bounced(at)
    return bounces


def test_three_days_within_a_month_are_enough() -> None:
    assert not after(NOON, NOON + DAY).is_enough
    assert after(NOON, NOON + DAY, NOON + 30 * DAY).is_enough


def test_many_on_one_day_are_one() -> None:
    assert not after(*(NOON + n * HOUR for n in range(10)), NOON + DAY).is_enough


def test_what_is_older_than_a_month_is_forgotten() -> None:
    assert not after(NOON, NOON + DAY, NOON + 31 * DAY).is_enough
    assert after(NOON, NOON + 5 * DAY, NOON + 31 * DAY, NOON + 33 * DAY).is_enough


def test_a_delivery_in_between_begins_anew_and_a_late_word_of_an_older_one_does_not() -> None:
    twice = after(NOON, NOON + DAY)
    assert not twice.delivered(NOON + 2 * DAY).bounced(NOON + 3 * DAY).is_enough
    assert twice.delivered(NOON - HOUR).times == twice.times
    assert twice.delivered(NOON + HOUR).times == (NOON + DAY,)


def test_what_bounced_before_a_delivery_counts_nothing_however_late_it_is_told() -> None:
    delivered = after(NOON).delivered(NOON + 5 * DAY)
    assert delivered.bounced(NOON + DAY) is delivered
    assert delivered.delivered(NOON + 2 * DAY) is delivered
    assert not delivered.bounced(NOON + 2 * DAY).bounced(NOON + 3 * DAY).is_enough
    assert after().delivered(NOON + 5 * DAY).bounced(NOON).times == ()


def test_of_a_day_the_last_bounce_counts_so_that_a_delivery_in_between_does_not_clear_it() -> None:
    twice_a_day = after(NOON, NOON + 8 * HOUR)
    assert twice_a_day == after(NOON + 8 * HOUR, NOON)
    assert twice_a_day.delivered(NOON + 4 * HOUR).times == (NOON + 8 * HOUR,)
    assert after(NOON).delivered(NOON + 4 * HOUR).bounced(NOON + 8 * HOUR).times == (NOON + 8 * HOUR,)


TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones


@given(st.lists(TIMES, max_size=40))
def test_the_row_stays_small_and_in_order_whatever_comes(times: list[datetime]) -> None:
    bounces = after(*times)
    assert len(bounces.times) <= DAYS
    assert list(bounces.times) == sorted(bounces.times)
    assert len({at.date() for at in bounces.times}) == len(bounces.times)
    if bounces.times:
        assert bounces.times[-1] - bounces.times[0] <= timedelta(days=30)
