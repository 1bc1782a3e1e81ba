"""EventBridge Scheduler on the virtual clock: rings, deletes itself, and refuses what AWS refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.runtime.world import LocalRuntime
from tests.integration.runtime.small_world import NOON, Seen, world

JOBS = "arn:aws:sqs:eu-central-1:123456789012:local-jobs"
CALENDAR_DEAD = "arn:aws:sqs:eu-central-1:123456789012:local-calendar-dead"


def create(runtime: LocalRuntime, name: str, at: str, **changes: Any) -> None:
    target = {"Arn": JOBS, "RoleArn": "arn:aws:iam::123456789012:role/calendar", "Input": name}
    target["Input"] = f'"{name}"'
    request = {
        "Name": name,
        "GroupName": "local-group",
        "ScheduleExpression": f"at({at})",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": target | {"DeadLetterConfig": {"Arn": CALENDAR_DEAD}},
    }
    runtime.client("scheduler").create_schedule(**(request | changes))


def standing(runtime: LocalRuntime) -> list[str]:
    schedules = runtime.client("scheduler").list_schedules(GroupName="local-group")["Schedules"]
    return [schedule["Name"] for schedule in schedules]


def test_a_schedule_rings_at_its_time_and_deletes_itself() -> None:
    rung: list[Any] = []
    with world({"do_job": lambda e, c: rung.append((e["Records"][0]["body"], runtime.clock.now()))}) as runtime:
        create(runtime, "later", "2024-04-26T14:00:00")
        create(runtime, "sooner", "2024-04-26T13:00:00")
        assert standing(runtime)
        runtime.advance(timedelta(hours=3))
        assert standing(runtime) == []
    assert rung == [('"sooner"', NOON + timedelta(hours=1)), ('"later"', NOON + timedelta(hours=2))]


def test_a_schedule_is_meant_in_its_own_zone() -> None:
    rung: list[Any] = []
    with world({"do_job": lambda e, c: rung.append(runtime.clock.now())}) as runtime:
        create(runtime, "nine", "2024-04-27T09:00:00", ScheduleExpressionTimezone="Europe/Berlin")
        runtime.advance(timedelta(days=1))
    assert rung == [NOON.replace(day=27, hour=7)]


def test_a_deleted_schedule_does_not_ring_and_its_name_is_free_again() -> None:
    seen = Seen()
    with world({"do_job": seen}) as runtime:
        create(runtime, "x", "2024-04-26T13:00:00")
        runtime.client("scheduler").delete_schedule(Name="x", GroupName="local-group")
        create(runtime, "x", "2024-04-26T15:00:00")
        runtime.advance(timedelta(hours=2))
        assert seen.events == []
        runtime.advance(timedelta(hours=2))
        create(runtime, "x", "2024-04-26T18:00:00")
    assert len(seen.events) == 1


def test_an_updated_schedule_rings_at_the_new_time_only() -> None:
    rung: list[Any] = []
    with world({"do_job": lambda e, c: rung.append(runtime.clock.now())}) as runtime:
        create(runtime, "x", "2024-04-26T13:00:00")
        runtime.client("scheduler").update_schedule(
            Name="x",
            GroupName="local-group",
            ScheduleExpression="at(2024-04-26T16:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": JOBS, "RoleArn": "arn:aws:iam::123456789012:role/calendar", "Input": "{}"},
        )
        runtime.advance(timedelta(hours=5))
    assert rung == [NOON + timedelta(hours=4)]


def test_a_schedule_that_cannot_deliver_goes_to_its_dead_letter_queue() -> None:
    with world() as runtime:
        gone = {"Arn": JOBS + "-gone", "RoleArn": "arn:aws:iam::123456789012:role/calendar", "Input": '"lost"'}
        create(runtime, "x", "2024-04-26T13:00:00", Target=gone | {"DeadLetterConfig": {"Arn": CALENDAR_DEAD}})
        runtime.advance(timedelta(hours=2))
        assert runtime.dead_letters("calendar") == ['"lost"']


def test_the_same_client_token_is_the_same_request() -> None:
    with world() as runtime:
        create(runtime, "x", "2024-04-26T13:00:00", ClientToken="t1")
        create(runtime, "x", "2024-04-26T13:00:00", ClientToken="t1")
        with pytest.raises(ClientError) as repeated:
            create(runtime, "x", "2024-04-26T14:00:00", ClientToken="t1")
        with pytest.raises(ClientError) as taken:
            create(runtime, "x", "2024-04-26T13:00:00", ClientToken="t2")
        assert len(standing(runtime)) == 1
    assert repeated.value.response["Error"]["Code"] == "ConflictException"
    assert taken.value.response["Error"]["Code"] == "ConflictException"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ScheduleExpression": "in five minutes"},
        {"ScheduleExpression": "at(2024-04-26T13:00:00Z)"},
        {"ScheduleExpression": "at(2024-02-30T13:00:00)"},
        {"ScheduleExpression": "at(2024-04-26T11:59:00)"},
        {"ScheduleExpressionTimezone": "Europe/Atlantis"},
        {"Name": "journey#step"},
        {"Name": "x" * 65},
    ],
)
def test_what_the_scheduler_refuses_is_refused_here(wrong: dict[str, str]) -> None:
    with world() as runtime:
        with pytest.raises(ClientError) as refused:
            create(runtime, **({"name": "x", "at": "2024-04-26T13:00:00"} | wrong))
        assert standing(runtime) == []
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_many_schedules_all_ring_once() -> None:
    rung: list[str] = []
    with world({"do_job": lambda e, c: rung.extend(r["body"] for r in e["Records"])}) as runtime:
        for n in range(400):
            create(runtime, f"s{n:04}", f"2024-04-{27 + n % 2}T{n % 24:02}:{n % 60:02}:00")
        runtime.advance(timedelta(days=3))
    assert len(rung) == 400
