"""The state machine that is deployed, run by moto's own interpreter and by ours: the same in every case.

moto's interpreter runs on threads and real time, so it is the check and ours is the runtime. The functions are
scripted, the row that `Park` writes is a real one in moto's DynamoDB.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

import infra.topology
from tests.integration.runtime.small_world import world

REGION = "eu-central-1"
TABLE = "local-journeys"
KEY = {"id": {"S": "e1"}, "row": {"S": "E"}}
DEFINITION = Path(infra.topology.__file__).with_name("journey.asl.json").read_text(encoding="utf-8")
ADVANCE = f"arn:aws:lambda:{REGION}:123456789012:function:local-advance_enrolment"
QUARANTINE = f"arn:aws:lambda:{REGION}:123456789012:function:local-quarantine_enrolment"

DONE = {"next": "done"}


def park(seconds: int = 60, seq: str = "1") -> dict[str, Any]:
    return {"next": "park", "seconds": seconds, "seq": seq, "due": "2024-05-01T00:00:00Z"}


@dataclass
class Case:
    """`advance` and `quarantine` answer one after the other; an Exception is raised. After each park, one of
    `parked` happens: succeed, fail or wait (for the timeout)."""

    advance: list[Any]
    quarantine: list[Any] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    row: dict[str, Any] = field(default_factory=dict)


@dataclass
class Ran:
    """What both interpreters must agree on."""

    status: str
    error: str | None
    states: list[str]
    payloads: list[tuple[str, Any]]
    history: int


class Script:
    """The scripted functions of one run."""

    def __init__(self, case: Case) -> None:
        self._answers = {"advance": iter(case.advance), "quarantine": iter(case.quarantine)}
        self.payloads: list[tuple[str, Any]] = []

    def call(self, function: str, payload: Any) -> Any:
        self.payloads.append((function, payload))
        answer = next(self._answers[function])
        if isinstance(answer, Exception):
            raise answer
        return answer


class Conflict(Exception):
    pass


def put_row(dynamodb: Any, case: Case) -> None:
    row = {"seq": {"N": "1"}, "owner": {"S": "x1"}, "inbox": {"L": []}, "request": {"S": "start"}}
    dynamodb.put_item(TableName=TABLE, Item={**KEY, **row, **case.row})


def read_token(dynamodb: Any) -> str | None:
    row = dynamodb.get_item(TableName=TABLE, Key=KEY, ConsistentRead=True)["Item"]
    token = row.get("task_token")
    return None if token is None else str(token["S"])


def act(states: Any, action: str, token: str) -> None:
    if action == "succeed":
        states.send_task_success(taskToken=token, output='{"woken": true}')
    elif action == "fail":
        states.send_task_failure(taskToken=token, error="Broken", cause="on purpose")


def run_ours(case: Case) -> Ran:
    script = Script(case)
    handlers = {
        "advance_enrolment": lambda event, context: script.call("advance", event),
        "quarantine_enrolment": lambda event, context: script.call("quarantine", event),
    }
    with world(handlers) as runtime:
        dynamodb, states = runtime.client("dynamodb"), runtime.client("stepfunctions")
        put_row(dynamodb, case)
        arn = runtime.machine.arn
        states.start_execution(stateMachineArn=arn, name="x1", input='{"enrolment": "e1"}')
        runtime.settle()
        execution = runtime.machine.executions["x1"]
        for action in case.parked:
            # A retry's delay comes first.
            while execution.token is None:
                assert execution.status == "RUNNING", f"it ended {execution.status} instead of parking"
                runtime.advance(timedelta(seconds=1))
            token = read_token(dynamodb)
            assert token == execution.token
            act(states, action, token or "")
            runtime.advance(timedelta(seconds=1))
        runtime.advance(timedelta(minutes=10))
        return Ran(execution.status, execution.error, execution.states, script.payloads, execution.events)


def run_moto(case: Case) -> Ran:
    script = Script(case)

    def invoke(parameters: dict[str, Any], **_: object) -> dict[str, Any]:
        name = "advance" if parameters["FunctionName"] == ADVANCE else "quarantine"
        response: dict[str, Any] = {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
        try:
            response["Payload"] = script.call(name, json.loads(parameters["Payload"]))
        except Exception as fault:  # noqa: BLE001 - scripted ones, as Lambda answers them
            response["FunctionError"] = "Unhandled"
            response["Payload"] = {"errorType": type(fault).__name__, "errorMessage": str(fault)}
        return response

    no_sleep = SimpleNamespace(sleep=lambda seconds: None)
    with (
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        patch.object(lambda_eval_utils, "_invoke_lambda_function", invoke),
        patch.object(retrier_decl, "time", no_sleep),
    ):
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        states = boto3.client("stepfunctions", region_name=REGION)
        create_table(dynamodb)
        put_row(dynamodb, case)
        arn = start_in_moto(states)
        used: list[str] = []
        for action in case.parked:
            wait_for(lambda: (read_token(dynamodb) or "") not in ["", *used])
            used.append(read_token(dynamodb) or "")
            act(states, action, used[-1])
        wait_for(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING")
        described = states.describe_execution(executionArn=arn)
        history = states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    return Ran(described["status"], described.get("error"), entered, script.payloads, len(history))


def start_in_moto(states: Any) -> str:
    definition = (
        DEFINITION.replace("${AdvanceFunctionArn}", ADVANCE)
        .replace("${QuarantineFunctionArn}", QUARANTINE)
        .replace("${JourneysTableName}", TABLE)
    )
    role = "arn:aws:iam::123456789012:role/journey"
    machine = states.create_state_machine(name="journey", definition=definition, roleArn=role)
    started = states.start_execution(stateMachineArn=machine["stateMachineArn"], name="x1", input='{"enrolment": "e1"}')
    return str(started["executionArn"])


def create_table(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "row", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "row", "AttributeType": "S"},
        ],
    )


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "moto's interpreter did not get there in 20 s"
        time.sleep(0.01)


CASES = {
    "done at once": Case([DONE]),
    "park, then a wake": Case([park(), DONE], parked=["succeed"]),
    "park twice": Case([park(), park(), DONE], parked=["succeed", "succeed"]),
    "park, then the timeout": Case([park(seconds=1), DONE], parked=["wait"]),
    "park, then a failure is sent": Case([park()], parked=["fail"], quarantine=[None]),
    "an append came before the park": Case([park(), DONE], row={"inbox": {"L": [{"S": "event"}]}}),
    "another owner took over before the park": Case([park(), DONE], row={"owner": {"S": "x2"}}),
    "the row moved on before the park": Case([park(seq="1"), DONE], row={"seq": {"N": "2"}}),
    "a conflict, then it works": Case([Conflict("moved"), Conflict("moved"), DONE]),
    "a conflict for ever": Case([Conflict("moved")] * 7, quarantine=[None]),
    "a fault that no retry mends": Case([KeyError("step")], quarantine=[None]),
    "quarantine works at the second try": Case([KeyError("step")], quarantine=[RuntimeError("busy"), None]),
    "quarantine never works": Case([KeyError("step")], quarantine=[RuntimeError("busy")] * 7),
}


@pytest.mark.parametrize("name", CASES)
def test_both_interpreters_do_the_same(name: str) -> None:
    assert run_ours(CASES[name]) == run_moto(CASES[name])


@pytest.mark.parametrize("answer", [{}, {"next": "park", "seq": "1"}, park(seconds=0)])
def test_an_answer_that_the_machine_cannot_read_fails_the_execution(answer: dict[str, Any]) -> None:
    """Ours alone: AWS lets nothing catch States.Runtime, moto's interpreter does."""
    ran = run_ours(Case([answer]))
    assert (ran.status, ran.error) == ("FAILED", "States.Runtime")
    assert [function for function, _ in ran.payloads] == ["advance"]


def test_the_cases_end_as_the_machine_means_them() -> None:
    ends = {name: run_ours(CASES[name]) for name in ("park, then a wake", "a fault that no retry mends")}
    woken, broken = ends.values()
    assert (woken.status, woken.states) == ("SUCCEEDED", ["Advance", "Route", "Park", "Advance", "Route", "Done"])
    assert (broken.status, broken.error) == ("FAILED", "Quarantined")
    assert broken.payloads[-1] == ("quarantine", {"enrolment": "e1", "execution": "x1", "error": "KeyError"})
