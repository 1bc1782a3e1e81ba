"""Functions run as in Lambda: their own variables, JSON in and out, exceptions as values."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.runtime.lambdas import LambdaError, Returned
from infra.topology import Function
from tests.integration.runtime.small_world import topology, world


def test_a_function_sees_the_variables_that_the_topology_names_and_no_others() -> None:
    environments: dict[str, dict[str, str]] = {}

    def remember(name: str) -> Any:
        return lambda event, context: environments.__setitem__(name, dict(os.environ))

    functions = (
        *topology().functions,
        Function("one", 10, 256, ("ROWS_TABLE",)),
        Function("two", 10, 256, ("JOBS_QUEUE_URL", "KEYS_SECRET")),
    )
    before = dict(os.environ)
    with world({"one": remember("one"), "two": remember("two")}, functions=functions) as runtime:
        for name in ("one", "two", "one"):
            runtime.lambdas.invoke(name, {})
    assert environments["one"]["ROWS_TABLE"] == "local-rows"
    assert environments["one"]["AWS_LAMBDA_FUNCTION_NAME"] == "local-one"
    assert "JOBS_QUEUE_URL" not in environments["one"]
    assert environments["two"]["KEYS_SECRET"] == "local-keys"
    assert "ROWS_TABLE" not in environments["two"]
    assert dict(os.environ) == before


def test_a_variable_that_nothing_gives_is_found_before_anything_runs() -> None:
    functions = (*topology().functions, Function("one", 10, 256, ("MOON_TABLE",)))
    with pytest.raises(ValueError, match="function one wants MOON_TABLE"):
        world(functions=functions)


def test_the_context_says_who_runs() -> None:
    contexts: list[Any] = []
    with world({"answer": lambda event, context: contexts.append(context)}) as runtime:
        runtime.lambdas.invoke("answer", {})
    (context,) = contexts
    assert context.function_name == "local-answer"
    assert context.invoked_function_arn == "arn:aws:lambda:eu-central-1:123456789012:function:local-answer"
    assert 9_000 < context.get_remaining_time_in_millis() <= 10_000


def test_an_exception_is_a_value_with_its_type_and_message() -> None:
    class Conflict(Exception):
        pass

    def fails(event: Any, context: Any) -> None:
        raise Conflict("row e1 has changed")

    with world({"answer": fails}) as runtime:
        outcome = runtime.lambdas.invoke("answer", {})
    assert isinstance(outcome, LambdaError)
    assert (outcome.error_type, outcome.message) == ("Conflict", "row e1 has changed")


def test_what_is_no_json_cannot_be_returned() -> None:
    with world({"answer": lambda e, c: {"at": datetime(2024, 1, 1, tzinfo=UTC)}}) as runtime:
        outcome = runtime.lambdas.invoke("answer", {})
    assert isinstance(outcome, LambdaError)
    assert outcome.error_type == "Runtime.MarshalError"


def test_a_function_cannot_change_the_event_of_its_caller() -> None:
    def spoil(event: Any, context: Any) -> Any:
        event["list"].append("spoilt")
        return event

    event = {"list": ("a",)}
    with world({"answer": spoil}) as runtime:
        assert runtime.lambdas.invoke("answer", event) == Returned({"list": ["a", "spoilt"]})
    assert event == {"list": ("a",)}


def test_every_aws_call_is_seen_with_the_function_that_made_it() -> None:
    seen: list[tuple[str, str, str, int]] = []

    def list_buckets(event: Any, context: Any) -> None:
        runtime.client("s3").list_buckets()

    with world({"answer": list_buckets}) as runtime:
        runtime.calls.observers.append(
            lambda call, reply: seen.append((call.actor, call.service, call.operation, reply.status))
        )
        runtime.lambdas.invoke("answer", {})
        runtime.client("s3").list_buckets()
    assert seen == [("answer", "s3", "ListBuckets", 200), ("operator", "s3", "ListBuckets", 200)]
