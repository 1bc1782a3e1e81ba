"""Step Functions as the functions call it through boto3: answered by our machine instead of moto's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from cli.runtime.aws_calls import AwsCall, AwsReply, refuse
from cli.runtime.machine import Machine, NameTaken, TokenError


class StatesApi:
    def __init__(self, machines: Iterable[Machine]) -> None:
        self._machines = {machine.arn: machine for machine in machines}
        self._operations: dict[str, Callable[[Any], AwsReply]] = {
            "StartExecution": self._start,
            "SendTaskSuccess": self._succeed,
            "SendTaskFailure": self._fail,
            "DescribeExecution": self._describe,
        }

    def answer(self, call: AwsCall) -> AwsReply | None:
        if call.service != "sfn":
            return None
        operation = self._operations.get(call.operation)
        if operation is None:
            raise NotImplementedError(f"Step Functions {call.operation}: the local runtime does not know it")
        return operation(call.params)

    def _start(self, params: Any) -> AwsReply:
        machine = self._machines.get(params["stateMachineArn"])
        if machine is None:
            return refuse("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{params['stateMachineArn']}'")
        if not 1 <= len(params["name"]) <= 80:
            return refuse("InvalidName", f"Invalid Name: '{params['name']}'")
        try:
            execution = machine.start(params["name"], params.get("input", "{}"))
        except json.JSONDecodeError as fault:
            return refuse("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{fault}'")
        except NameTaken as fault:
            return refuse("ExecutionAlreadyExists", str(fault))
        arn = machine.execution_arn(execution.name)
        return AwsReply(200, {"executionArn": arn, "startDate": execution.started})

    def _holder(self, token: str) -> Machine:
        """The machine that gave the token; any of them knows how to refuse one that nobody gave."""
        machines = list(self._machines.values())
        return next((machine for machine in machines if machine.gave(token)), machines[0])

    def _succeed(self, params: Any) -> AwsReply:
        try:
            self._holder(params["taskToken"]).succeed(params["taskToken"], params["output"])
        except json.JSONDecodeError as fault:
            return refuse("InvalidOutput", f"Invalid Output: '{fault}'")
        except TokenError as fault:
            return refuse(fault.code, str(fault))
        return AwsReply(200, {})

    def _fail(self, params: Any) -> AwsReply:
        try:
            machine = self._holder(params["taskToken"])
            machine.fail(params["taskToken"], params.get("error", ""), params.get("cause", ""))
        except TokenError as fault:
            return refuse(fault.code, str(fault))
        return AwsReply(200, {})

    def _describe(self, params: Any) -> AwsReply:
        of, _, name = params["executionArn"].rpartition(":")
        machine = self._machines.get(of.replace(":execution:", ":stateMachine:"))
        execution = machine.executions.get(name) if machine else None
        if machine is None or execution is None:
            return refuse("ExecutionDoesNotExist", f"Execution Does Not Exist: '{params['executionArn']}'")
        return AwsReply(
            200,
            {
                "executionArn": params["executionArn"],
                "stateMachineArn": machine.arn,
                "name": execution.name,
                "status": execution.status,
                "startDate": execution.started,
                "input": execution.input,
            },
        )
