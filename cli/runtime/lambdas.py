"""Invokes the functions in this process the way Lambda does: JSON in, JSON out, only the declared variables."""

from __future__ import annotations

import importlib
import json
import logging
import os
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cli.runtime.aws_calls import AwsCalls
from cli.runtime.names import whole_environment
from infra.names import Names

Handler = Callable[[Any, Any], Any]
log = logging.getLogger("anlass.local")

# Powertools reads these when a function's module is loaded.
QUIET = {
    "POWERTOOLS_SERVICE_NAME": "anlass",
    "POWERTOOLS_LOG_LEVEL": "ERROR",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


@dataclass(frozen=True)
class Returned:
    payload: Any


@dataclass(frozen=True)
class LambdaError:
    """What Lambda answers for an unhandled exception (`FunctionError: Unhandled`)."""

    error_type: str
    message: str
    trace: tuple[str, ...] = ()

    def payload(self) -> dict[str, Any]:
        return {"errorMessage": self.message, "errorType": self.error_type, "stackTrace": list(self.trace)}


Outcome = Returned | LambdaError


@dataclass(frozen=True)
class LambdaContext:
    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str
    deadline: float  # of time.monotonic()
    function_version: str = "$LATEST"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class Lambdas:
    """`handlers` replaces the product's own (`functions.<name>.handler`) by name."""

    def __init__(self, names: Names, calls: AwsCalls, handlers: Mapping[str, Handler]) -> None:
        self._names = names
        self._calls = calls
        self._handlers = dict(handlers)
        self._functions = {function.name: function for function in names.topology.functions}
        self._environments = {name: whole_environment(names, f) | QUIET for name, f in self._functions.items()}
        self._variables = frozenset(key for environment in self._environments.values() for key in environment)
        self._environment_of: str | None = None
        self.invocations: Counter[str] = Counter()
        self.errors: list[tuple[str, LambdaError]] = []

    @property
    def all_replaced(self) -> bool:
        """No function of the product is ever called: tests bring their own."""
        return self._functions.keys() <= self._handlers.keys()

    def invoke(self, name: str, event: Any) -> Outcome:
        """Runs the function to its end. Its exceptions are values here, as they are for its callers on AWS."""
        function = self._functions[name]
        self.invocations[name] += 1
        context = LambdaContext(
            function_name=self._names.physical(name),
            memory_limit_in_mb=function.memory_mib,
            invoked_function_arn=self._names.function_arn(name),
            aws_request_id=str(uuid.uuid4()),
            deadline=time.monotonic() + function.timeout_seconds,
        )
        self._enter(name)
        try:
            with self._calls.acting(name):
                result = self._handler(name)(json.loads(json.dumps(event)), context)
        except Exception as fault:  # noqa: BLE001 - whatever a function raises is its answer
            return self._failed(name, LambdaError(type(fault).__name__, str(fault), _trace(fault)))
        try:
            return Returned(json.loads(json.dumps(result)))
        except (TypeError, ValueError) as fault:
            return self._failed(name, LambdaError("Runtime.MarshalError", f"Unable to marshal response: {fault}"))

    def _enter(self, name: str) -> None:
        if self._environment_of == name:
            return
        environment = self._environments[name]
        for variable in self._variables - environment.keys():
            os.environ.pop(variable, None)
        os.environ.update(environment)
        self._environment_of = name

    def _handler(self, name: str) -> Handler:
        if name not in self._handlers:
            self._handlers[name] = importlib.import_module(f"functions.{name}").handler
        return self._handlers[name]

    def _failed(self, name: str, error: LambdaError) -> LambdaError:
        log.warning("function %s failed: %s: %s", name, error.error_type, error.message)
        self.errors.append((name, error))
        return error


def _trace(fault: BaseException) -> tuple[str, ...]:
    return tuple(traceback.format_tb(fault.__traceback__))
