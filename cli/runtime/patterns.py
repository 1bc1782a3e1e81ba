"""EventBridge event patterns, as far as the topology uses them: exact values in lists, nested objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Every key of the pattern is in the event with one of the listed values. No key: no match."""
    if not isinstance(event, Mapping):
        return False
    for key, wanted in pattern.items():
        if key not in event:
            return False
        if isinstance(wanted, Mapping):
            if not matches(wanted, event[key]):
                return False
        elif isinstance(wanted, list):
            if not _one_of(wanted, event[key]):
                return False
        else:
            raise TypeError(f"event pattern: {key!r} must be a list of values or an object, not {wanted!r}")
    return True


def _one_of(wanted: list[Any], found: Any) -> bool:
    operators = [value for value in wanted if isinstance(value, Mapping)]
    if operators:
        raise NotImplementedError(f"event pattern operator {operators[0]!r}: the local runtime knows exact values")
    values = found if isinstance(found, list) else [found]
    return any(value in wanted for value in values)
