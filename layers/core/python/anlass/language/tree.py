"""Walks a journey's model: every part of it with its place in the file, whatever step or trigger it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from anlass.language.building import Place
from anlass.language.conditions import Clause
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.base import StepModel

_WITHIN = (BaseModel, list, tuple, Mapping)


@dataclass(frozen=True)
class Part:
    """A piece of the file. `events`: the names that `event.*` can have in it; none where nobody knows."""

    place: Place
    model: BaseModel
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A whole condition."""

    place: Place
    clause: Clause
    events: tuple[str, ...]


def parts(model: BaseModel, place: Place = (), events: tuple[str, ...] = ()) -> Iterator[Part]:
    """The model and everything in it, from the outside in."""
    own = getattr(model, "event", None)
    events = (own,) if isinstance(own, str) else () if isinstance(model, StepModel) else events
    yield Part(place, model, events)
    for key, value in members(model):
        if isinstance(value, _WITHIN):
            yield from _below(value, (*place, key), events)


def questions(model: BaseModel) -> Iterator[Question]:
    """All conditions that are asked by themselves: the outermost ones, and each `where` in them."""
    inside: Place | None = None
    for part in parts(model):
        if not isinstance(part.model, Clause):
            continue
        if inside is None or part.place[: len(inside)] != inside:
            inside = part.place
        if part.place == inside or part.place[-1] == "where":
            yield Question(part.place, part.model, part.events)


def steps(journey: JourneyFile) -> Iterator[tuple[Place, StepModel]]:
    """All steps in the order of the file, those of the exits behind the journey's own."""
    for part in parts(journey):
        if isinstance(part.model, StepModel):
            yield part.place, part.model


def members(model: BaseModel) -> Iterator[tuple[str, Any]]:
    """What stands in an object, by the keys that the file has."""
    for key, name in _keys(type(model)):
        yield key, getattr(model, name)


@cache
def _keys(kind: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """(key in the file, attribute)"""
    return tuple((field.alias or name, name) for name, field in kind.model_fields.items())


def plain(value: Any) -> Any:
    """As it stands in the file."""
    if isinstance(value, BaseModel):
        return {key: plain(each) for key, each in members(value) if _is_written(value, key)}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def _is_written(model: BaseModel, key: str) -> bool:
    return any(key == (type(model).model_fields[name].alias or name) for name in model.model_fields_set)


def _below(value: Any, place: Place, events: tuple[str, ...]) -> Iterator[Part]:
    if isinstance(value, BaseModel):
        yield from parts(value, place, events)
        return
    within = enumerate(value) if isinstance(value, list | tuple) else ((str(key), each) for key, each in value.items())
    for key, each in within:
        if isinstance(each, _WITHIN):
            yield from _below(each, (*place, key), events)
