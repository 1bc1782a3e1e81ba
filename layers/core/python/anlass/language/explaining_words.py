"""Says in plain words what the models found wrong, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from anlass.language.explaining_remedies import (
    at_home,
    example_of,
    of_items,
    peculiar_to,
    shown,
    spelt_nearly,
    what_is_missing,
    written_out,
)
from anlass.language.json_slips import hidden_sign, short
from anlass.language.meant import guess, likely, same
from anlass.language.model import TAG
from anlass.language.model_walk import field_of, keys_of, model_at, tags_beside
from anlass.language.not_yet import NOT_YET, not_yet

Said = tuple[str, str, str]  # code, what is wrong, what would be right
_SPELLINGS = frozenset({"extra_forbidden", "literal_error", "string_pattern_mismatch"})


def words_for(model: type[BaseModel], error: ErrorDetails) -> Said:
    kind, loc, given = error["type"], error["loc"], error["input"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "mistake":
        return context["code"], context["message"], of_items(context["remedy"], loc)
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
            return _unknown_key(model, loc, given)
        case "missing":
            return "json.missing_key", f'"{loc[-1]}" is missing.', what_is_missing(model, loc, field, purpose)
        case "literal_error":
            return _unknown_word(given, re.findall(r"'([^']*)'", str(context["expected"])))
        case "string_pattern_mismatch":
            example = spelt_nearly(given, context["pattern"])
            remedy = " ".join(filter(None, (f'Write for example "{example}".' if example else "", purpose)))
            return "json.value", f"{shown(given)} is not spelt as it must be.", remedy or "Correct it."
        case "string_too_short" | "too_short" if given:
            return "json.value", "This is too little.", f"{context['min_length']} are the least. {purpose}".strip()
        case "string_too_short" | "too_short":
            return "json.value", "This is empty.", purpose or "Write at least one."
        case "string_too_long" | "too_long":
            most, what = context["max_length"], "characters" if kind == "string_too_long" else "of them"
            return "json.value", "This is too long.", f"{most:,} {what} are the most; here are {len(given):,}."
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            limit = next(f"{words}." for name, words in _limits(context) if name in context)
            return "json.value", f"{shown(given)} is out of range.", limit
        case "int_type" | "int_from_float" if isinstance(given, float):
            return "json.type", f"A whole number belongs here, not {given}.", f"Round it. {purpose}".strip()
        case _ if kind in _BELONGS:
            belongs = _BELONGS[kind]
            example = example_of(belongs, given, model_at(model, loc) if belongs == "object" else None, loc)
            return "json.type", _instead(belongs, given), f"{example} {purpose}".strip()
        case _:
            problem, _, remedy = error["msg"].removeprefix("Value error, ").partition("; ")
            return "json.value", _sentence(problem), _sentence(remedy) if remedy else purpose or "Correct it."


def key_meant(context: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """The key whose word, or which itself, says what the object is meant to be."""
    own = [key for key in given if key != "id"]
    known = context["known"].split(",")
    return context.get("key") or next((key for key in own if likely(str(key), known)), own[0] if own else None)


def _limits(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "ge", f"{context.get('ge')} is the least"
    yield "le", f"{context.get('le')} is the most"
    yield "gt", f"It must be more than {context.get('gt')}"
    yield "lt", f"It must be less than {context.get('lt')}"


def _unknown_word(given: Any, choices: list[str]) -> Said:
    if isinstance(given, str) and given in NOT_YET:
        return "json.not_yet", *not_yet(NOT_YET[given], given)
    word = given if isinstance(given, str) else str(given).lower() if isinstance(given, bool) else ""
    peculiar = peculiar_to(word.lower(), choices)
    listed = f"Known are {', '.join(choices)}." if len(choices) > 1 else f'Only "{choices[0]}" is known.'
    return "json.value", f"{shown(given)} is not known here.", f"{peculiar or guess(word, choices)}{listed}"


def _unknown_key(model: type[BaseModel], loc: Sequence[str | int], given: Any) -> Said:
    key = str(loc[-1])
    around = model_at(model, loc[:-1])
    known = keys_of(around) if around is not None else []
    chosen = str(loc[-2]).removeprefix(TAG) if len(loc) > 1 else ""
    beside = tags_beside(model, loc[:-1])
    if key in beside:
        remedy = f'Make two of it, one after the other: {{"{chosen}": …}}, {{"{key}": …}}.'
        if "not" in beside:
            remedy = f'Put both into "all" or "any": {{"all": [{{"{chosen}": …}}, {{"{key}": …}}]}}.'
        return "json.two_forms", f'"{chosen}" and "{key}" cannot stand in one object.', remedy
    if key in NOT_YET:
        return "json.not_yet", *not_yet(NOT_YET[key], key)
    meant = same(key, known)
    hint = f'Did you mean "{meant}"? ' if meant else at_home(model, loc, given) or guess(key, known)
    return "json.unknown_key", f'"{short(key)}" is not known here.', f"{hint}Known here: {', '.join(known)}."


def _no_form(context: Mapping[str, Any], given: Any) -> Said:
    """A union none of whose members fits: which was meant?"""
    what, known, example = context["what"], context["known"].split(","), context["example"]
    if not isinstance(given, dict):
        if what == "condition" and isinstance(given, list):
            return "json.type", _instead(what, given), 'Put them into {"all": […]} or {"any": […]}.'
        return "json.type", _instead(what, given), f"It looks like this: {example}"
    listed = f"Known are {', '.join(known)}."
    key = key_meant(context, given)
    if "key" in context and key not in given:
        likeliest = next((word for sign, word in _TYPES.items() if sign in given), None)
        remedy = f'Add "{key}": "{likeliest}". ' if likeliest in known else ""
        return "json.missing_key", f'The {what} has no "{key}".', f"{remedy}{listed}"
    word = given[key] if "key" in context else key
    if word is None:
        return f"{what}.empty", f"The {what} is empty.", f"Write for example {example}"
    if isinstance(word, str) and word in NOT_YET:
        return "json.not_yet", *not_yet(NOT_YET[word], word)
    hint = written_out(what, given, known) or (guess(word, known) if isinstance(word, str) else "")
    return f"{what}.unknown", f"There is no {what} {shown(word)}.", f"{hint}{listed}"


# Of a trigger without its type: a key that only one of them has.
_TYPES = {
    "unless": "abandonment",
    "cron": "schedule",
    "every": "schedule",
    "date": "schedule",
    "segment": "segment",
    "metric": "threshold",
    "products": "replenish",
    "events": "inactivity",
    "field": "date",
    "event": "event",
}
_BELONGS = {
    "string_type": "text",
    "int_type": "whole number",
    "float_type": "number",
    "bool_type": "true or false",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
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


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
