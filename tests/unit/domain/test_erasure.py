"""How an erasure goes on: until a look some minutes later has found nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from anlass.domain.erasure import VERIFIED_AFTER, Erasure, after_pass, is_older, report
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import MINUTE, NOON

RUNNING = Erasure("x-1", "@hash", NOON, ("u:anna", "a:1"), (("email", "anna@shop.example"),), sweep_at=NOON)


def passed(erasure: Erasure, rows: int, *, is_complete: bool = True) -> Erasure:
    erased = {"event": rows} if rows else {}
    return after_pass(erasure, erased, (), (), erasure.until or NOON, is_complete=is_complete)


def test_too_much_for_one_run_goes_on_at_once() -> None:
    more = passed(RUNNING, 2000, is_complete=False)
    assert (more.status, more.request, more.until, more.passes) == ("running", "erase", None, 0)
    assert more.generation == RUNNING.generation + 1


def test_a_pass_that_found_all_is_followed_by_a_second_look() -> None:
    once = passed(RUNNING, 7)
    assert (once.status, once.request, once.until) == ("verifying", "schedule", NOON + VERIFIED_AFTER)
    assert once.sweep_at is not None
    assert once.sweep_at > NOON + VERIFIED_AFTER


def test_even_one_that_found_nothing_is_looked_at_twice() -> None:
    assert passed(RUNNING, 0).status == "verifying"


def test_what_a_second_look_finds_makes_a_third() -> None:
    third = passed(passed(RUNNING, 7), 1)
    assert third.status == "verifying"
    assert passed(third, 0).status == "done"


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12))
def test_nothing_is_done_before_a_look_that_found_nothing_and_nothing_names_anybody_then(
    passes: list[tuple[int, bool]],
) -> None:
    erasure, total = RUNNING, 0
    for rows, is_complete in passes:
        before = erasure
        erasure, total = passed(erasure, rows, is_complete=is_complete), total + rows
        assert sum(erasure.erased.values()) == total
        assert (erasure.status == "done") == (before.status == "verifying" and is_complete and rows == 0)
        if erasure.status == "done":
            assert (erasure.identities, erasure.addresses, erasure.request, erasure.sweep_at) == ((), (), None, None)
            assert "anna" not in json.dumps(report(erasure))
            return


def test_an_event_is_old_by_either_of_its_times() -> None:
    late, early = NOON + MINUTE, NOON - MINUTE
    assert is_older(early, late, NOON)
    assert is_older(late, early, NOON)
    assert is_older(NOON, NOON, NOON)
    assert not is_older(late, late, NOON)


def test_the_report_holds_nothing_personal() -> None:
    told = report(replace(RUNNING, erased={"E": 1}, lists=("settings.json",), finished_at=NOON + timedelta(hours=1)))
    text = json.dumps(told)
    assert "anna" not in text
    assert "@hash" not in text
    assert told["content_changed"] == ["settings.json"]
    assert {"what", "why"} == set(told["stays"][0])
