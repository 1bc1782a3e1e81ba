"""The schema folder offers this shop's names, and is put right whatever is done to it."""

from __future__ import annotations

import json

import pytest
from anlass.adapters.memory.content import MemoryContent
from anlass.domain.learning import learn
from anlass.domain.names import NOTHING_HEARD, ShopNames, names_from
from anlass.language.schemas import all_schemas
from anlass.usecases.publish_schemas import publish_schemas

from tests.builders import an_event

SOFA = learn(NOTHING_HEARD, [an_event("Sofa Assembled", properties={"minutes": 90})])
LAMP = learn(SOFA, [an_event("Lamp Lit")])


def published(content: MemoryContent, names: ShopNames = SOFA, path: str = "settings.json") -> bool:
    return publish_schemas(path, names, content=content)


def test_before_anything_has_arrived_the_marketers_own_copy_will_do() -> None:
    content = MemoryContent()
    assert not published(content, NOTHING_HEARD)
    assert content.files == {}


def test_any_file_that_is_published_brings_the_schemas_up_to_date_once() -> None:
    content = MemoryContent()
    assert published(content)
    assert content.list("schema/") == sorted(f"schema/{name}" for name in (*all_schemas(), "names.json"))
    schema = json.loads(content.files["schema/journey.schema.json"])
    assert "Sofa Assembled" in schema["$defs"]["EventName"]["anyOf"][0]["enum"]
    assert not published(content, path="journeys/cart.json")
    assert published(content, LAMP)
    assert "Lamp Lit" in content.files["schema/journey.schema.json"]


def test_the_names_can_be_read_again() -> None:
    content = MemoryContent()
    published(content)
    assert names_from(json.loads(content.files["schema/names.json"])) == SOFA


def test_what_it_writes_is_a_file_that_changed_and_nothing_follows_from_it() -> None:
    content = MemoryContent()
    published(content)
    assert [path for path in content.list("schema/") if published(content, path=path)] == []


@pytest.mark.parametrize("name", ["names.json", "journey.schema.json", "settings.schema.json"])
def test_a_schema_that_is_deleted_or_overwritten_is_written_anew(name: str) -> None:
    content, path = MemoryContent(), f"schema/{name}"
    published(content)
    as_it_was = content.files[path]
    for change in (None, "{}"):
        content.files.pop(path)
        if change:
            content.files[path] = change
        assert published(content, path=path)
        assert content.files[path] == as_it_was


def test_what_others_put_beside_the_schemas_stays() -> None:
    content = MemoryContent({"schema/mine.txt": "hello"})
    published(content)
    assert not published(content, path="schema/mine.txt")
    assert content.files["schema/mine.txt"] == "hello"


def test_a_release_that_knows_more_writes_its_schemas_though_no_name_is_new() -> None:
    content = MemoryContent()
    published(content)
    earlier = json.loads(content.files["schema/names.json"]) | {"schemas": "of an earlier release"}
    content.files["schema/names.json"] = json.dumps(earlier)
    content.files["schema/journey.schema.json"] = "{}"
    assert published(content)
    assert len(content.files["schema/journey.schema.json"]) > 1000
