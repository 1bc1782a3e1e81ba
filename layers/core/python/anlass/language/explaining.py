"""Finds what the models found wrong in the file: one finding for one mistake, where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from anlass.language.diagnostics import Diagnostic
from anlass.language.explaining_words import key_meant, words_for
from anlass.language.json_cursor import Place, dotted
from anlass.language.json_source import Source
from anlass.language.meant import likely
from anlass.language.model import TAG
from anlass.language.model_walk import inner_models, keys_of, model_at, tags_beside

Model = TypeVar("Model", bound=BaseModel)

_FREE = ("body", "set")  # their members are the author's own


def explained(model: type[Model], source: Source) -> tuple[Model | None, list[Diagnostic]]:
    """The file as its model, or None and all its mistakes."""
    empty = list(_nulls(source.value, ()))
    try:
        return model.model_validate(source.value), [_of_null(source, place) for place in empty]
    except ValidationError as error:
        errors = _each_once(model, error.errors(include_url=False))
        findings = [_finding(model, source, each) for each in errors]
        said = tuple(each.path for each in findings)
        unsaid = [] if "" in said else [place for place in empty if not dotted(place).startswith(said)]
        return None, [*findings, *(_of_null(source, place) for place in unsaid)]


def place_of(error: ErrorDetails) -> Place:
    """Where in the file: without the tags that unions put in. A word that does not belong there may look like one."""
    foreign = len(error["loc"]) - 1 if error["type"] == "extra_forbidden" else None
    return tuple(part for number, part in enumerate(error["loc"]) if number == foreign or not _is_tag(part))


def _is_tag(part: str | int) -> bool:
    return isinstance(part, str) and (part.startswith(TAG) or part == "[key]")


def _nulls(value: Any, place: Place) -> Iterator[Place]:
    """Keys that are there for nothing: what is left out is left out. What is sent to the shop may hold some."""
    if value is None:
        yield place
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        if key not in _FREE:
            yield from _nulls(member, (*place, key))


def _of_null(source: Source, place: Place) -> Diagnostic:
    message, remedy = "Here is null, which is no value.", "Write one, or leave it out."
    return source.value_of(place).finding("json.null", source.file, dotted(place), message, remedy)


def _each_once(model: type[BaseModel], errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without those that follow from another one."""
    follow: set[tuple[str | int, ...]] = set()
    for unknown in errors:
        if unknown["type"] != "extra_forbidden" or unknown["loc"] in follow:
            continue
        *around, key = unknown["loc"]
        beside = [each for each in errors if list(each["loc"][:-1]) == around and each["loc"] != unknown["loc"]]
        missing = [str(each["loc"][-1]) for each in beside if each["type"] == "missing"]
        foreign = [each for each in beside if each["type"] == "extra_forbidden"]
        meant = likely(str(key), missing)
        too_high = [name for name in missing if str(key) in _keys_below(model, around, name)]
        if meant is not None or too_high:
            follow.add((*around, meant or too_high[0]))
        if key in tags_beside(model, around):  # two forms in one object: its other keys belong to the second
            own = model_at(model, (*around[:-1], f"{TAG}{key}"))
            also = [*tags_beside(model, around), *(keys_of(own) if own is not None else [])]
            follow.update(each["loc"] for each in foreign if each["loc"][-1] in also)
        elif too_high:
            follow.update(
                each["loc"] for each in foreign if str(each["loc"][-1]) in _keys_below(model, around, too_high[0])
            )
    return [each for each in errors if each["loc"] not in follow]


def _keys_below(model: type[BaseModel], around: Sequence[str | int], name: str) -> list[str]:
    outer = model_at(model, around)
    return [key for inner in inner_models(outer, name) for key in keys_of(inner)] if outer is not None else []


def _finding(model: type[BaseModel], source: Source, error: ErrorDetails) -> Diagnostic:
    code, message, remedy = words_for(model, error)
    place, is_key = place_of(error), error["type"] == "extra_forbidden"
    if error["type"] == "mistake":
        place = (*place, *error["ctx"]["at"])
    if error["type"] == "no_form" and isinstance(error["input"], dict):
        key = key_meant(error["ctx"], error["input"])
        if key in error["input"]:
            place, is_key = (*place, key), "key" not in error["ctx"]
    span = source.key(place) if is_key else source.value_of(place)
    return span.finding(code, source.file, dotted(place), message, remedy)
