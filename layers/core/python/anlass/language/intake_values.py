"""Whether every value of a message can be stored, mailed and compared; bounds on what one message may hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from anlass.language.intake_body import Ambiguous

MAX_DEPTH = 32  # levels of objects and lists below the message itself: what DynamoDB can nest
MAX_KEYS = 1_000  # of one object
_NUMBER_BOUND = 10**38  # DynamoDB keeps 38 digits and 10^125
_FLOAT_BOUND = 1e125
_FLOAT_GRAIN = 1e-130


class Fault(NamedTuple):
    """Why a message cannot be taken."""

    code: str
    message: str


def fault_in(message: dict[str, Any]) -> Fault | None:
    """The first value that cannot be taken as it is; None if all can. Never recursive: the input sets the depth."""
    pending: list[tuple[Any, int, str]] = [(message, 0, "")]
    while pending:
        value, depth, path = pending.pop()
        if depth > MAX_DEPTH:
            return Fault("too_deep", f"Nested deeper than {MAX_DEPTH} levels at {_short(path)}.")
        if isinstance(value, dict):
            fault = _fault_in_object(value, path)
            if fault is not None:
                return fault
        members: Iterable[tuple[object, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in members:
            if isinstance(member, dict | list):
                pending.append((member, depth + 1, f"{path}.{name}" if path else str(name)))
                continue
            problem = _problem_of(member)
            if problem is not None:
                return Fault(problem[0], f"{_short(f'{path}.{name}' if path else str(name))} {problem[1]}")
    return None


def _fault_in_object(value: dict[str, Any], path: str) -> Fault | None:
    where = _short(path) or "the message"
    if isinstance(value, Ambiguous):
        return Fault("duplicate_key", f"A key is named twice in {where}.")
    if len(value) > MAX_KEYS:
        return Fault("too_many_keys", f"More than {MAX_KEYS} keys in {where}.")
    for name in value:
        if not name:
            return Fault("name_invalid", f"An empty key in {where}.")
        if (problem := _problem_of(name)) is not None:
            return Fault(problem[0], f"A key in {where} {problem[1]}")
    return None


def _problem_of(value: object) -> tuple[str, str] | None:
    if isinstance(value, str):
        if "\x00" in value:
            return "text_invalid", "contains a NUL character. Leave it out."
        if not value.isascii() and not _is_encodable(value):
            return "text_invalid", "contains half a character (a lone surrogate). Send valid Unicode."
    elif isinstance(value, int):
        if abs(value) >= _NUMBER_BOUND:
            return "number_invalid", "has more than 38 digits. Send it as a string."
    elif isinstance(value, float) and not (value == 0 or _FLOAT_GRAIN <= abs(value) < _FLOAT_BOUND):
        return "number_invalid", "is NaN, infinite or out of range. Leave it out or send a string."
    return None


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(path: str) -> str:
    return path if len(path) <= 80 else path[:77] + "..."
