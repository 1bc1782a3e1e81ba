"""The generated JSON Schemas say what the publisher says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from anlass.language.compiler import compile_journey
from anlass.language.schemas import all_schemas

from tests.unit.test_language_mistakes import GOOD, MISTAKES

SCHEMAS = all_schemas()
CONTENT = Path(__file__).parents[2] / "content"
# What only the publisher can know: other files, other steps, what the recipient will be.
BEYOND = {
    "branch.else",
    "branch.opens",
    "condition.count",
    "condition.no_value",
    "condition.place",
    "condition.value",
    "duration",
    "event.unknown",
    "field.unknown",
    "journey.id",
    "journey.why",
    "reference.kind",
    "reference.later",
    "reference.unknown",
    "send.channel",
    "split.variants",
    "step.duplicate_id",
    "step.unreachable",
    "trigger.never",
    "time",
    "update.empty",
    "wait.offset",
}
# What a parser does not hand on.
OF_THE_TEXT = {"json.encoding", "json.repeated_key", "json.comment", "json.text", "json.too_deep"}


@cache
def validator(name: str) -> Any:
    schema = json.loads(SCHEMAS[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schemas_in_the_content_folder_are_those_of_the_models(name: str) -> None:
    assert (CONTENT / "schema" / name).read_text() == SCHEMAS[name], "run make schemas"


def test_files_that_ship_are_valid() -> None:
    """All of them `make lint` holds against their schemas; of journeys, which take a second each, one here."""
    files = [("journey.schema.json", CONTENT / "journeys/cart-abandonment.json")]
    files += [("template.schema.json", path) for path in (CONTENT / "templates").glob("*/template.json")]
    files.append(("settings.schema.json", CONTENT / "settings.json"))
    for name, path in files:
        validator(name).validate(json.loads(path.read_text()))


def test_editors_see_the_mistakes_that_stand_in_one_place() -> None:
    check = validator("journey.schema.json")
    assert check.is_valid(json.loads(GOOD))
    unseen = []
    for old, new, code, _, path in MISTAKES:
        try:
            document = json.loads(GOOD.replace(old, new), parse_constant=lambda _: "no number")
        except json.JSONDecodeError:
            continue
        if check.is_valid(document) and code not in BEYOND | OF_THE_TEXT:
            unseen.append((code, path, new))
    assert unseen == []


def test_what_the_publisher_takes_the_schema_takes() -> None:
    text = json.dumps(
        {
            "$schema": "../schema/journey.schema.json",
            "id": "j",
            "why": "All forms.",
            "trigger": [{"type": "event", "event": "Our Own Event"}],
            "who": {"not": {"all": [{"field": "profile.own_trait", "op": "exists"}, {"reachable": "email"}]}},
            "entry": {"per": "order_id", "again": "after 2 weeks", "while_active": "restart", "max_age": "1 hour"},
            "goal": {"event": "Order Completed", "match": {"order_id": "entry.properties.order_id"}},
            "steps": [
                {"id": "a", "send": {"template": "t", "channels": ["email"], "at": "09:00"}},
                {"wait": {"until": "09:00"}},
                {"wait": {"until": "profile.birthday", "offset": "-1 day"}},
                {
                    "wait_for": {
                        "first_of": [{"event": "X", "steps": [{"exit": "x"}]}],
                        "since": "a",
                        "timeout": "1 day",
                    }
                },
                {"branch": [{"when": {"message": "a", "is": "clicked"}, "steps": []}, {"else": []}]},
            ],
        }
    )
    assert [each for each in compile_journey("journeys/j.json", text).diagnostics if each.severity == "error"] == []
    validator("journey.schema.json").validate(json.loads(text))


def test_keys_are_explained_where_they_are_typed() -> None:
    schema = json.loads(SCHEMAS["journey.schema.json"])
    named = {**schema["properties"], **schema["$defs"]["Letter"]["properties"]}
    silent = {key for key, each in named.items() if not (each.get("description") or "$ref" in each)}
    assert silent == {"$schema"}
    assert "Order Completed" in schema["$defs"]["EventName"]["anyOf"][0]["enum"]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_default_is_what_could_stand_there(name: str) -> None:
    """Editors put it in."""
    schema = json.loads(SCHEMAS[name])
    wrong = []

    def look(part: Any, path: tuple[str, ...]) -> None:
        if isinstance(part, list):
            part = dict(enumerate(part))
        if not isinstance(part, dict):
            return
        for key, member in part.items():
            look(member, (*path, str(key)))
        if "default" in part and path[-1:] != ("properties",):
            check = jsonschema.Draft202012Validator({**part, "$defs": schema["$defs"]})
            wrong.extend([path] if not check.is_valid(part["default"]) else [])

    look(schema, ())
    assert wrong == []
