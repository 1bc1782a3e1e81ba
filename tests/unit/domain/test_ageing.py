"""When time alone changes who belongs to a segment: the days that a marketer would name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from anlass.domain.ageing import turns
from anlass.domain.condition import Behaviour, Compare, Condition
from anlass.domain.enrolment import Heard
from anlass.domain.person import Person, person_facts
from anlass.domain.profile import Orders

from tests.builders import DAY, HOUR, NOON, a_state, heard, some_attributes

YEAR = NOON + 365 * DAY
JUST_AFTER = timedelta(microseconds=1)


def turns_of(condition: Condition, *events: Heard, until: datetime = YEAR, **traits: Any) -> list[datetime] | None:
    """Of somebody who ordered ten days ago."""
    person = Person(a_state(orders=Orders(1, last_at=NOON - 10 * DAY)), some_attributes(traits=traits))
    history: dict[str, list[Heard]] = {}
    for event in events:
        history.setdefault(event.name, []).append(event)
    return turns([condition], person_facts(person, "offers", "EUR", NOON, history), NOON, until)


def viewed(within: timedelta | None) -> Behaviour:
    return Behaviour("Product Viewed", None, (("gte", 2),), within)


def test_what_somebody_did_counts_to_the_end_of_its_time() -> None:
    views = [heard("Product Viewed", NOON - ago * DAY) for ago in (20, 5, 1)]
    assert turns_of(viewed(14 * DAY), *views) == [NOON + 9 * DAY + JUST_AFTER, NOON + 13 * DAY + JUST_AFTER]
    assert turns_of(viewed(None), *views) == []


def test_what_is_dated_ahead_counts_from_its_time() -> None:
    ahead = heard("Product Viewed", NOON + 3 * HOUR)
    assert turns_of(viewed(None), ahead) == [NOON + 3 * HOUR]


def test_a_last_order_lies_within_a_time_once() -> None:
    recent = Compare("profile.orders.last_at", "within", "60 days")
    assert turns_of(recent) == [NOON + 50 * DAY + JUST_AFTER]
    assert turns_of(Compare("profile.orders.last_at", "within", "5 days")) == []


def test_a_date_ahead_comes_near_and_goes_by() -> None:
    ends = Compare("profile.contract_ends", "within", "30 days")
    day = datetime(2026, 6, 1, tzinfo=UTC)
    assert turns_of(ends, contract_ends="2026-06-01") == [day - 30 * DAY, day + 30 * DAY + JUST_AFTER]


def test_a_fixed_date_does_not_age() -> None:
    assert turns_of(Compare("profile.contract_ends", "before", "2026-06-01"), contract_ends="2026-05-01") == []


def test_everybody_is_a_year_older_on_their_birthday() -> None:
    grown = Compare("profile.age", "gte", 18)
    in_may = [datetime(year, 5, 4, tzinfo=UTC) for year in (2026, 2027)]
    assert turns_of(grown, birthday="2008-05-04", until=NOON + 600 * DAY) == in_may
    leap = [datetime(2027, 3, 1, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)]
    assert turns_of(grown, birthday="2008-02-29", until=NOON + 900 * DAY) == leap
    assert turns_of(grown) == []


def test_who_is_born_tomorrow_has_an_age_from_then_on() -> None:
    born = datetime(2026, 5, 4, 15, tzinfo=UTC)
    found = turns_of(Compare("profile.age", "gte", 0), birthday="2026-05-04T15:00:00Z")
    assert found is not None
    assert born in found


def test_dates_beyond_the_calendar_are_never_near() -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert turns_of(Compare("profile.contract_ends", "within", "520 weeks"), contract_ends=day) == []
