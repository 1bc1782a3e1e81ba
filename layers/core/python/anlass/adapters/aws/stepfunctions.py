"""Executions of the two state machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from botocore.exceptions import ClientError

from anlass.adapters.aws.faults import code_of, transient_faults
from anlass.ports import PARTS
from anlass.wire import Selection

_NOBODY_WAITS = frozenset(("TaskTimedOut", "TaskDoesNotExist", "InvalidToken"))


class StepFunctionsExecutions:
    def __init__(self, client: Any, machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, name: str, enrolment: str) -> None:
        """The input is the id and nothing else: histories are kept for 90 days and hold no personal data."""
        _start(self._client, self._machine_arn, name, {"enrolment": enrolment})

    def wake(self, token: str) -> bool:
        try:
            with transient_faults("waking an execution"):
                self._client.send_task_success(taskToken=token, output="{}")
        except ClientError as fault:
            if code_of(fault) not in _NOBODY_WAITS:
                raise
            return False
        return True


class StepFunctionsSelections:
    def __init__(self, client: Any, machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, name: str, selection: Selection) -> None:
        _start(self._client, self._machine_arn, name, {"selection": asdict(selection), "parts": list(range(PARTS))})


def _start(client: Any, machine_arn: str, name: str, given: dict[str, Any]) -> None:
    """A name that was used already changes nothing."""
    try:
        with transient_faults(f"starting execution {name}"):
            client.start_execution(stateMachineArn=machine_arn, name=name, input=json.dumps(given))
    except ClientError as fault:
        if code_of(fault) != "ExecutionAlreadyExists":
            raise
