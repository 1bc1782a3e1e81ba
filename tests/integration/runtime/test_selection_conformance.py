"""The state machine that selects people, run by moto's own interpreter and by ours: the same in every case.

Its parts are executions of their own there; what both must agree on is which pages were asked for, and the end. moto
runs parts side by side on threads, so pages are compared part by part.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from anlass.adapters.memory.selections import SETTLE
from anlass.ports import PARTS
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

import infra.topology
from tests.integration.runtime.small_world import world
from tests.integration.runtime.test_machine_conformance import REGION, wait_for

DEFINITION = Path(infra.topology.__file__).with_name("select.asl.json").read_text(encoding="utf-8")
SELECT_PEOPLE = f"arn:aws:lambda:{REGION}:123456789012:function:local-select_people"
ASKED = {"kind": "date", "journey": "birthday"}
INPUT = json.dumps({"selection": ASKED, "parts": [0, 1, 2, 3]})


class Transient(Exception):
    pass


@dataclass
class Ran:
    """`pages`: by part the cursors that were asked for, in order."""

    status: str
    error: str | None
    states: list[str]
    pages: dict[int, list[str]]
    history: int


class Script:
    """`answers`: by part what a page says after the others: a cursor, "" for the last one, an Exception."""

    def __init__(self, answers: dict[int, list[str | Exception]]) -> None:
        self._answers = {part: iter(each) for part, each in answers.items()}
        self.pages: dict[int, list[str]] = defaultdict(list)

    def call(self, payload: dict[str, Any]) -> dict[str, Any]:
        assert payload["selection"] == ASKED
        self.pages[payload["part"]].append(payload["cursor"])
        cursor = next(self._answers[payload["part"]]) if payload["part"] in self._answers else ""
        if isinstance(cursor, Exception):
            raise cursor
        return {"cursor": cursor, "more": cursor != ""}


def run_ours(answers: dict[int, list[str | Exception]]) -> Ran:
    script = Script(answers)
    with world({"select_people": lambda event, context: script.call(event)}) as runtime:
        machine = runtime.machines["select"]
        runtime.client("stepfunctions").start_execution(stateMachineArn=machine.arn, name="x1", input=INPUT)
        runtime.advance(SETTLE - timedelta(seconds=1))
        assert script.pages == {}, "everybody must have seen what was published first"
        runtime.advance(timedelta(hours=1))
        execution = machine.executions["x1"]
        return Ran(execution.status, execution.error, execution.states, dict(script.pages), execution.events)


def run_moto(answers: dict[int, list[str | Exception]]) -> Ran:
    script = Script(answers)

    def invoke(parameters: dict[str, Any], **_: object) -> dict[str, Any]:
        response: dict[str, Any] = {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
        try:
            response["Payload"] = script.call(json.loads(parameters["Payload"]))
        except Exception as fault:  # noqa: BLE001 - scripted ones, as Lambda answers them
            response["FunctionError"] = "Unhandled"
            response["Payload"] = {"errorType": type(fault).__name__, "errorMessage": str(fault)}
        return response

    with (
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        patch.object(lambda_eval_utils, "_invoke_lambda_function", invoke),
        patch.object(retrier_decl, "time", SimpleNamespace(sleep=lambda seconds: None)),
        patch.object(WaitFunction, "_wait_interval", lambda self, env, wait_seconds: None),
    ):
        states = boto3.client("stepfunctions", region_name=REGION)
        definition = DEFINITION.replace("${SelectPeopleFunctionArn}", SELECT_PEOPLE)
        role = "arn:aws:iam::123456789012:role/select"
        machine = states.create_state_machine(name="select", definition=definition, roleArn=role)
        started = states.start_execution(stateMachineArn=machine["stateMachineArn"], name="x1", input=INPUT)
        arn = started["executionArn"]
        wait_for(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING")
        described = states.describe_execution(executionArn=arn)
        history = states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    return Ran(described["status"], described.get("error"), entered, dict(script.pages), len(history))


ONE_PAGE_EACH = {part: [""] for part in range(PARTS)}
CASES: dict[str, tuple[dict[int, list[str | Exception]], dict[int, list[str]]]] = {
    "nobody is there": ({}, ONE_PAGE_EACH),
    "several pages": ({0: ["a", "b", ""], 2: ["c", ""]}, {**ONE_PAGE_EACH, 0: ["", "a", "b"], 2: ["", "c"]}),
    "a page at the second try": (
        {1: ["a", Transient("busy"), "b", ""]},
        {**ONE_PAGE_EACH, 1: ["", "a", "a", "b"]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_both_interpreters_ask_for_the_same_pages(name: str) -> None:
    answers, pages = CASES[name]
    ours = run_ours(answers)
    assert (ours.status, ours.states, ours.pages) == ("SUCCEEDED", ["Settle", "Parts", "Selected"], pages)
    assert run_moto(answers) == ours


def test_a_page_that_nobody_can_read_fails_the_whole_selection() -> None:
    """Ours alone: moto's map tolerates what AWS's does not. Redriven, the execution goes on with what is missing."""
    ran = run_ours({3: [KeyError("day")]})
    assert (ran.status, ran.error) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    assert ran.pages[3] == [""]


def test_the_map_reads_all_parts_side_by_side() -> None:
    parts = json.loads(DEFINITION)["States"]["Parts"]
    assert parts["MaxConcurrency"] == PARTS
    assert json.loads(DEFINITION)["States"]["Settle"]["Seconds"] == SETTLE.total_seconds()
