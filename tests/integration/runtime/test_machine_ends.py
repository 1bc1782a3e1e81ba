"""Where the state machine that is deployed goes from each case: what it waits for, tries again, and gives up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cli.runtime.aws_calls import AwsCall, AwsReply, refuse
from tests.integration.runtime.small_world import world
from tests.integration.runtime.test_machine_conformance import (
    CASES,
    DONE,
    Case,
    park,
    put_row,
    read_token,
    run_ours,
)

TURN = "Advance Route"
PARKED = f"{TURN} Park"
# Case → the states that it enters, the end, and how often (Advance, Quarantine) were called.
ENDS = {
    "done at once": (f"{TURN} Done", "SUCCEEDED", (1, 0)),
    "park, then a wake": (f"{PARKED} {TURN} Done", "SUCCEEDED", (2, 0)),
    "park twice": (f"{PARKED} {PARKED} {TURN} Done", "SUCCEEDED", (3, 0)),
    "park, then the timeout": (f"{PARKED} {TURN} Done", "SUCCEEDED", (2, 0)),
    "park, then a failure is sent": (f"{PARKED} Quarantine Failed", "FAILED", (1, 1)),
    "an append came before the park": (f"{PARKED} {TURN} Done", "SUCCEEDED", (2, 0)),
    "another owner took over before the park": (f"{PARKED} {TURN} Done", "SUCCEEDED", (2, 0)),
    "the row moved on before the park": (f"{PARKED} {TURN} Done", "SUCCEEDED", (2, 0)),
    "a conflict, then it works": (f"{TURN} Done", "SUCCEEDED", (3, 0)),
    "a conflict for ever": ("Advance Quarantine Failed", "FAILED", (7, 1)),
    "a fault that no retry mends": ("Advance Quarantine Failed", "FAILED", (1, 1)),
    "quarantine works at the second try": ("Advance Quarantine Failed", "FAILED", (1, 2)),
    "quarantine never works": ("Advance Quarantine", "FAILED", (1, 7)),
}


def test_every_case_has_its_end() -> None:
    assert ENDS.keys() == CASES.keys()


@pytest.mark.parametrize("name", ENDS)
def test_a_case_ends_as_the_protocol_means_it(name: str) -> None:
    ran = run_ours(CASES[name])
    called = [function for function, _ in ran.payloads]
    calls = (called.count("advance"), called.count("quarantine"))
    assert (" ".join(ran.states), ran.status, calls) == ENDS[name]


@pytest.mark.parametrize(
    "error",
    [
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
        "Lambda.ClientExecutionTimeoutException",
        "Transient",
    ],
)
def test_an_advance_that_may_go_better_later_is_tried_again(error: str) -> None:
    ran = run_ours(Case([type(error, (Exception,), {})("busy"), DONE]))
    assert (ran.states, ran.status) == (["Advance", "Route", "Done"], "SUCCEEDED")


@pytest.mark.parametrize(
    "code",
    [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "TransactionConflictException",
    ],
)
def test_a_park_that_met_a_busy_table_is_tried_again_and_its_token_wakes(code: str) -> None:
    answers = iter([park(), DONE])
    handlers = {"advance_enrolment": lambda event, context: next(answers)}
    troubles = [refuse(code, "busy")]

    def answer(call: AwsCall) -> AwsReply | None:
        return troubles.pop() if troubles and call.operation == "UpdateItem" else None

    with world(handlers) as runtime:
        put_row(runtime.client("dynamodb"), CASES["park, then a wake"])
        runtime.calls.answers.insert(0, answer)
        states = runtime.client("stepfunctions")
        states.start_execution(stateMachineArn=runtime.machine.arn, name="x1", input='{"enrolment": "e1"}')
        runtime.advance(timedelta(seconds=10))
        execution = runtime.machine.executions["x1"]
        assert troubles == []
        assert (execution.status, execution.states[-1]) == ("RUNNING", "Park")
        token = read_token(runtime.client("dynamodb"))
        assert token is not None
        row = runtime.client("dynamodb").get_item(
            TableName="local-journeys", Key={"id": {"S": "e1"}, "row": {"S": "E"}}
        )
        assert "request" not in row["Item"], "a parked row asks for nothing any more"
        states.send_task_success(taskToken=token, output="{}")
        runtime.advance(timedelta(seconds=1))
        assert execution.status == "SUCCEEDED"
