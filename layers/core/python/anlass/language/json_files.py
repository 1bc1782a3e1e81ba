"""Reads a JSON content file into its model and says, with lines, what is wrong in it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from anlass.language.diagnostics import Diagnostic, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')
_MAX_DEPTH = 64


def read_json(text: str, model: type[Model], file: str) -> tuple[Model | None, list[Diagnostic]]:
    """The file as its model, or None and all its mistakes."""
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        return None, [_broken(file, 1, "nested too deeply", "Make it flatter.")]
    except json.JSONDecodeError as error:
        remedy = "Look for a missing or superfluous comma, quote or bracket just before."
        return None, [_broken(file, error.lineno, error.msg, remedy)]
    except ValueError as error:
        return None, [_broken(file, None, str(error), "Write a plain number.")]
    lines, repeated = _places(text)
    findings = [
        Diagnostic(
            "json.repeated_key", file, line, dotted(place), f'"{place[-1]}" stands here twice.', "Keep one of them."
        )
        for place, line in repeated
    ]
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        return None, [*findings, *(_finding(dict(each), model, file, lines) for each in error.errors())]
    return (None if findings else value), findings


def dotted(place: Sequence[str | int]) -> str:
    """`steps[2].send.template`"""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return path.removeprefix(".")


def line_of(lines: dict[Place, int], place: Sequence[str | int]) -> int:
    """The line of a place, or of the nearest one around it."""
    for end in range(len(place), -1, -1):
        line = lines.get(tuple(place[:end]))
        if line is not None:
            return line
    return 1


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _broken(file: str, line: int | None, what: str, remedy: str) -> Diagnostic:
    return Diagnostic("json.syntax", file, line, "", f"This is no JSON: {what}.", remedy)


def _finding(error: dict[str, Any], model: type[BaseModel], file: str, lines: dict[Place, int]) -> Diagnostic:
    place: Place = error["loc"]
    line, path, kind = line_of(lines, place), dotted(place), error["type"]
    if kind == "extra_forbidden":
        known = _keys_beside(model, place)
        remedy = f"{did_you_mean(str(place[-1]), known)}Known here: {', '.join(known)}." if known else "Leave it out."
        return Diagnostic("json.unknown_key", file, line, path, f'"{place[-1]}" is not known here.', remedy)
    if kind == "missing":
        return Diagnostic("json.missing_key", file, line, path, f'"{place[-1]}" is missing.', "Add it.")
    message = error["msg"].removeprefix("Value error, ")
    return Diagnostic("json.value", file, line, path, f"{message[:1].upper()}{message[1:]}.", "Correct the value.")


def _keys_beside(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that the object around `place` may have; none when it is no plain model."""
    current: Any = model
    for part in place[:-1]:
        found = next((f for name, f in getattr(current, "model_fields", {}).items() if part in (name, f.alias)), None)
        current = found.annotation if found else None
    return [f.alias or name for name, f in getattr(current, "model_fields", {}).items()]


def _places(text: str) -> tuple[dict[Place, int], list[tuple[Place, int]]]:
    """The line of every key and item of valid JSON, and the keys that an object has twice."""
    lines: dict[Place, int] = {}
    repeated: list[tuple[Place, int]] = []
    place: list[str | int] = []
    is_object: list[bool] = []
    line, awaits_key = 1, False
    for piece in _TOKEN.findall(text):
        if piece == "\n":
            line += 1
        elif piece in "{[":
            lines.setdefault(tuple(place), line)
            is_object.append(piece == "{")
            place.append("" if piece == "{" else 0)
            awaits_key = piece == "{"
        elif piece in "}]":
            is_object.pop()
            place.pop()
            awaits_key = False
        elif piece == ",":
            last = place[-1]
            if isinstance(last, int):
                place[-1] = last + 1
            awaits_key = is_object[-1]
        elif piece != ":":
            if awaits_key:
                place[-1] = json.loads(piece)
                if tuple(place) in lines:
                    repeated.append((tuple(place), line))
                awaits_key = False
            lines.setdefault(tuple(place), line)
    return lines, repeated
