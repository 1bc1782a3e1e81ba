"""What the threat model and the table for the data-protection officer call shown, is shown by tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST = re.compile(r"`(tests/[^`:]+)::([^`]+)`")
RULE = re.compile(r"`(audit_\w+)\.(\w+)`")


def rows(name: str) -> list[str]:
    """Of all tables, without their heads."""
    lines = (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith(("| rule", "| what |"))]


@cache
def ids_in(file: str) -> frozenset[str]:
    """As pytest asks for them: with the class, where there is one."""
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    places = [("", body), *((f"{part.name}::", part.body) for part in body if isinstance(part, ast.ClassDef))]
    found = (f"{place}{part.name}" for place, parts in places for part in parts if isinstance(part, ast.FunctionDef))
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))


@pytest.mark.parametrize("name", ["threat-model.md", "law.md"])
def test_every_line_names_what_shows_it(name: str) -> None:
    assert len(rows(name)) >= 16
    assert [row for row in rows(name) if not TEST.search(row) and not RULE.search(row)] == []


@pytest.mark.parametrize("name", ["threat-model.md", "law.md"])
def test_all_that_is_named_exists(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for file, test in TEST.findall(text):
        assert test in ids_in(file), f"{file} has no {test}"
    for module, rule in RULE.findall(text):
        source = (ROOT / f"tests/infrastructure/{module}.py").read_text(encoding="utf-8")
        listed = source.partition("RULES = (")[2]
        assert re.search(rf"def {rule}\b", source), f"{module} has no {rule}"
        assert re.search(rf"\b{rule}\b", listed), f"{module} does not ask {rule}"
