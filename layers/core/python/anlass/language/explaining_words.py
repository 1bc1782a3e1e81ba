"""Says in plain words what the models found wrong, and what would be right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from anlass.domain.condition import MessageState
from anlass.language.json_slips import hidden_sign, short
from anlass.language.meant import guess, likely, same
from anlass.language.model import TAG
from anlass.language.model_walk import field_of, inner_models, keys_of, model_at, tags_beside
from anlass.language.not_yet import NOT_YET, not_yet

Said = tuple[str, str, str]  # code, what is wrong, what would be right
_NUMBER = re.compile(r"(-?\d{1,9})(?: (?:days?|times?|minutes?|hours?))?", re.ASCII)
_SPELLINGS = frozenset({"extra_forbidden", "literal_error", "string_pattern_mismatch"})


def words_for(model: type[BaseModel], error: ErrorDetails) -> Said:
    kind, loc, given = error["type"], error["loc"], error["input"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "mistake":
        return context["code"], context["message"], _of_items(context["remedy"], loc)
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
            return "json.missing_key", f'"{loc[-1]}" is missing.', _missing(model, loc, field, purpose)
        case "literal_error":
            return _unknown_word(given, re.findall(r"'([^']*)'", str(context["expected"])))
        case "string_pattern_mismatch":
            example = _spelt(given, context["pattern"])
            remedy = " ".join(filter(None, (f'Write for example "{example}".' if example else "", purpose)))
            return "json.value", f"{_shown(given)} is not spelt as it must be.", remedy or "Correct it."
        case "string_too_short" | "too_short" if given:
            return "json.value", "This is too little.", f"{context['min_length']} are the least. {purpose}".strip()
        case "string_too_short" | "too_short":
            return "json.value", "This is empty.", purpose or "Write at least one."
        case "string_too_long" | "too_long":
            most, what = context["max_length"], "characters" if kind == "string_too_long" else "of them"
            return "json.value", "This is too long.", f"{most:,} {what} are the most; here are {len(given):,}."
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            limit = next(f"{words}." for name, words in _limits(context) if name in context)
            return "json.value", f"{_shown(given)} is out of range.", limit
        case "int_type" | "int_from_float" if isinstance(given, float):
            return "json.type", f"A whole number belongs here, not {given}.", f"Round it. {purpose}".strip()
        case _ if kind in _BELONGS:
            belongs = _BELONGS[kind]
            example = _example(belongs, given, model_at(model, loc) if belongs == "object" else None, loc)
            return "json.type", _instead(belongs, given), f"{example} {purpose}".strip()
        case _:
            problem, _, remedy = error["msg"].removeprefix("Value error, ").partition("; ")
            return "json.value", _sentence(problem), _sentence(remedy) if remedy else purpose or "Correct it."


def key_meant(context: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """The key whose word, or which itself, says what the object is meant to be."""
    own = [key for key in given if key != "id"]
    known = context["known"].split(",")
    return context.get("key") or next((key for key in own if likely(str(key), known)), own[0] if own else None)


def _of_items(remedy: str, loc: Sequence[str | int]) -> str:
    """What looks like a property of the event is one of the item, where items are looked at."""
    tags = (f"{TAG}some", f"{TAG}every", f"{TAG}none")
    is_inside = any(part in tags and below == "where" for part, below in pairwise(loc))
    return remedy.replace('"event.properties.', '"item.') if is_inside else remedy


def _limits(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "ge", f"{context.get('ge')} is the least"
    yield "le", f"{context.get('le')} is the most"
    yield "gt", f"It must be more than {context.get('gt')}"
    yield "lt", f"It must be less than {context.get('lt')}"


def _missing(model: type[BaseModel], loc: Sequence[str | int], field: FieldInfo | None, purpose: str) -> str:
    choices = get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()
    outer = model_at(model, loc[:-1])
    inner = [*inner_models(outer, str(loc[-1]))] if outer is not None and not purpose else []
    if choices:
        return f"{purpose} Known are {', '.join(choices)}.".strip()
    if len(inner) == 1:
        return f"Add it, with its keys: {', '.join(keys_of(inner[0]))}."
    return purpose or "Add it."


def _unknown_word(given: Any, choices: list[str]) -> Said:
    if isinstance(given, str) and given in NOT_YET:
        return "json.not_yet", *not_yet(NOT_YET[given], given)
    word = given if isinstance(given, str) else str(given).lower() if isinstance(given, bool) else ""
    peculiar = _PECULIAR.get(word.lower(), "") if "starts_with" in choices else ""
    if "quarter" in choices and word.lower() in _WEEKDAYS:
        peculiar = f'Write "every": "week", "on": "{word.lower()}". '
    listed = f"Known are {', '.join(choices)}." if len(choices) > 1 else f'Only "{choices[0]}" is known.'
    return "json.value", f"{_shown(given)} is not known here.", f"{peculiar or guess(word, choices)}{listed}"


def _spelt(given: Any, pattern: str) -> str | None:
    """Nearly the same, as the pattern has it: "Last One" as "last-one"."""
    text = str(given).lower().rpartition("/")[2].removesuffix(".json")
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(sign, letters)
    slug = re.sub(r"[^a-z0-9_]+", "-", text)[:40].strip("-")
    return slug if re.search(pattern, slug) else None


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
    hint = f'Did you mean "{meant}"? ' if meant else _belongs(model, loc, given) or guess(key, known)
    return "json.unknown_key", f'"{short(key)}" is not known here.', f"{hint}Known here: {', '.join(known)}."


def _belongs(model: type[BaseModel], loc: Sequence[str | int], given: Any) -> str:
    """Where else in the language the key is at home, above or right below this place."""
    key, around = str(loc[-1]), model_at(model, loc[:-1])
    if key in _ELSEWHERE:
        return _ELSEWHERE[key]
    for field in keys_of(around) if around is not None else ():
        if around is not None and any(key in keys_of(inner) for inner in inner_models(around, field)):
            return f'It belongs into "{field}": {{"{key}": …}}. '
        if field == "set":
            return f'Put it into "set": {{"{short(key)}": {_shown(given)}}}. '
    for end in range(len(loc) - 2, -1, -1):
        outer = model_at(model, loc[:end])
        if key in tags_beside(model, loc[:end]):
            return f'It stands by itself: put {{"{key}": …}} before or behind this. '
        if outer is not None and outer is not around and key in keys_of(outer):
            named = next(part for part in loc[end:] if isinstance(part, str) and not part.startswith(TAG))
            if named != key:
                return f'It belongs one level up, beside "{named}". ' if end else "It belongs to the top of the file. "
    return ""


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
    hint = _written_out(what, given, known) or (guess(word, known) if isinstance(word, str) else "")
    return f"{what}.unknown", f"There is no {what} {_shown(word)}.", f"{hint}{listed}"


def _written_out(what: str, given: Mapping[str, Any], known: Sequence[str]) -> str:
    """Steps and conditions in the forms that other tools have."""
    for key, value in given.items():
        if what == "step" and isinstance(value, str) and value in known and key not in known:
            return f'The name of a step is its key: {{"{value}": …}}. '
        if what == "step" and key == "template":
            return f'Did you mean {{"send": {{"template": {_shown(value)}}}}}? '
        if what == "condition" and key in get_args(MessageState):
            return f'Did you mean {{"message": {_shown(value)}, "is": "{key}"}}? '
        if what == "condition" and "." in key and not isinstance(value, dict | list):
            return f'Did you mean {{"field": "{short(key)}", "op": "eq", "value": {_shown(value)}}}? '
    return ""


def _example(belongs: str, given: Any, inner: type[BaseModel] | None, loc: Sequence[str | int]) -> str:
    shown = _shown(given)
    if belongs == "text" and isinstance(given, list):
        return "Write one of them; for several write the object around it once for each."
    if belongs == "text" and isinstance(given, int | float) and not isinstance(given, bool):
        return f'Write it in quotes: "{given}".'
    if belongs == "list" and isinstance(given, str | int | float) and not isinstance(given, bool):
        return f"Write [{shown}]."
    number = _NUMBER.fullmatch(given) if isinstance(given, str) and "number" in belongs else None
    if number is not None:
        return f"Write {number[1]}, without quotes."
    if not loc and isinstance(given, list):
        return "Make a file of each, without [ ] around it."
    if inner is not None:
        keys = ", ".join(keys_of(inner))
        written = _as_object(inner, given)
        return f"Write {written}; its keys are {keys}." if written else f"Put it into {{ }}, with its keys: {keys}."
    return _EXAMPLE[belongs]


def _as_object(inner: type[BaseModel], given: Any) -> str | None:
    """With the value under the one key that has to be there: "news" as {"topic": "news"}."""
    if isinstance(given, int) and not isinstance(given, bool) and "gte" in inner.model_fields:
        return f'{{"gte": {given}}}'
    compared = re.fullmatch(r"\s*(>=|<=|==?|>|<)\s*(\d+)\s*", given) if isinstance(given, str) else None
    if compared is not None and "gte" in inner.model_fields:
        return f'{{"{likely(compared[1], inner.model_fields)}": {compared[2]}}}'
    required = [(field.alias or name, field) for name, field in inner.model_fields.items() if field.is_required()]
    if len(required) == 1 and type(given) in (str, int) and required[0][1].annotation is type(given):
        return f'{{"{required[0][0]}": {_shown(given)}}}'
    return None


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# What other tools compare with.
_PECULIAR = {
    "between": 'Write two of them in "all", one with gte and one with lte. ',
    **dict.fromkeys(
        ("not_exists", "missing", "is_null", "null", "empty", "is_empty", "not_set", "is_not_set", "unknown"),
        'Write "op": "exists", "value": false. ',
    ),
    **dict.fromkeys(
        ("ends_with", "endswith", "regex", "matches", "match"), 'Texts are asked with "contains" or "starts_with". '
    ),
    "not_contains": 'Put {"not": …} around a "contains". ',
}
_ELSEWHERE = {
    **dict.fromkeys(
        ("subject", "body", "html", "text", "preheader"),
        "It is a file of the template, such as templates/<name>/de/subject.txt. ",
    ),
    **dict.fromkeys(("from", "sender", "reply_to"), "It stands in settings.json. "),
}
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


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)  # as it stands in the file
    return text if len(text) <= 60 else f"{text[:57]}…"
