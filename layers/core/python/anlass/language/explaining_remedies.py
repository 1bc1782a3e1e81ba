"""What would be right in place of what the models refuse: written out, where it can be told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from anlass.domain.condition import MessageState
from anlass.language.json_slips import short
from anlass.language.meant import likely
from anlass.language.model import TAG
from anlass.language.model_walk import inner_models, keys_of, model_at, tags_beside

_NUMBER = re.compile(r"(-?\d{1,9})(?: (?:days?|times?|minutes?|hours?))?", re.ASCII)


def shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)  # as it stands in the file
    return text if len(text) <= 60 else f"{text[:57]}…"


def of_items(remedy: str, loc: Sequence[str | int]) -> str:
    """What looks like a property of the event is one of the item, where items are looked at."""
    tags = (f"{TAG}some", f"{TAG}every", f"{TAG}none")
    is_inside = any(part in tags and below == "where" for part, below in pairwise(loc))
    return remedy.replace('"event.properties.', '"item.') if is_inside else remedy


def what_is_missing(model: type[BaseModel], loc: Sequence[str | int], field: FieldInfo | None, purpose: str) -> str:
    choices = get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()
    outer = model_at(model, loc[:-1])
    inner = [*inner_models(outer, str(loc[-1]))] if outer is not None and not purpose else []
    if choices:
        return f"{purpose} Known are {', '.join(choices)}.".strip()
    if len(inner) == 1:
        return f"Add it, with its keys: {', '.join(keys_of(inner[0]))}."
    return purpose or "Add it."


def spelt_nearly(given: Any, pattern: str) -> str | None:
    """Nearly the same, as the pattern has it: "Last One" as "last-one"."""
    text = str(given).lower().rpartition("/")[2].removesuffix(".json")
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(sign, letters)
    slug = re.sub(r"[^a-z0-9_]+", "-", text)[:40].strip("-")
    return slug if re.search(pattern, slug) else None


def at_home(model: type[BaseModel], loc: Sequence[str | int], given: Any) -> str:
    """Where else in the language the key is at home, above or right below this place."""
    key, around = str(loc[-1]), model_at(model, loc[:-1])
    if around is not None and "template" in keys_of(around) and key in _ELSEWHERE:
        return _ELSEWHERE[key]
    for field in keys_of(around) if around is not None else ():
        if around is not None and any(key in keys_of(inner) for inner in inner_models(around, field)):
            return f'It belongs into "{field}": {{"{key}": …}}. '
        if field == "set":
            return f'Put it into "set": {{"{short(key)}": {shown(given)}}}. '
    for end in range(len(loc) - 2, -1, -1):
        outer = model_at(model, loc[:end])
        if key in tags_beside(model, loc[:end]):
            return f'It stands by itself: put {{"{key}": …}} before or behind this. '
        if outer is not None and outer is not around and key in keys_of(outer):
            named = next(part for part in loc[end:] if isinstance(part, str) and not part.startswith(TAG))
            if named != key:
                return f'It belongs one level up, beside "{named}". ' if end else "It belongs to the top of the file. "
    return ""


def written_out(what: str, given: Mapping[str, Any], known: Sequence[str]) -> str:
    """Steps and conditions in the forms that other tools have."""
    for key, value in given.items():
        if what == "step" and isinstance(value, str) and value in known and key not in known:
            return f'The name of a step is its key: {{"{value}": …}}. '
        if what == "step" and key == "template":
            return f'Did you mean {{"send": {{"template": {shown(value)}}}}}? '
        if what == "condition" and key in get_args(MessageState):
            return f'Did you mean {{"message": {shown(value)}, "is": "{key}"}}? '
        if what == "condition" and "." in key and not isinstance(value, dict | list):
            return f'Did you mean {{"field": "{short(key)}", "op": "eq", "value": {shown(value)}}}? '
    return ""


def example_of(belongs: str, given: Any, inner: type[BaseModel] | None, loc: Sequence[str | int]) -> str:
    written = shown(given)
    if belongs == "text" and isinstance(given, list):
        return "Write one of them; for several write the object around it once for each."
    if belongs == "text" and isinstance(given, int | float) and not isinstance(given, bool):
        return f'Write it in quotes: "{given}".'
    if belongs == "list" and isinstance(given, str | int | float) and not isinstance(given, bool):
        return f"Write [{written}]."
    number = _NUMBER.fullmatch(given) if isinstance(given, str) and "number" in belongs else None
    if number is not None:
        return f"Write {number[1]}, without quotes."
    if not loc and isinstance(given, list):
        return "Make a file of each, without [ ] around it."
    if inner is not None:
        keys = ", ".join(keys_of(inner))
        as_object = _as_object(inner, given)
        return f"Write {as_object}; its keys are {keys}." if as_object else f"Put it into {{ }}, with its keys: {keys}."
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
        return f'{{"{required[0][0]}": {shown(given)}}}'
    return None


def peculiar_to(word: str, choices: Sequence[str]) -> str:
    """What to write instead of a word that has no equal here."""
    if "quarter" in choices and word in _WEEKDAYS:
        return f'Write "every": "week", "on": "{word}". '
    return _PECULIAR.get(word, "") if "starts_with" in choices else ""


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
_EXAMPLE = {
    "text": 'Write it in quotes: "text".',
    "whole number": "Write a whole number, without quotes.",
    "number": "Write a number, without quotes.",
    "true or false": "Write true or false, without quotes.",
    "list": "Put it into [ ].",
    "object": "Put it into { }, with its keys.",
}
