"""EventBridge Scheduler: moto keeps the schedules, this rings them on the virtual clock."""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anlass.adapters.memory.clock import VirtualClock

from cli.runtime.aws_calls import AwsCall, AwsReply, refuse
from cli.runtime.names import ACCOUNT, REGION

ONCE = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)")
Key = tuple[str, str]  # group, name


def due_time(expression: str, zone: str) -> datetime:
    """The instant of an `at(...)` expression. ValueError says what AWS would refuse."""
    match = ONCE.fullmatch(expression)
    if match is None:
        raise ValueError(f"Invalid Schedule Expression {expression}.")
    try:
        local = datetime.fromisoformat(match[1]).replace(tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, IsADirectoryError):
        raise ValueError(f"Invalid Schedule Expression Timezone {zone}.") from None
    return local.astimezone(UTC)


@dataclass(frozen=True)
class Schedule:
    key: Key
    due: datetime
    target: dict[str, Any]
    delete_after: bool
    token: str
    request: str  # the whole request but the token: what a repeated token must repeat


class Calendar:
    """`send(queue_arn, body)` delivers to SQS; LookupError: there is no such queue, PermissionError: not allowed.

    `delete(group, name)` removes the schedule from moto.
    """

    def __init__(
        self, clock: VirtualClock, send: Callable[[str, str], None], delete: Callable[[str, str], None]
    ) -> None:
        self._clock = clock
        self._send = send
        self._delete = delete
        self._schedules: dict[Key, Schedule] = {}
        self._heap: list[tuple[datetime, int, Schedule]] = []
        self._order = 0
        self.rung = 0

    def __len__(self) -> int:
        return len(self._schedules)

    def answer(self, call: AwsCall) -> AwsReply | None:
        """A repeated CreateSchedule with the same ClientToken is the same request, as on AWS."""
        if (call.service, call.operation) != ("scheduler", "CreateSchedule"):
            return None
        standing = self._schedules.get(_key(call))
        if standing is None or standing.token != call.params.get("ClientToken"):
            return None  # a taken name is refused by moto
        if standing.request != _request(call):
            return refuse("ConflictException", f"ClientToken of {standing.key[1]} repeated with another request", 409)
        group, name = standing.key
        return AwsReply(200, {"ScheduleArn": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{name}"})

    def observe(self, call: AwsCall, reply: AwsReply) -> None:
        if call.service != "scheduler" or reply.status >= 300:
            return
        if call.operation == "DeleteSchedule":
            self._schedules.pop(_key(call), None)
        elif call.operation in ("CreateSchedule", "UpdateSchedule"):
            self._keep(call)

    def due(self) -> datetime | None:
        while self._heap and not self._stands(self._heap[0][2]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def run_due(self) -> bool:
        """Rings every schedule whose time has come."""
        rang = False
        while (due := self.due()) is not None and due <= self._clock.now():
            schedule = heapq.heappop(self._heap)[2]
            del self._schedules[schedule.key]
            self._ring(schedule)
            rang = True
        return rang

    def _keep(self, call: AwsCall) -> None:
        params = call.params
        key = _key(call)
        standing = self._schedules.get(key)
        if standing is not None and call.operation == "CreateSchedule":
            return  # the repeated request of `answer`
        schedule = Schedule(
            key=key,
            due=due_time(params["ScheduleExpression"], params.get("ScheduleExpressionTimezone", "UTC")),
            target=dict(params["Target"]),
            delete_after=params.get("ActionAfterCompletion") == "DELETE",
            token=params.get("ClientToken", ""),
            request=_request(call),
        )
        if params.get("State") == "DISABLED":
            self._schedules.pop(key, None)
            return
        self._schedules[key] = schedule
        self._order += 1
        heapq.heappush(self._heap, (schedule.due, self._order, schedule))

    def _ring(self, schedule: Schedule) -> None:
        self.rung += 1
        target = schedule.target
        body = target.get("Input", "{}")
        try:
            self._send(target["Arn"], body)
        except (LookupError, PermissionError) as fault:
            dead = target.get("DeadLetterConfig", {}).get("Arn")
            if dead is None:
                raise RuntimeError(
                    f"schedule {schedule.key[1]}: {fault}, and it has no dead-letter queue: AWS would drop it"
                ) from fault
            self._send(dead, body)
        if schedule.delete_after:
            self._delete(*schedule.key)

    def _stands(self, schedule: Schedule) -> bool:
        return self._schedules.get(schedule.key) is schedule


def _key(call: AwsCall) -> Key:
    return (call.params.get("GroupName", "default"), call.params["Name"])


def _request(call: AwsCall) -> str:
    return json.dumps({k: v for k, v in call.params.items() if k != "ClientToken"}, sort_keys=True, default=str)
