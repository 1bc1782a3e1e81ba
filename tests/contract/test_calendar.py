from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from anlass.adapters.memory.calendar import MemoryCalendar
from anlass.adapters.ringing import ring_time
from anlass.domain.errors import Transient
from anlass.ports import Rings
from anlass.wire import Deliver, Due, Message, Webhook, decode

from tests.builders import DAY, HOUR, MINUTE, NOON
from tests.contract.house import AwsHouse, House, MemoryHouse, refusal

SECOND = timedelta(seconds=1)
DUE = Due("timer", "t-1", 1)


def rings(house: House, name: str) -> tuple[datetime, str]:
    """When and where a schedule rings."""
    if isinstance(house, AwsHouse):
        schedule = house.schedule(name)
        at = datetime.fromisoformat(schedule["ScheduleExpression"].removeprefix("at(").removesuffix(")") + "+00:00")
        return at, schedule["Target"]["Arn"].rsplit("-", 1)[1]
    assert isinstance(house, MemoryHouse)
    found = {ring.name: ring for ring in house.calendar.pop_due(NOON + 9 * DAY)}
    return found[name].at, found[name].queue


@pytest.mark.parametrize(
    ("at", "rung"),
    [
        (NOON + HOUR, NOON + HOUR),
        (NOON + HOUR + SECOND, NOON + HOUR + MINUTE),
        (NOON + HOUR - SECOND, NOON + HOUR),
        (NOON, NOON + MINUTE),
        (NOON - DAY, NOON + MINUTE),
    ],
)
def test_a_schedule_rings_at_its_minute_or_the_next_and_never_in_the_past(
    house: House, at: datetime, rung: datetime
) -> None:
    name = f"t-{at:%H%M%S%d}-1"
    house.calendar.schedule(name, at, "due", DUE)
    assert rings(house, name) == (rung, "due")


@pytest.mark.parametrize(
    ("queue", "message"),
    [("email", Deliver("e-1", "S#first#1")), ("webhook", Webhook("e-1", "H#tell#1"))],
)
def test_messages_and_webhooks_ring_into_queues_of_their_own(house: House, queue: Rings, message: Message) -> None:
    house.calendar.schedule(f"{queue}-1", NOON + HOUR, queue, message)
    assert rings(house, f"{queue}-1") == (NOON + HOUR, queue)


def test_a_schedule_whose_minute_is_about_to_begin_rings_in_the_one_after() -> None:
    assert ring_time(NOON + MINUTE, NOON + 49 * SECOND) == NOON + MINUTE
    assert ring_time(NOON + MINUTE, NOON + 51 * SECOND) == NOON + 2 * MINUTE


def test_a_name_that_stands_already_stays_as_it_is(house: House) -> None:
    house.calendar.schedule("t-twice-1", NOON + HOUR, "due", DUE)
    house.calendar.schedule("t-twice-1", NOON + DAY, "email", Deliver("e-1", "S#first#1"))
    assert rings(house, "t-twice-1") == (NOON + HOUR, "due")


def test_a_schedule_goes_away_when_it_has_rung() -> None:
    house = MemoryHouse()
    calendar: MemoryCalendar = house.calendar
    for name, at in (("b", NOON + DAY), ("a", NOON + HOUR), ("c", NOON + HOUR)):
        calendar.schedule(name, at, "due", DUE)
    assert calendar.next_due() == NOON + HOUR
    assert [ring.name for ring in calendar.pop_due(NOON + HOUR)] == ["a", "c"]
    assert calendar.next_due() == NOON + DAY
    assert calendar.pop_due(NOON + HOUR) == []


def test_a_schedule_deletes_itself_and_what_it_cannot_deliver_is_kept(aws: AwsHouse) -> None:
    aws.calendar.schedule("t-whole-1", NOON + HOUR, "due", DUE)
    schedule = aws.schedule("t-whole-1")
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    target = schedule["Target"]
    assert decode(Due, target["Input"]) == DUE
    assert target["Arn"] == aws.names.queue_arn("due")
    assert target["DeadLetterConfig"] == {"Arn": aws.names.queue_arn("calendar-dead")}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
    assert aws.wire.requests == {"CreateSchedule": 1}


def test_a_throttled_calendar_makes_the_caller_come_again(aws: AwsHouse) -> None:
    aws.wire.script("CreateSchedule", refusal(429, "ThrottlingException"))
    with pytest.raises(Transient, match="making schedule t-9-1: ThrottlingException"):
        aws.calendar.schedule("t-9-1", NOON + HOUR, "due", DUE)
