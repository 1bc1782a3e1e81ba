from __future__ import annotations

import json

import pytest
from anlass.adapters.aws.stepfunctions import StepFunctionsExecutions
from anlass.adapters.memory.executions import MemoryExecutions, Run
from anlass.domain.errors import Transient
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.builders import HOUR, MINUTE, NOON
from tests.contract.house import AwsHouse, answer, breaks, refusal

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:journey"
STARTED = answer(executionArn=f"{MACHINE}:e-1-1")


def executions(aws: AwsHouse) -> StepFunctionsExecutions:
    return StepFunctionsExecutions(aws.clients.stepfunctions, MACHINE)


def test_an_execution_knows_the_enrolments_id_and_nothing_else(aws: AwsHouse) -> None:
    aws.wire.script("StartExecution", STARTED)
    executions(aws).start("e-1-1", "e-1")
    ((_, body),) = aws.wire.sent
    assert body == {"stateMachineArn": MACHINE, "name": "e-1-1", "input": json.dumps({"enrolment": "e-1"})}


def test_a_name_that_was_used_starts_nothing_and_is_no_fault(aws: AwsHouse) -> None:
    aws.wire.script("StartExecution", refusal(400, "ExecutionAlreadyExists"))
    executions(aws).start("e-1-1", "e-1")


def test_a_token_wakes_whoever_waits_with_it(aws: AwsHouse) -> None:
    aws.wire.script("SendTaskSuccess", answer())
    assert executions(aws).wake("token")
    assert aws.wire.sent == [("SendTaskSuccess", {"taskToken": "token", "output": "{}"})]


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_nobody_waits_with_wakes_nobody(aws: AwsHouse, code: str) -> None:
    aws.wire.script("SendTaskSuccess", refusal(400, code))
    assert not executions(aws).wake("token")


def test_what_may_go_better_later_is_told_apart_from_what_never_will(aws: AwsHouse) -> None:
    aws.wire.script("StartExecution", refusal(400, "ExecutionLimitExceeded"))
    with pytest.raises(Transient, match="starting execution e-1-1: ExecutionLimitExceeded"):
        executions(aws).start("e-1-1", "e-1")
    aws.wire.script("SendTaskSuccess", breaks(EndpointConnectionError(endpoint_url="https://aws")))
    with pytest.raises(Transient, match="waking an execution: EndpointConnectionError"):
        executions(aws).wake("token")
    aws.wire.script("StartExecution", refusal(400, "StateMachineDoesNotExist"))
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        executions(aws).start("e-1-1", "e-1")


def test_in_memory_a_name_starts_once_and_a_token_wakes_once() -> None:
    memory = MemoryExecutions()
    memory.start("e-1-1", "e-1")
    memory.start("e-1-1", "e-1")
    assert list(memory.ready) == [Run("e-1-1", "e-1")]
    token = memory.park(memory.ready.popleft(), NOON + HOUR)
    assert not memory.wake("other")
    assert memory.wake(token)
    assert not memory.wake(token)
    assert memory.next_due() is None


def test_in_memory_a_parked_execution_times_out() -> None:
    memory = MemoryExecutions()
    one, other = Run("e-1-1", "e-1"), Run("e-2-1", "e-2")
    token = memory.park(one, NOON + HOUR)
    memory.park(other, NOON + MINUTE)
    assert memory.next_due() == NOON + MINUTE
    memory.time_out(NOON + MINUTE)
    assert list(memory.ready) == [other]
    assert memory.wake(token)
    memory.time_out(NOON + HOUR)
    assert list(memory.ready) == [other, one]
