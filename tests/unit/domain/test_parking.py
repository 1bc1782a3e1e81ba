"""Who waits for a parked enrolment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from anlass.domain.enrolment import CALENDAR, TURNS, Enrolment, execution_name
from anlass.domain.parking import DONE, Route, hand_over, route

from tests.builders import DAY, HOUR, NOON, an_enrolment

BORDER = 7 * DAY
MINE = "e-1-3"


def parked(due: datetime | None = NOON + HOUR, **fields: Any) -> Enrolment:
    return an_enrolment(**{"due": due, "owner": MINE, "generation": 3, "seq": 5, "request": None, **fields})


def handed(
    after: Enrolment, before: Enrolment | None = None, runner: str = MINE, border: timedelta = BORDER
) -> Enrolment:
    return hand_over(after, before or parked(None), runner, NOON, border)


def test_an_execution_keeps_what_is_due_within_the_border() -> None:
    row = handed(parked(NOON + BORDER))
    assert (row.owner, row.request, row.generation) == (MINE, None, 3)


def test_an_execution_hands_what_is_due_beyond_the_border_to_the_calendar() -> None:
    row = handed(parked(NOON + BORDER + timedelta(seconds=1)))
    assert (row.owner, row.request, row.generation) == (CALENDAR, "schedule", 4)
    assert route(row, MINE, NOON) == DONE


def test_the_calendar_asks_for_an_execution_within_the_border() -> None:
    row = handed(parked(owner=CALENDAR), parked(None, owner=CALENDAR), CALENDAR)
    assert (row.owner, row.request, row.generation) == (execution_name("e-1", 4), "start", 4)


def test_the_calendar_rings_again_beyond_the_border() -> None:
    row = handed(parked(NOON + 30 * DAY), parked(NOON, owner=CALENDAR), CALENDAR)
    assert (row.owner, row.request, row.generation) == (CALENDAR, "schedule", 4)


def test_a_schedule_that_stands_is_not_asked_for_again() -> None:
    """An event came that decided nothing."""
    due = NOON + 30 * DAY
    row = handed(parked(due, owner=CALENDAR), parked(due, owner=CALENDAR), CALENDAR)
    assert (row.owner, row.request, row.generation) == (CALENDAR, None, 3)


def test_the_first_schedule_is_asked_for() -> None:
    before = parked(None, owner=CALENDAR, generation=0)
    row = handed(parked(NOON + 30 * DAY, owner=CALENDAR, generation=0), before, CALENDAR)
    assert (row.request, row.generation) == ("schedule", 1)


def test_with_the_border_at_zero_everything_is_the_calendars() -> None:
    for runner in (CALENDAR, MINE):
        row = handed(parked(NOON + timedelta(seconds=1)), runner=runner, border=timedelta(0))
        assert (row.owner, row.request) == (CALENDAR, "schedule")


@pytest.mark.parametrize("status", ["closing", "done"])
def test_what_waits_for_nothing_but_its_messages_is_nobodys(status: str) -> None:
    row = handed(parked(NOON + HOUR if status == "closing" else None, status=status))
    assert (row.owner, row.request) == (CALENDAR, None)
    assert route(row, MINE, NOON) == DONE


def test_an_execution_ends_after_its_turns_and_another_one_starts() -> None:
    still = handed(parked(), parked(None, turns=TURNS - 2))
    assert (still.owner, still.turns) == (MINE, TURNS - 1)
    row = handed(parked(), parked(None, turns=TURNS - 1))
    assert (row.owner, row.request, row.turns) == (execution_name("e-1", 4), "start", 0)
    assert route(row, MINE, NOON) == DONE


def test_whoever_writes_takes_the_old_token_and_request_down() -> None:
    row = handed(parked(token="t", request="wake", nudge="Order Completed"))
    assert (row.token, row.request, row.nudge) == (None, None, None)


def test_every_request_has_a_name_of_its_own() -> None:
    """AWS keeps the names of executions and schedules that were."""
    names, row = set(), parked(None, generation=0, owner=CALENDAR)
    for due, runner in ((HOUR, CALENDAR), (30 * DAY, ""), (60 * DAY, CALENDAR), (HOUR, CALENDAR)):
        after = hand_over(parked(NOON + due, generation=row.generation), row, runner or row.owner, NOON, BORDER)
        assert after.request is not None
        names.add(execution_name(after.id, after.generation))
        row = after
    assert len(names) == 4


class TestTheRoute:
    def test_of_the_owner_is_to_park_until_it_is_due(self) -> None:
        assert route(parked(), MINE, NOON) == Route("park", 3600, "5")

    @pytest.mark.parametrize(("left", "seconds"), [(0.2, 1), (1.0, 1), (1.1, 2), (0.0, 1), (-60.0, 1)])
    def test_is_of_whole_seconds_and_at_least_one(self, left: float, seconds: int) -> None:
        assert route(parked(NOON + timedelta(seconds=left)), MINE, NOON).seconds == seconds

    def test_of_anybody_else_is_done(self) -> None:
        assert route(parked(), "e-1-2", NOON) == DONE
        assert route(parked(owner=CALENDAR), CALENDAR, NOON) == DONE

    def test_of_a_row_at_rest_is_done(self) -> None:
        for status in ("closing", "done", "quarantined"):
            assert route(parked(status=status), MINE, NOON) == DONE
        assert route(parked(None), MINE, NOON) == DONE
