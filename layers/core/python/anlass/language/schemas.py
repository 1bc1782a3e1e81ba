"""JSON Schemas of the content files, made from the models: editors complete and check with them.

Where a shop's own names are known, they are offered beside the registry's. Names are never checked by a schema: an
event may be sent tomorrow.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel, TypeAdapter

from anlass.domain.names import NOTHING_HEARD, ShopNames, names_from
from anlass.language.conditions import Condition
from anlass.language.fields import FieldPath, field_paths
from anlass.language.journey_file import JourneyFile
from anlass.language.model import EventName
from anlass.language.segment_file import SegmentFile
from anlass.language.settings import Settings
from anlass.language.steps import AnyStep
from anlass.language.template import TemplateFile

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_FILES: dict[str, tuple[type[BaseModel], str]] = {
    "journey.schema.json": (JourneyFile, "A journey of Anlass"),
    "segment.schema.json": (SegmentFile, "A segment of Anlass"),
    "settings.schema.json": (Settings, "The settings of Anlass"),
    "template.schema.json": (TemplateFile, "A template of Anlass"),
}
# Said once and referred to, instead of written out wherever they occur.
_SHARED: dict[str, Any] = {"Step": AnyStep, "Condition": Condition, "EventName": EventName, "FieldPath": FieldPath}


NAMES_FILE = "names.json"


def all_schemas(names: ShopNames = NOTHING_HEARD) -> dict[str, str]:
    """File name in content/schema/ → its text."""
    return {name: _text(model, title, names) for name, (model, title) in _FILES.items()}


def schema_files(names: ShopNames) -> dict[str, str]:
    """The same, and the names themselves, in a file that tells whether all the others are as they should be."""
    return dict(_files(json.dumps(names.document())))


@lru_cache(maxsize=1)
def _files(document: str) -> dict[str, str]:
    """Remembered, for it takes a while and is asked for with every file that is published."""
    told = json.loads(document)
    schemas = all_schemas(names_from(told))
    told["schemas"] = hashlib.sha256("".join(schemas.values()).encode()).hexdigest()[:12]
    return {**schemas, NAMES_FILE: json.dumps(told, ensure_ascii=False, indent=2) + "\n"}


def _text(model: type[BaseModel], title: str, names: ShopNames) -> str:
    schema = _schema(model)
    own = {key: value for key, value in schema.items() if key != "$defs"}
    defs = {name: _offering(name, each, names) for name, each in sorted(schema.get("$defs", {}).items())}
    return json.dumps({"$schema": _DRAFT, "title": title, **own, "$defs": defs}, ensure_ascii=False, indent=2) + "\n"


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """Before any names are offered."""
    schema: dict[str, Any] = _tidied(model.model_json_schema(by_alias=True))
    for name, type_ in _SHARED.items():
        shared = _tidied(TypeAdapter(type_).json_schema(by_alias=True))
        shared.pop("$defs", None)
        if _occurs(shared, schema):
            schema = _referring(schema, shared, f"#/$defs/{name}")
            schema["$defs"][name] = shared
    return schema


def _offering(shared_name: str, shared: dict[str, Any], names: ShopNames) -> dict[str, Any]:
    """With the names that are known, which an editor completes, beside all others that may be."""
    match shared_name:
        case "EventName":
            offered = sorted(names.event_names())
        case "FieldPath":
            offered = field_paths(names)
        case _:
            return shared
    any_other = {key: value for key, value in shared.items() if key not in ("description", "examples")}
    return {"description": shared["description"], "anyOf": [{"enum": offered}, any_other]}


def _tidied(schema: Any) -> Any:
    """Without titles that repeat the keys, and without null: a key that says nothing is left out."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            kept[key] = {name: _tidied(each) for name, each in value.items()}
        elif key == "default":
            said = {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value
            kept |= {} if said in (None, [], {}) else {key: said}
        elif key != "title":
            kept[key] = _tidied(value)
    choices = [each for each in kept.get("anyOf", ()) if each != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        return {**choices[0], **kept}
    if choices:
        kept["anyOf"] = choices
    return kept


def _occurs(shared: Any, schema: Any) -> bool:
    if _is_same(schema, shared):
        return True
    members = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return any(_occurs(shared, each) for each in members)


def _referring(schema: Any, shared: dict[str, Any], reference: str) -> Any:
    if isinstance(schema, list):
        return [_referring(each, shared, reference) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if _is_same(schema, shared):
        own = {key: value for key, value in schema.items() if shared.get(key) != value}
        return {"$ref": reference, **own}
    return {key: _referring(value, shared, reference) for key, value in schema.items()}


def _is_same(schema: Any, shared: dict[str, Any]) -> bool:
    """Whether it is the shared one, with a description or default of its own."""
    if not isinstance(schema, dict):
        return False
    own = {"description", "default"}
    return {k: v for k, v in schema.items() if k not in own} == {k: v for k, v in shared.items() if k not in own}
