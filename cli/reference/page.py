"""docs/reference.md: everything that a marketer may write, made from the registry and the models."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from anlass.domain.registry import EVENTS, FIELDS, PRODUCT, EventType, PropertyType
from anlass.language.conditions import CLAUSES
from anlass.language.schemas import all_schemas
from anlass.language.steps import STEP_TYPES
from anlass.language.template_names import TOKENS
from anlass.language.triggers import TRIGGER_TYPES, AnyTrigger

from cli.reference.tables import Keys, code, table
from cli.reference.words import CONDITIONS, FILTERS, OPERATORS, TEMPLATE_NAMES

INTRODUCTION = """# Reference

What may stand in the files of the content folder. Written by `make reference` from the registry and the models: what it
says is what publishing checks. An editor completes the same words, with this shop's own names among them (`$schema`).
In keys, `[]` is each of a list and `*` any name.

[Files](#files) · [Triggers](#triggers) · [Conditions](#conditions) · [Operators](#operators) · [Fields](#fields) ·
[Steps](#steps) · [Events](#events) · [Templates](#templates) · [Durations](#durations)"""

DURATIONS = """## Durations

Words: a number and `minutes`, `hours`, `days` or `weeks`: `90 minutes`, `1 hour`, `7 days`, `2 weeks`. Where it is an
offset it has a sign: `-1 day`, `+7 days`. A day is 24 hours: where the clocks change, a day after nine is eight or
ten; the hour itself is said with `{"wait": {"until": "09:00"}}`.

A time of the day is `09:00`, and always the recipient's own: by the trait `timezone`, else by the settings'."""

_FILES = {
    "journey.schema.json": "`journeys/<id>.json`: one journey",
    "segment.schema.json": "`segments/<id>.json`: a condition on people that has a name",
    "settings.schema.json": "`settings.json`: the shop",
    "template.schema.json": "`templates/<name>/template.json`: a message",
}
_TYPES: Mapping[PropertyType, str] = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "time": "moment",
    "date": "date",
    "strings": "list of texts",
    "object": "object",
    "objects": "list of objects",
    "products": "list of products",
    "any": "anything",
}
_MESSAGE = ("message_id", "journey", "step", "template", "channel")


def reference() -> str:
    """The whole page."""
    schemas = {name: json.loads(text) for name, text in all_schemas().items()}
    keys = Keys(schemas["journey.schema.json"])
    parts = [INTRODUCTION, *_files(schemas), *_triggers(keys), *_conditions(keys), *_operators(), *_fields()]
    return "\n\n".join([*parts, *_steps(keys), *_events(), *_templates(), DURATIONS]) + "\n"


def _files(schemas: Mapping[str, Any]) -> Iterator[str]:
    yield "## Files"
    for name, title in _FILES.items():
        if name in schemas:
            yield f"### {title}"
            yield Keys(schemas[name]).of_file()


def _triggers(keys: Keys) -> Iterator[str]:
    yield "## Triggers"
    yield "What starts a journey: one, or a list of which the first to come enrols."
    models = {get_args(model.model_fields["type"].annotation)[0]: model for model in _members(AnyTrigger)}
    for name in TRIGGER_TYPES:
        yield from _told(name, models[name], keys)


def _steps(keys: Keys) -> Iterator[str]:
    yield "## Steps"
    yield (
        "What happens, one after the other. Each may have an `id`, which stays when others come before it; it is\n"
        "needed where another step names this one."
    )
    for name, model in STEP_TYPES.items():
        yield from _told(name, model, keys, without=("id",))


def _told(name: str, model: type, keys: Keys, without: tuple[str, ...] = ()) -> Iterator[str]:
    yield f"### {name}"
    yield f"{keys.about(model.__name__)}\n{example_of(model, name)}"
    told = keys.of(model.__name__, without)
    if told:
        yield told


def example_of(model: type, name: str) -> str:
    """The first line of its file, or that part of it which is about this one."""
    written, *_ = (inspect.getdoc(inspect.getmodule(model)) or "").splitlines()
    examples: list[str] = re.findall(r"`[^`]+`", written)
    return next(each for each in examples if f'"{name}"' in each)


def _conditions(keys: Keys) -> Iterator[str]:
    yield "## Conditions"
    yield (
        "The same language everywhere: in `who`, `where`, `when`, `until` and in segments. A missing field makes a\n"
        'comparison false, never true, also with `ne` and `not_in`: say `{"not": …}`.'
    )
    yield table(
        ("condition", "is true", "example"),
        ([code(name), _so(keys.about(clause.__name__)), code(CONDITIONS[name])] for name, clause in CLAUSES.items()),
    )
    yield "How often somebody did something may have these keys:"
    yield keys.of("Behaviour")


def _so(about: str) -> str:
    return re.sub(r"^True if ", "if ", about)


def _operators() -> Iterator[str]:
    yield "## Operators"
    yield table(
        ("`op`", "the field …", "example"),
        ([code(op), meaning, code(example)] for op, (meaning, example) in OPERATORS.items()),
    )


def _fields() -> Iterator[str]:
    yield "## Fields"
    yield (
        "Of a person, after `profile.`; every other name is a trait as the shop sends it, in camelCase or snake_case.\n"
        "Of an event: `event.name`, `event.at`, `event.properties.…`; of the event that enrolled the same after\n"
        "`entry.`; of a step `steps.<id>.message_id`, `steps.<id>.event.…`; of a line of an order `item.…`, inside\n"
        "`some`, `every` and `none`."
    )
    rows = []
    for field in FIELDS.values():
        about = field.about if field.is_available else f"{field.about}. *Not available yet*"
        rows.append([code(f"profile.{field.name}"), _TYPES[field.type], field.unit, about])
    yield table(("field", "is", "in", "meaning"), rows)


def _events() -> Iterator[str]:
    yield "## Events"
    yield (
        "A shop may send any event; these are known. ✓ marks what the person did, which is what `@person` means:\n"
        "never what we sent, never what a machine opened or clicked.\n\n"
        f"*A product's* are {_properties(PRODUCT)}.\n*A message's* are {', '.join(code(name) for name in _MESSAGE)}."
    )
    for title, sender in (("From the shop", "shop"), ("From the system: no shop can send these", "system")):
        yield f"### {title}"
        rows = [_event(event) for event in EVENTS.values() if event.sender == sender]
        yield table(("event", "✓", "what happened", "carries"), rows)
    where = '{"field": "event.properties.rating", "op": "lte", "value": 2}'
    yield f'An example: `{{"event": "Product Reviewed", "where": {where}}}`'


def _event(event: EventType) -> list[str]:
    left = dict(event.properties)
    groups = []
    for word, names in (("a product's", tuple(PRODUCT)), ("a message's", _MESSAGE)):
        if all(name in left for name in names):
            groups.append(f"*{word}*")
            left = {name: type_ for name, type_ in left.items() if name not in names}
    carried = ", ".join([*groups, *([_properties(left)] if left else [])])
    return [event.name, "✓" if event.by_person else "", event.about, carried]


def _properties(properties: Mapping[str, PropertyType]) -> str:
    return ", ".join(
        code(name) if type_ in ("string", "any") else f"{code(name)} ({_TYPES[type_]})"
        for name, type_ in properties.items()
    )


def _templates() -> Iterator[str]:
    yield "## Templates"
    yield (
        "Names between `{{ }}`. An unknown name is refused when the template is published; a field that a person does\n"
        "not have is an empty text."
    )
    rows = [[code(name), meaning] for name, meaning in TEMPLATE_NAMES.items()]
    yield table(("name", "meaning"), [row for row in rows if row[0].strip("`") not in TOKENS])
    yield "German words for the commonest:"
    yield table(("word", "meaning"), [row for row in rows if row[0].strip("`") in TOKENS])
    yield "Filters come after `|`:"
    yield table(("filter", "example"), ([code(name), example] for name, example in FILTERS.items()))


def _members(annotation: Any) -> Iterator[Any]:
    """The models of a union, whatever is wrapped around them."""
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        yield annotation
        return
    for each in get_args(annotation):
        yield from _members(each)
