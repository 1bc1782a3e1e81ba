"""Step Functions, single-threaded and on the virtual clock: interprets the file that is deployed.

An execution runs until it waits (for a time, a task token, a retry's delay) or ends. Differences from AWS: jitter is
left out (a retry waits its full delay), history is counted, not kept, closed executions keep their name for ever, and a
map's items run one after the other.
"""

from __future__ import annotations

import heapq
import json
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from anlass.adapters.memory.clock import VirtualClock
from botocore.exceptions import ClientError

from cli.runtime import asl
from cli.runtime.lambdas import LambdaError, Outcome

HISTORY_LIMIT = 25_000
DATA_LIMIT = 256 * 1024
Invoke = Callable[[str, Any], Outcome]  # function ARN, payload
UpdateItem = Callable[[dict[str, Any]], Any]


@dataclass
class MapRun:
    """The items of a distributed map that are still to come, and what those that are done answered."""

    parent: Execution
    left: deque[Any]
    results: list[Any] = field(default_factory=list)


@dataclass
class Execution:
    name: str
    input: str
    started: datetime
    program: Mapping[str, asl.State]
    state: str
    data: Any
    map_run: MapRun | None = None  # that it is an item of
    status: str = "RUNNING"
    error: str | None = None
    cause: str | None = None
    output: Any = None
    token: str | None = None  # of the task it waits for
    timeout: datetime | None = None
    retries: dict[int, int] = field(default_factory=dict)  # of the present state, by retrier
    events: int = 1  # of the history: ExecutionStarted
    transitions: int = 0  # what AWS bills: states entered and retries
    states: list[str] = field(default_factory=list)  # entered, in order


class TokenError(Exception):
    """SendTask* with a token that wakes nothing. `code` is AWS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NameTaken(Exception):
    """StartExecution with a used name."""


class Machine:
    def __init__(
        self,
        definition: dict[str, Any],
        arn: str,
        clock: VirtualClock,
        invoke: Invoke,
        update_item: UpdateItem,
        may_map: Callable[[str], bool],
    ) -> None:
        self._program: dict[str, asl.State] = definition["States"]
        self._start_at: str = definition["StartAt"]
        self.arn = arn
        self._clock = clock
        self._invoke = invoke
        self._update_item = update_item
        self._may_map = may_map
        self.executions: dict[str, Execution] = {}
        self.items: list[Execution] = []  # of maps: executions of their own
        self._tokens: dict[str, str] = {}  # token -> execution, also of tasks that are over
        self._ready: deque[tuple[Execution, Callable[[Execution], None]]] = deque()
        # (due, order, execution, the token that must still be waited for: None for a retry)
        self._timers: list[tuple[datetime, int, Execution, str | None]] = []
        self._order = 0

    @property
    def transitions(self) -> int:
        return sum(execution.transitions for execution in (*self.executions.values(), *self.items))

    def execution_arn(self, name: str) -> str:
        return f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"

    def start(self, name: str, text: str) -> Execution:
        """A running execution of this name with this input is the same request; any other use of the name is not."""
        standing = self.executions.get(name)
        if standing is not None:
            if standing.status == "RUNNING" and standing.input == text:
                return standing
            raise NameTaken(f"Execution Already Exists: '{self.execution_arn(name)}'")
        execution = Execution(name, text, self._clock.now(), self._program, self._start_at, json.loads(text))
        self.executions[name] = execution
        self._ready.append((execution, lambda e: self._enter(e, self._start_at, e.data)))
        return execution

    def succeed(self, token: str, output: str) -> None:
        result = json.loads(output)
        execution = self._claim(token)
        execution.events += 1  # TaskSucceeded
        self._ready.append((execution, lambda e: self._leave(e, e.program[e.state], result)))

    def fail(self, token: str, error: str, cause: str) -> None:
        execution = self._claim(token)
        execution.events += 1  # TaskFailed
        self._ready.append((execution, lambda e: self._fault(e, e.program[e.state], error, cause)))

    def gave(self, token: str) -> bool:
        return token in self._tokens

    def due(self) -> datetime | None:
        while self._timers and not self._counts(self._timers[0]):
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def run_due(self) -> bool:
        """Timeouts and retries whose time has come, then everything that is ready."""
        while (due := self.due()) is not None and due <= self._clock.now():
            _, _, execution, token = heapq.heappop(self._timers)
            if token is None:
                waited = execution.program[execution.state]["Type"] == "Wait"
                self._ready.append((execution, self._waited if waited else self._perform))
            else:
                execution.token = None
                execution.events += 1  # TaskTimedOut
                self._ready.append((execution, lambda e: self._fault(e, e.program[e.state], "States.Timeout", "")))
        worked = bool(self._ready)
        while self._ready:
            execution, step = self._ready.popleft()
            if execution.events >= HISTORY_LIMIT:
                self._end(execution, "FAILED", "States.Runtime", f"The history has {HISTORY_LIMIT} events")
                continue
            try:
                step(execution)
            except asl.PathError as fault:
                self._end(execution, "FAILED", "States.Runtime", str(fault))
        return worked

    def _claim(self, token: str) -> Execution:
        if token not in self._tokens:
            raise TokenError("InvalidToken", "Invalid Token: 'Invalid token'")
        execution = self.executions[self._tokens[token]]
        if execution.token != token or execution.status != "RUNNING":
            raise TokenError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        execution.token = None
        return execution

    def _counts(self, timer: tuple[datetime, int, Execution, str | None]) -> bool:
        _, _, execution, token = timer
        return execution.status == "RUNNING" and (token is None or execution.token == token)

    def _enter(self, execution: Execution, name: str, data: Any) -> None:
        execution.state, execution.data = name, data
        execution.retries = {}
        execution.states.append(name)
        execution.transitions += 1
        execution.events += 1  # StateEntered
        self._perform(execution)

    def _perform(self, execution: Execution) -> None:
        """The present state on its input; again after a retry's delay."""
        state = execution.program[execution.state]
        match state["Type"]:
            case "Wait":
                self._timer(state["Seconds"], execution, None)
            case "Map":
                self._map(execution, state)
            case "Task":
                self._task(execution, state)
            case "Choice":
                execution.events += 1  # StateExited
                context = self._context(execution)
                data = asl.select(state, "InputPath", execution.data, context)
                following = asl.choose(state, data, context)
                self._go(execution, following, asl.select(state, "OutputPath", data, context))
            case "Succeed":
                execution.events += 2  # StateExited, ExecutionSucceeded
                execution.output = execution.data
                self._end(execution, "SUCCEEDED")
            case "Fail":
                execution.events += 1  # ExecutionFailed
                self._end(execution, "FAILED", state.get("Error"), state.get("Cause"))

    def _waited(self, execution: Execution) -> None:
        execution.events += 1  # StateExited
        self._go(execution, execution.program[execution.state]["Next"], execution.data)

    def _map(self, execution: Execution, state: asl.State) -> None:
        if not self._may_map(state["Label"]):
            self._fault(execution, state, "States.Permissions", "The role does not cover a distributed map")
            return
        execution.events += 2  # MapStateStarted, MapRunStarted
        items = asl.read(state["ItemsPath"], execution.data, self._context(execution))
        run = MapRun(execution, deque())
        for number, item in enumerate(items):
            context = {**self._context(execution), "Map": {"Item": {"Index": number, "Value": item}}}
            run.left.append(asl.fill(state["ItemSelector"], execution.data, context))
        self._next_item(run)

    def _next_item(self, run: MapRun) -> None:
        """The next one begins, or the map is done."""
        state = run.parent.program[run.parent.state]
        if not run.left:
            run.parent.events += 2  # MapRunSucceeded, MapStateSucceeded
            self._leave(run.parent, state, run.results)
            return
        data, processor = run.left.popleft(), state["ItemProcessor"]
        name, now, start = str(uuid.uuid4()), self._clock.now(), processor["StartAt"]
        item = Execution(name, json.dumps(data), now, processor["States"], start, data, run)
        self.items.append(item)
        self._ready.append((item, lambda e: self._enter(e, start, e.data)))

    def _task(self, execution: Execution, state: asl.State) -> None:
        token = uuid.uuid4().hex if state["Resource"] == asl.PARK else None
        context = self._context(execution, token)
        data = asl.select(state, "InputPath", execution.data, context)
        parameters = asl.fill(state.get("Parameters", data), data, context)
        execution.events += 2  # TaskScheduled, TaskStarted
        if token is None:
            self._lambda(execution, state, parameters)
        else:
            self._park(execution, state, parameters, token, data)

    def _lambda(self, execution: Execution, state: asl.State, parameters: dict[str, Any]) -> None:
        outcome = self._invoke(parameters["FunctionName"], parameters.get("Payload", {}))
        execution.events += 1  # TaskSucceeded or TaskFailed
        if isinstance(outcome, LambdaError):
            self._fault(execution, state, outcome.error_type, json.dumps(outcome.payload()))
        else:
            result = {"ExecutedVersion": "$LATEST", "Payload": outcome.payload, "StatusCode": 200}
            self._leave(execution, state, result)

    def _park(self, execution: Execution, state: asl.State, parameters: dict[str, Any], token: str, data: Any) -> None:
        seconds = state.get("TimeoutSeconds")
        if "TimeoutSecondsPath" in state:
            seconds = asl.read(state["TimeoutSecondsPath"], data, self._context(execution))
            if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds <= 0:
                raise asl.PathError(f"TimeoutSecondsPath must lead to a positive integer, not {seconds!r}")
        try:
            self._update_item(parameters)
        except ClientError as fault:
            execution.events += 1  # TaskFailed
            self._fault(execution, state, _dynamodb_error(fault), fault.response["Error"].get("Message", ""))
            return
        execution.events += 1  # TaskSubmitted
        execution.token = token
        self._tokens[token] = execution.name
        if seconds is not None:
            self._timer(seconds, execution, token)

    def _leave(self, execution: Execution, state: asl.State, result: Any) -> None:
        context = self._context(execution)
        if "ResultSelector" in state:
            result = asl.fill(state["ResultSelector"], result, context)
        data = asl.place(state.get("ResultPath", "$"), result, asl.select(state, "InputPath", execution.data, context))
        if len(json.dumps(data)) > DATA_LIMIT:
            self._fault(execution, state, "States.DataLimitExceeded", f"more than {DATA_LIMIT} bytes of state data")
            return
        execution.events += 1  # StateExited
        self._go(execution, state["Next"], asl.select(state, "OutputPath", data, context))

    def _fault(self, execution: Execution, state: asl.State, error: str, cause: str) -> None:
        for number, retrier in enumerate(state.get("Retry", ())):
            if asl.error_matches(retrier["ErrorEquals"], error):
                used = execution.retries.get(number, 0)
                if used < retrier.get("MaxAttempts", 3):
                    execution.retries[number] = used + 1
                    execution.transitions += 1
                    delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** used
                    self._timer(min(delay, retrier.get("MaxDelaySeconds", delay)), execution, None)
                    return
                break
        for catcher in state.get("Catch", ()):
            if asl.error_matches(catcher["ErrorEquals"], error):
                execution.events += 1  # StateExited
                found = {"Error": error, "Cause": cause}
                data = asl.place(catcher.get("ResultPath", "$"), found, execution.data)
                self._go(execution, catcher["Next"], data)
                return
        execution.events += 1  # ExecutionFailed
        self._end(execution, "FAILED", error, cause)

    def _go(self, execution: Execution, name: str, data: Any) -> None:
        self._ready.append((execution, lambda e: self._enter(e, name, data)))

    def _end(self, execution: Execution, status: str, error: str | None = None, cause: str | None = None) -> None:
        execution.status, execution.error, execution.cause = status, error, cause
        execution.token = None
        run = execution.map_run
        if run is None:
            return
        if status == "SUCCEEDED":
            run.results.append(execution.output)
            self._next_item(run)
        else:
            run.parent.events += 2  # MapRunFailed, MapStateFailed
            cause = "The specified tolerated failure threshold was exceeded"
            state = run.parent.program[run.parent.state]
            self._fault(run.parent, state, "States.ExceedToleratedFailureThreshold", cause)

    def _timer(self, seconds: float, execution: Execution, token: str | None) -> None:
        self._order += 1
        due = self._clock.now() + timedelta(seconds=seconds)
        heapq.heappush(self._timers, (due, self._order, execution, token))

    def _context(self, execution: Execution, token: str | None = None) -> dict[str, Any]:
        return {
            "Execution": {
                "Id": self.execution_arn(execution.name),
                "Name": execution.name,
                "Input": json.loads(execution.input),
                "StartTime": execution.started.isoformat(),
            },
            "State": {"Name": execution.state, "RetryCount": sum(execution.retries.values())},
            "StateMachine": {"Id": self.arn, "Name": self.arn.rsplit(":", 1)[-1]},
            **({"Task": {"Token": token}} if token else {}),
        }


def _dynamodb_error(fault: ClientError) -> str:
    """The name that the aws-sdk integration gives: the Java SDK's class, spelt `DynamoDb.` and always an Exception."""
    modelled = type(fault) is not ClientError
    name = fault.response["Error"]["Code"] if modelled else "DynamoDb"
    return f"DynamoDb.{name.removesuffix('Exception')}Exception"
