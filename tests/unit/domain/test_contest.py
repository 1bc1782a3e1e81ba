"""Which way of a split does better."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from anlass.domain.contest import SHARES, Contest, Tally, share_of, together
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DAY, NOON

CONTEST = Contest("j/s/1", ("a", "b"), 7 * DAY, at_least=10)
CLEAR = Tally(NOON, {"a": 5, "b": 5}, {"a": 1, "b": 3})


def test_the_greater_share_wins_not_the_greater_number() -> None:
    assert CONTEST.winner(CLEAR, NOON + 7 * DAY) == "b"
    assert CONTEST.winner(Tally(NOON, {"a": 100, "b": 5}, {"a": 20, "b": 2}), NOON + 7 * DAY) == "b"


@pytest.mark.parametrize(
    "tally",
    [
        Tally(),
        replace(CLEAR, since=NOON + timedelta(microseconds=1)),
        replace(CLEAR, entered={"a": 5, "b": 4}),
        replace(CLEAR, entered={"b": 10}, reached={"b": 10}),
        replace(CLEAR, reached={"a": 2, "b": 2}),
        replace(CLEAR, reached={}),
    ],
    ids=["nobody came", "too early", "too few", "nobody went one of the ways", "equal", "nobody bought"],
)
def test_nobody_has_won(tally: Tally) -> None:
    assert CONTEST.winner(tally, NOON + 7 * DAY) is None


def test_of_three_the_best_wins_though_the_others_are_equal() -> None:
    three = replace(CONTEST, variants=("a", "b", "c"))
    tally = Tally(NOON, {"a": 4, "b": 4, "c": 4}, {"a": 1, "b": 1, "c": 2})
    assert three.winner(tally, NOON + 7 * DAY) == "c"
    assert three.winner(replace(tally, reached={"a": 1, "b": 2, "c": 2}), NOON + 7 * DAY) is None


_numbers = st.dictionaries(st.sampled_from("ab"), st.integers(1, 50))
_tallies = st.builds(Tally, st.datetimes(timezones=st.just(NOON.tzinfo)), _numbers, _numbers)


@given(st.lists(_tallies, min_size=1, max_size=SHARES))
def test_shares_together_hold_what_each_counted(shares: list[Tally]) -> None:
    whole = together(shares)
    assert whole.since == min(share.since for share in shares if share.since)
    for variant in "ab":
        assert whole.entered.get(variant, 0) == sum(share.entered.get(variant, 0) for share in shares)
        assert whole.reached.get(variant, 0) == sum(share.reached.get(variant, 0) for share in shares)


def test_people_are_spread_over_all_shares() -> None:
    assert {share_of(f"enrolment-{number}") for number in range(200)} == set(range(SHARES))
