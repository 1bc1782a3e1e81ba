"""The calendar: EventBridge Scheduler, one schedule per ring, each aimed at a queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from anlass.adapters.aws.faults import code_of, transient_faults
from anlass.adapters.ringing import ring_time
from anlass.ports import Clock, Rings
from anlass.wire import Message, encode


class SchedulerCalendar:
    """`queue_arns`: where schedules ring; `dead_arn`: where a ring goes that its queue did not take in a day."""

    def __init__(
        self, client: Any, clock: Clock, group: str, role_arn: str, queue_arns: Mapping[Rings, str], dead_arn: str
    ) -> None:
        self._client = client
        self._clock = clock
        self._group = group
        self._role_arn = role_arn
        self._queue_arns = queue_arns
        self._dead_arn = dead_arn

    def schedule(self, name: str, at: datetime, queue: Rings, message: Message) -> None:
        rings = ring_time(at, self._clock.now()).astimezone(UTC)
        try:
            with transient_faults(f"making schedule {name}"):
                self._client.create_schedule(
                    Name=name,
                    GroupName=self._group,
                    ScheduleExpression=f"at({rings:%Y-%m-%dT%H:%M:%S})",
                    ScheduleExpressionTimezone="UTC",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={
                        "Arn": self._queue_arns[queue],
                        "RoleArn": self._role_arn,
                        "Input": encode(message),
                        "DeadLetterConfig": {"Arn": self._dead_arn},
                        "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
                    },
                )
        except ClientError as fault:
            if code_of(fault) != "ConflictException":
                raise
