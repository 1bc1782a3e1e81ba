"""Markdown tables, and the keys of a model as rows of one, read from its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

# Parts of the language with a section of their own: a table names them and goes no deeper.
SECTIONS = {
    "Step": "[step](#steps)",
    "Condition": "[condition](#conditions)",
    "EventName": "[event](#events)",
    "FieldPath": "[field](#fields)",
}
_DURATION = "(minute|hour|day|week)s?$"
_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_LONGEST_CHOICE = 8


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(header)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def code(text: str) -> str:
    return f"`{text}`"


class Keys:
    """The keys of the models in one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._defs: Mapping[str, Schema] = schema.get("$defs", {})

    def of_file(self) -> str:
        """The keys of the file itself; what has a section of its own is left to it."""
        return _table(self._rows(self._schema, "", ("Step", "Trigger")))

    def of(self, definition: str, without: tuple[str, ...] = ()) -> str:
        """The keys of a model, and below them those of the objects in it; "" if it has none."""
        rows = [row for row in self._rows(self._defs[definition], "", ()) if row[0].strip("`") not in without]
        return _table(rows)

    def about(self, definition: str) -> str:
        """What it says of itself."""
        return str(self._defs[definition].get("description", ""))

    def _rows(self, schema: Schema, before: str, inside: tuple[str, ...]) -> Iterator[list[str]]:
        required = schema.get("required", ())
        for key, its in schema.get("properties", {}).items():
            if key == "$schema" or (not before and key == "type"):
                continue
            name = f"{before}{key}"
            yield [code(name), self._kind(its), self._described(its), _default(its, key in required)]
            for definition, deeper in self._objects(its, name):
                if definition not in inside and not self._is_trigger(definition):
                    yield from self._rows(self._defs[definition], f"{deeper}.", (*inside, definition))

    def _is_trigger(self, definition: str) -> bool:
        """Triggers and steps are told in sections of their own."""
        return "const" in self._defs[definition].get("properties", {}).get("type", {})

    def _objects(self, schema: Schema, path: str) -> Iterator[tuple[str, str]]:
        """The models of objects in a value, and the path to each: `exit[]` to one of many, `caps.*` to a named one."""
        if "$ref" in schema and _name(schema) not in SECTIONS:
            yield _name(schema), path
        for member in _members(schema):
            yield from self._objects(member, path)
        for key, one in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(schema.get(key), Mapping):
                yield from self._objects(schema[key], f"{path}{one}")
        for named in schema.get("patternProperties", {}).values():
            yield from self._objects(named, f"{path}.*")

    def _described(self, schema: Schema) -> str:
        if "description" in schema:
            return str(schema["description"]).replace("\n", " ")
        return self.about(_name(schema)) if "$ref" in schema and _name(schema) not in SECTIONS else ""

    def _kind(self, schema: Schema) -> str:
        if "$ref" in schema:
            return SECTIONS.get(_name(schema), "object")
        if members := _members(schema):
            return " or ".join(dict.fromkeys(self._kind(member) for member in members))
        if "const" in schema:
            return code(str(schema["const"]))
        if "enum" in schema and len(schema["enum"]) <= _LONGEST_CHOICE:
            return ", ".join(code(str(each)) for each in schema["enum"])
        if schema.get("type") == "array":
            return f"list: {self._kind(schema.get('items', {}))}"
        if _DURATION in schema.get("pattern", ""):
            return "[duration](#durations)"
        if schema.get("type") == "object" or "additionalProperties" in schema:
            return "object"
        kinds = schema.get("type", "anything")
        words = " or ".join(_WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))
        return words + _bounds(schema)


def _table(rows: Iterable[list[str]]) -> str:
    told = list(rows)
    return table(("key", "is", "meaning", "default"), told) if told else ""


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _members(schema: Schema) -> list[Schema]:
    return [*schema.get("oneOf", ()), *schema.get("anyOf", ())]


def _bounds(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    return ""


def _default(schema: Schema, is_required: bool) -> str:
    if is_required:
        return "**needed**"
    default = schema.get("default")
    if default in (None, "") or isinstance(default, dict | list):
        return ""
    return code(default if isinstance(default, str) else json.dumps(default))
