"""Executions of the one state machine."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from anlass.adapters.aws.faults import code_of, transient_faults

_NOBODY_WAITS = frozenset(("TaskTimedOut", "TaskDoesNotExist", "InvalidToken"))


class StepFunctionsExecutions:
    def __init__(self, client: Any, machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, name: str, enrolment: str) -> None:
        """The input is the id and nothing else: histories are kept for 90 days and hold no personal data."""
        given = json.dumps({"enrolment": enrolment})
        try:
            with transient_faults(f"starting execution {name}"):
                self._client.start_execution(stateMachineArn=self._machine_arn, name=name, input=given)
        except ClientError as fault:
            if code_of(fault) != "ExecutionAlreadyExists":
                raise

    def wake(self, token: str) -> bool:
        try:
            with transient_faults("waking an execution"):
                self._client.send_task_success(taskToken=token, output="{}")
        except ClientError as fault:
            if code_of(fault) not in _NOBODY_WAITS:
                raise
            return False
        return True
