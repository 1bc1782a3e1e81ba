"""The Amazon States Language as far as our machines use it: paths, templates, choices, error matching.

What this file does not know is refused when the definition is loaded, not when an execution comes by.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

LAMBDA = "arn:aws:states:::lambda:invoke"
PARK = "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken"
# Not even `States.ALL` catches or retries these.
UNCATCHABLE = {"States.Runtime", "States.DataLimitExceeded"}

TASK = {
    "Resource",
    "Parameters",
    "ResultSelector",
    "TimeoutSeconds",
    "TimeoutSecondsPath",
    "ResultPath",
    "Retry",
    "Catch",
    "Next",
}
FIELDS = {
    "Task": TASK,
    "Choice": {"Choices", "Default"},
    "Wait": {"Seconds", "Next"},
    "Map": {"Label", "ItemsPath", "ItemSelector", "MaxConcurrency", "ItemProcessor", "ResultPath", "Next"},
    "Fail": {"Error", "Cause"},
    "Succeed": set[str](),
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "StringEquals": lambda found, wanted: isinstance(found, str) and found == wanted,
    "NumericEquals": lambda found, wanted: not isinstance(found, bool) and found == wanted,
    "BooleanEquals": lambda found, wanted: isinstance(found, bool) and found == wanted,
}
State = dict[str, Any]
_MISSING = object()


class PathError(Exception):
    """A path that the input does not have: States.Runtime on AWS."""


def load(text: str, placeholders: Mapping[str, str]) -> dict[str, Any]:
    """The definition with its placeholders filled in. ValueError names what this interpreter does not know."""
    for placeholder, value in placeholders.items():
        text = text.replace(f"${{{placeholder}}}", value)
    if "${" in text:
        rest = text[text.index("${") :]
        raise ValueError(f"state machine: nothing fills {rest[: rest.index('}') + 1]}")
    definition: dict[str, Any] = json.loads(text)
    _check_all(definition["States"])
    return definition


def _check_all(states: Mapping[str, State]) -> None:
    for name, state in states.items():
        _check(name, state)
        if state["Type"] == "Map":
            _check_all(state["ItemProcessor"]["States"])


def _check(name: str, state: State) -> None:
    if state["Type"] not in FIELDS:
        raise ValueError(f"state {name}: the local runtime does not know type {state['Type']}")
    unknown = state.keys() - FIELDS[state["Type"]] - {"Type", "Comment", "InputPath", "OutputPath"}
    if unknown:
        raise ValueError(f"state {name}: the local runtime does not know {', '.join(sorted(unknown))}")
    if state["Type"] == "Task" and state["Resource"] not in (LAMBDA, PARK):
        raise ValueError(f"state {name}: the local runtime does not know resource {state['Resource']}")
    for choice in state.get("Choices", ()):
        unknown = choice.keys() - COMPARISONS.keys() - {"Variable", "Next"}
        if unknown:
            raise ValueError(f"state {name}: the local runtime does not know {', '.join(sorted(unknown))}")


def read(path: str, data: Any, context: Mapping[str, Any]) -> Any:
    """`$`, `$.a.b` of the data; `$$.a.b` of the context object."""
    found, steps = (context, path[2:]) if path.startswith("$$") else (data, path[1:])
    for step in filter(None, steps.split(".")):
        found = found.get(step, _MISSING) if isinstance(found, Mapping) else _MISSING
        if found is _MISSING:
            raise PathError(f"The JSONPath '{path}' could not be found in the input")
    return found


def fill(template: Any, data: Any, context: Mapping[str, Any]) -> Any:
    """A payload template: keys that end in `.$` take their value from a path."""
    if isinstance(template, dict):
        return {
            key.removesuffix(".$"): read(value, data, context) if key.endswith(".$") else fill(value, data, context)
            for key, value in template.items()
        }
    if isinstance(template, list):
        return [fill(element, data, context) for element in template]
    return template


def select(state: State, field: str, data: Any, context: Mapping[str, Any]) -> Any:
    """InputPath or OutputPath."""
    path = state.get(field, "$")
    return {} if path is None else read(path, data, context)


def place(path: str | None, result: Any, data: Any) -> Any:
    """The data with the result at ResultPath; null keeps the data, `$` replaces it."""
    if path is None:
        return data
    if path == "$":
        return result
    steps = path[2:].split(".")
    placed = here = dict(data)
    for step in steps[:-1]:
        below = here.get(step)
        here[step] = dict(below) if isinstance(below, Mapping) else {}
        here = here[step]
    here[steps[-1]] = result
    return placed


def choose(state: State, data: Any, context: Mapping[str, Any]) -> str:
    for choice in state["Choices"]:
        found = read(choice["Variable"], data, context)
        if all(COMPARISONS[key](found, wanted) for key, wanted in choice.items() if key in COMPARISONS):
            return str(choice["Next"])
    if "Default" not in state:
        raise PathError("no choice matches and there is no Default")
    return str(state["Default"])


def error_matches(names: list[str], error: str) -> bool:
    if error in UNCATCHABLE:
        return error in names
    return error in names or "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")
