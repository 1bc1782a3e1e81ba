"""The reference page tells everything that a marketer may write, and every example in it is right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from anlass.domain.comparing import Operator
from anlass.domain.registry import EVENTS, FIELDS
from anlass.language.conditions import CLAUSES, Condition
from anlass.language.steps import STEP_TYPES, AnyStep
from anlass.language.template_filters import FILTERS
from anlass.language.template_names import NAMES
from anlass.language.triggers import TRIGGER_TYPES, AnyTrigger
from pydantic import TypeAdapter
from typer.testing import CliRunner

from cli.main import app
from cli.reference import words
from cli.reference.page import reference

PAGE = reference()


def section(title: str) -> str:
    """What stands below a heading, up to the next one of its kind."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def example(of: str, name: str) -> Any:
    told = section(of).split(f"\n### {name}\n")[1]
    found = re.search(r"`(\{.*?\})`(?:\n|$)", told)
    assert found is not None
    return json.loads(found[1])


def test_every_event_and_field_stands_in_its_section() -> None:
    assert [name for name in EVENTS if f"| {name} |" not in section("Events")] == []
    assert [name for name in FIELDS if f"| `profile.{name}` |" not in section("Fields")] == []


@pytest.mark.parametrize("name", TRIGGER_TYPES)
def test_every_trigger_is_told_with_an_example_that_can_be_published(name: str) -> None:
    TypeAdapter(AnyTrigger).validate_python(example("Triggers", name))


@pytest.mark.parametrize("name", STEP_TYPES)
def test_every_step_is_told_with_an_example_that_can_be_published(name: str) -> None:
    TypeAdapter(AnyStep).validate_python(example("Steps", name))


def test_every_condition_and_operator_has_an_example_that_can_be_published() -> None:
    assert (set(words.CONDITIONS), set(words.OPERATORS)) == (set(CLAUSES), set(get_args(Operator)))
    for kind, written in words.CONDITIONS.items():
        condition = TypeAdapter(Condition).validate_python(json.loads(written))
        assert type(condition) is CLAUSES[kind]
    for operator, (_, written) in words.OPERATORS.items():
        assert json.loads(written)["op"] == operator
        TypeAdapter(Condition).validate_python(json.loads(written))


def test_every_name_and_filter_of_templates_is_told() -> None:
    assert (set(words.TEMPLATE_NAMES), set(words.FILTERS)) == (set(NAMES), set(FILTERS))


def test_keys_are_told_as_deep_as_they_go_up_to_what_has_a_section_of_its_own() -> None:
    keys = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    assert {"entry.again", "goal.value", "exit[].event", "imprint.name", "caps.*.day"} <= set(keys)
    assert {"wait_for.first_of[].match", "branch[].when", "send.template"} <= set(keys)
    assert [key for key in keys if key.count("steps") > 1] == []


def test_links_lead_to_sections() -> None:
    sections = {f"#{title.lower()}" for title in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\((#[^)]+)\)", PAGE)) == sections


def test_rows_of_a_table_have_as_many_cells_as_its_head() -> None:
    lines = re.findall(r"^\|.*\|$", PAGE, re.MULTILINE)
    cells = [len(re.split(r"(?<!\\)\|", line)) for line in lines]
    tables = [count for line, count in zip(lines, cells, strict=True) if set(line) <= set("| -")]
    assert len(tables) > 20
    assert set(cells) == set(tables)


def test_the_page_is_written_once_and_a_stale_one_is_found(tmp_path: Path) -> None:
    page = tmp_path / "reference.md"

    def run(*options: str) -> int:
        return CliRunner().invoke(app, ["reference", "--file", str(page), *options]).exit_code

    assert run("--check") == 1
    assert run() == run("--check") == 0
    page.write_text(PAGE + "more", encoding="utf-8")
    assert run("--check") == 1
    assert page.read_text(encoding="utf-8") == PAGE + "more"
