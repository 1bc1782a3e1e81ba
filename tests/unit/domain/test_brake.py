"""When complaints are too many, and what is forgiven with a lifting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from anlass.domain.brake import SHARES, Brake, Counts, Day, Scope, by_hour, hour_of, judge, looks_again, share_of
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DAY, HOUR, NOON


def rates(delivered: int, complained: int, at: datetime = NOON) -> dict[datetime, Counts]:
    return {hour_of(at): Counts(delivered, complained)}


@pytest.mark.parametrize(
    ("delivered", "complained", "outcome"),
    [
        (100_000, 99, None),
        (100_000, 100, "warn"),
        (100_000, 299, "warn"),
        (100_000, 300, "stop"),
        (1_000, 3, "stop"),
        (1_000, 2, "warn"),
        (1_000, 1, None),  # one person
        (500, 2, "warn"),  # four in a thousand, but two people
        (99, 20, None),  # nothing to speak of was delivered
        (0, 3, None),
    ],
)
def test_one_in_a_thousand_warns_and_three_stop(delivered: int, complained: int, outcome: str | None) -> None:
    assert judge(rates(delivered, complained), NOON, None).outcome == outcome


def test_a_week_counts_where_a_day_is_too_little() -> None:
    hours = {hour_of(NOON - n * DAY): Counts(60, 1) for n in range(6)}
    judged = judge(hours, NOON, None)
    assert (judged.outcome, judged.window, judged.counts) == ("stop", "7 days", Counts(360, 6))
    assert judged.why == "6 complaints on 360 delivered mails within 7 days: 1.67 %"


def test_complaints_about_questions_stop_questions_and_with_others_do_not_stop_those() -> None:
    judged = judge({hour_of(NOON): Counts(1_000, 2, 3)}, NOON, None)
    assert (judged.outcome, judged.scope) == ("stop", "questions")
    assert judged.why == "5 complaints on 1000 delivered mails within 24 hours: 0.50 %, 3 about sign-ups"
    judged = judge({hour_of(NOON): Counts(1_000, 3, 300)}, NOON, None)
    assert (judged.outcome, judged.scope) == ("stop", "all")
    assert judged.why == "3 complaints on 1000 delivered mails within 24 hours: 0.30 %"


@pytest.mark.parametrize(("scope", "held"), [("all", {"all", "questions"}), ("questions", {"questions"})])
def test_what_stops_marketing_stops_questions_too(scope: Scope, held: set[Scope]) -> None:
    brake = Brake(True, NOON, "ops", "a wrong price", scope=scope)
    scopes: tuple[Scope, ...] = ("all", "questions")
    assert {each for each in scopes if brake.holds(each)} == held
    assert not any(replace(brake, is_on=False).holds(each) for each in scopes)


def test_a_bad_day_is_not_hidden_by_a_good_week() -> None:
    hours = {**rates(1_000, 4), **rates(1_000_000, 0, NOON - 3 * DAY)}
    assert judge(hours, NOON, None).window == "24 hours"


def test_what_is_over_is_over() -> None:
    hours = rates(1_000, 100, NOON - 8 * DAY)
    assert judge(hours, NOON, None).counts == Counts()
    assert judge(rates(1_000, 100, NOON - 2 * DAY), NOON, None).window == "7 days"


def test_after_a_lifting_only_what_comes_then_counts() -> None:
    lifted = Brake(False, NOON, "ops", "mended", forgiven=hour_of(NOON), forgiven_counts=Counts(500, 5))
    hours = {**rates(1_000, 100, NOON - HOUR), **rates(600, 6)}
    assert judge(hours, NOON, lifted).counts == Counts(100, 1)
    assert judge(hours | rates(600, 8), NOON, lifted).outcome == "stop"


def test_complaints_without_a_delivery_since_the_lifting_are_no_rate_yet() -> None:
    lifted = Brake(False, NOON, "ops", "mended", forgiven=hour_of(NOON), forgiven_counts=Counts(500, 5))
    judged = judge(rates(500, 7), NOON, lifted)
    assert (judged.outcome, judged.why) == (None, "2 complaints on 0 delivered mails within 24 hours: no rate yet")


def test_counts_of_an_hour_come_together_from_all_rows() -> None:
    one = Day().plus("delivered", 12).plus("delivered", 12).plus("complained", 12)
    other = Day().plus("delivered", 12).plus("delivered", 13)
    hours = by_hour([(NOON.date(), one), (NOON.date(), other)])
    assert hours == {NOON: Counts(3, 1), NOON + HOUR: Counts(1, 0)}


def test_messages_on_hold_do_not_all_look_again_at_once() -> None:
    times = [looks_again(f"e-{n}.offer.1", NOON) for n in range(200)]
    assert len(set(times)) > 150
    assert all(HOUR <= at - NOON < 2 * HOUR for at in times)
    assert len({share_of(f"e-{n}") for n in range(200)}) == SHARES


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["delivered", "complained"])), max_size=200))
def test_no_report_is_counted_twice_or_lost(reports: list[tuple[int, str]]) -> None:
    rows: dict[tuple[object, int], Day] = {}
    for number, (hours_ago, what) in enumerate(reports):
        at = NOON - timedelta(hours=hours_ago)
        key = (at.date(), share_of(str(number)))
        rows[key] = rows.get(key, Day()).plus("delivered" if what == "delivered" else "complained", at.hour)
    hours = by_hour([(day, row) for (day, _), row in rows.items() if isinstance(day, type(NOON.date()))])
    total = sum(each.delivered + each.complained for each in hours.values())
    assert total == len(reports)
