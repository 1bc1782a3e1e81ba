"""What a stored row asks for, and where that goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from anlass.adapters.memory.calendar import MemoryCalendar
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.queues import MemoryQueues
from anlass.domain.enrolment import Enrolment
from anlass.keys import JourneyRow
from anlass.usecases.dispatch import dispatch, keep_calendar
from anlass.wire import Deliver, Due, Start, Wake, Webhook

from tests.builders import HOUR, NOON, a_call, a_send, a_timer, an_enrolment

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("row", "queue", "message"),
    [
        (an_enrolment(token="t"), "wake", Wake("e-1", "t")),
        (an_enrolment(request="start", owner="e-1-1"), "start", Start("e-1", "e-1-1")),
        (a_send(), "email", Deliver("e-1", "S#first#1", "u:anna")),
        (a_call(), "webhook", Webhook("e-1", "H#tell#1")),
    ],
)
def test_a_request_is_forwarded_to_its_queue(row: JourneyRow, queue: str, message: object) -> None:
    queues = MemoryQueues(VirtualClock(NOON))
    dispatch([row, replace(row, request=None)], queues=queues)
    assert queues.take(queue) == message  # type: ignore[arg-type]
    assert queues.next_due() is None


@pytest.mark.parametrize(
    ("row", "woken"),
    [
        (an_enrolment(nudge="Order Completed", awaits=frozenset({"Order Completed"})), True),
        (an_enrolment(nudge="Product Viewed", awaits=frozenset({"Order Completed"})), False),
        (an_enrolment(nudge=None, awaits=frozenset({"Order Completed"})), True),
        (an_enrolment(nudge="Product Viewed", status="closing"), True),
    ],
    ids=["awaited", "not awaited", "several at once", "closing"],
)
def test_only_what_is_awaited_wakes(row: Enrolment, woken: bool) -> None:
    queues = MemoryQueues(VirtualClock(NOON))
    dispatch([row], queues=queues)
    assert (queues.take("wake") is not None) == woken


def test_what_is_due_within_a_quarter_of_an_hour_waits_in_its_queue_and_costs_no_schedule() -> None:
    for ahead, waits in ((-5 * SECOND, 0), (90.2 * SECOND, 91), (900 * SECOND, 900)):
        clock = VirtualClock(NOON)
        queues, calendar = MemoryQueues(clock), MemoryCalendar(clock)
        keep_calendar(a_timer(due=NOON + ahead), calendar=calendar, queues=queues, clock=clock)
        assert queues.next_due() == NOON + waits * SECOND, "never before it is due"
        assert calendar.next_due() is None


@pytest.mark.parametrize(
    ("row", "queue", "message"),
    [
        (a_timer(due=NOON + HOUR), "due", Due("timer", "t-1", 1)),
        (an_enrolment(due=NOON + HOUR, generation=2), "due", Due("enrolment", "e-1", 2)),
        (a_send(until=NOON + HOUR, generation=1), "email", Deliver("e-1", "S#first#1")),
        (a_call(until=NOON + HOUR, generation=2), "webhook", Webhook("e-1", "H#tell#1")),
    ],
)
def test_what_is_due_later_is_put_into_the_calendar_once(row: JourneyRow, queue: str, message: object) -> None:
    clock = VirtualClock(NOON)
    queues, calendar = MemoryQueues(clock), MemoryCalendar(clock)
    for _ in range(2):
        keep_calendar(row, calendar=calendar, queues=queues, clock=clock)
    [ring] = calendar.pop_due(NOON + HOUR)
    assert (ring.at, ring.queue, ring.message) == (NOON + HOUR, queue, message)
    assert queues.next_due() is None


def test_what_waits_for_no_time_asks_the_calendar_for_nothing() -> None:
    clock = VirtualClock(NOON)
    queues, calendar = MemoryQueues(clock), MemoryCalendar(clock)
    for row in (an_enrolment(due=None), a_send(until=None), a_call(until=None)):
        keep_calendar(row, calendar=calendar, queues=queues, clock=clock)
    assert (queues.next_due(), calendar.next_due()) == (None, None)
