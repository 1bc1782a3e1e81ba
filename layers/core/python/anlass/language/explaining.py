"""Says in plain words what the models found wrong: one finding for one mistake, with what would be right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from anlass.language.diagnostics import Diagnostic, did_you_mean
from anlass.language.json_reader import Place, dotted
from anlass.language.json_slips import hidden_sign, short
from anlass.language.json_source import Source
from anlass.language.model import TAG
from anlass.language.model_walk import field_of, keys_of, model_at, tags_beside
from anlass.language.not_yet import NOT_YET, not_yet

Model = TypeVar("Model", bound=BaseModel)

_FREE = ("body", "set")  # their members are the author's own


def explained(model: type[Model], source: Source) -> tuple[Model | None, list[Diagnostic]]:
    """The file as its model, or None and all its mistakes."""
    empty = list(_nulls(source.value, ()))
    try:
        return model.model_validate(source.value), [_of_null(source, place) for place in empty]
    except ValidationError as error:
        errors = error.errors(include_url=False)
        misspelt = {place for each in errors if (place := _meant(each, errors)) is not None}
        findings = [_finding(model, source, each) for each in errors if each["loc"] not in misspelt]
        said = tuple(each.path for each in findings if each.path)
        return None, [*findings, *(_of_null(source, place) for place in empty if not dotted(place).startswith(said))]


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


def place_of(error: ErrorDetails) -> Place:
    """Where in the file: without the tags that unions put in. A word that does not belong there may look like one."""
    foreign = len(error["loc"]) - 1 if error["type"] == "extra_forbidden" else None
    return tuple(part for number, part in enumerate(error["loc"]) if number == foreign or not _is_tag(part))


def _is_tag(part: str | int) -> bool:
    return isinstance(part, str) and (part.startswith(TAG) or part == "[key]")


def _meant(unknown: ErrorDetails, errors: Sequence[ErrorDetails]) -> Place | None:
    """The place of the missing key that an unknown one beside it most likely stands for: that is one mistake."""
    if unknown["type"] != "extra_forbidden":
        return None
    *around, key = unknown["loc"]
    missing = [each["loc"][-1] for each in errors if each["type"] == "missing" and list(each["loc"][:-1]) == around]
    close = get_close_matches(str(key), [str(each) for each in missing], n=1)
    return (*around, close[0]) if close else None


def _finding(model: type[BaseModel], source: Source, error: ErrorDetails) -> Diagnostic:
    code, message, remedy = _words(model, error)
    place, is_key = place_of(error), error["type"] == "extra_forbidden"
    if error["type"] == "mistake":
        place = (*place, *error["ctx"]["at"])
    if error["type"] == "no_form" and isinstance(error["input"], dict):
        key = _word_key(error["ctx"], error["input"])
        if key in error["input"]:
            place, is_key = (*place, key), "key" not in error["ctx"]
    span = source.key(place) if is_key else source.value_of(place)
    return span.finding(code, source.file, dotted(place), message, remedy)


def _words(model: type[BaseModel], error: ErrorDetails) -> tuple[str, str, str]:
    """Code, what is wrong, what would be right."""
    kind, loc, given = error["type"], error["loc"], error["input"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "mistake":
        return context["code"], context["message"], context["remedy"]
    if kind == "no_form":
        return _no_form(context, given)
    if kind == "no_type":
        return "json.type", _instead(context["what"], given), context["example"]
    word = loc[-1] if kind == "extra_forbidden" else given
    hidden = hidden_sign(word) if isinstance(word, str) and kind in _SPELLINGS else None
    if hidden is not None:
        return "json.text", *hidden
    field = field_of(model, loc)
    purpose = f"{field.description}." if field is not None and field.description else ""
    match kind:
        case "extra_forbidden":
            return _unknown_key(model, loc)
        case "missing":
            return "json.missing_key", f'"{loc[-1]}" is missing.', purpose or "Add it."
        case "literal_error":
            choices = re.findall(r"'([^']*)'", str(context["expected"]))
            if isinstance(given, str) and given in NOT_YET:
                return "json.not_yet", *not_yet(NOT_YET[given], given)
            word = _SYNONYMS.get(given, given) if isinstance(given, str) else ""
            guess = f'Did you mean "{word}"? ' if word in choices else did_you_mean(word, choices)
            listed = f"Known are {', '.join(choices)}." if len(choices) > 1 else f'Only "{choices[0]}" is known.'
            return "json.value", f"{_shown(given)} is not known here.", f"{guess}{listed}"
        case "string_pattern_mismatch":
            return "json.value", f"{_shown(given)} is not spelt as it must be.", purpose or "Correct it."
        case "string_too_short" | "too_short":
            return "json.value", "This is empty.", purpose or "Write at least one."
        case "string_too_long" | "too_long":
            most, what = context["max_length"], "characters" if kind == "string_too_long" else "of them"
            return "json.value", "This is too long.", f"{most:,} {what} are the most; here are {len(given):,}."
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            limit = next(f"{words}." for name, words in _limits(context) if name in context)
            return "json.value", f"{_shown(given)} is out of range.", limit
        case _ if kind in _BELONGS:
            belongs = _BELONGS[kind]
            if not loc and isinstance(given, list):
                return "json.type", _instead(belongs, given), "Make a file of each, without [ ] around it."
            inner = model_at(model, loc) if belongs == "object" else None
            example = f"Put it into {{ }}, with its keys: {', '.join(keys_of(inner))}." if inner else _EXAMPLE[belongs]
            return "json.type", _instead(belongs, given), f"{example} {purpose}".strip()
        case _:
            message = error["msg"].removeprefix("Value error, ")
            return "json.value", f"{message[:1].upper()}{message[1:]}.", purpose or "Correct it."


_SPELLINGS = frozenset({"extra_forbidden", "literal_error", "string_pattern_mismatch"})


def _limits(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "ge", f"{context.get('ge')} is the least"
    yield "le", f"{context.get('le')} is the most"
    yield "gt", f"It must be more than {context.get('gt')}"
    yield "lt", f"It must be less than {context.get('lt')}"


def _unknown_key(model: type[BaseModel], loc: Sequence[str | int]) -> tuple[str, str, str]:
    key = str(loc[-1])
    around = model_at(model, loc[:-1])
    known = keys_of(around) if around is not None else []
    chosen = str(loc[-2]).removeprefix(TAG) if len(loc) > 1 else ""
    if key in tags_beside(model, loc[:-1]):
        message = f'"{chosen}" and "{key}" cannot stand in one object.'
        return "json.two_forms", message, "Make two of it, one after the other; of conditions with all or any."
    if key in NOT_YET:
        return "json.not_yet", *not_yet(NOT_YET[key], key)
    guess = did_you_mean(key, known)
    return "json.unknown_key", f'"{short(key)}" is not known here.', f"{guess}Known here: {', '.join(known)}."


def _no_form(context: Mapping[str, Any], given: Any) -> tuple[str, str, str]:
    """A union none of whose members fits: which was meant?"""
    what, known, example = context["what"], context["known"].split(","), context["example"]
    if not isinstance(given, dict):
        return "json.type", _instead(what, given), f"It looks like this: {example}"
    listed = f"Known are {', '.join(known)}."
    key = _word_key(context, given)
    if "key" in context and key not in given:
        return "json.missing_key", f'The {what} has no "{key}".', listed
    word = given[key] if "key" in context else key
    if word is None:
        return f"{what}.empty", f"The {what} is empty.", f"Write for example {example}"
    if isinstance(word, str) and word in NOT_YET:
        return "json.not_yet", *not_yet(NOT_YET[word], word)
    guess = ""
    if isinstance(word, str):
        meant = _SYNONYMS.get(word.lower(), word)
        guess = f'Did you mean "{meant}"? ' if meant in known else did_you_mean(word, known)
    return f"{what}.unknown", f"There is no {what} {_shown(word)}.", f"{guess}{listed}"


def _word_key(context: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """The key whose word, or which itself, says what the object is meant to be."""
    return context.get("key") or next((key for key in given if key != "id"), None)


# What people write who know other languages.
_SIGNS = {">=": "gte", ">": "gt", "<=": "lte", "<": "lt", "=": "eq", "==": "eq", "!=": "ne", "<>": "ne"}
_SYNONYMS = {**_SIGNS, "equals": "eq", "and": "all", "or": "any", "if": "when"}
_BELONGS = {
    "string_type": "text",
    "int_type": "whole number",
    "int_from_float": "whole number",
    "float_type": "number",
    "bool_type": "true or false",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
}
_EXAMPLE = {
    "text": 'Write it in quotes: "text".',
    "whole number": "Write a whole number, without quotes.",
    "number": "Write a number, without quotes.",
    "true or false": "Write true or false, without quotes.",
    "list": "Put it into [ ].",
    "object": "Put it into { }, with its keys.",
}


def _named(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "text"
        case int() | float():
            return "number"
        case list():
            return "list"
        case _:
            return "object"


def _instead(belongs: str, given: Any) -> str:
    wanted = _a(belongs)
    return f"{wanted[0].upper()}{wanted[1:]} belongs here, not {_a(_named(given))}."


def _a(noun: str) -> str:
    article = "" if noun in ("null", "true or false") else "an " if noun[0] in "aeio" else "a "
    return f"{article}{noun}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)  # as it stands in the file
    return text if len(text) <= 60 else f"{text[:57]}…"
