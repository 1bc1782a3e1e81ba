"""Every code that a finding can have is the answer to some broken file, and docs/diagnostics.md shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import anlass

from tests.diagnoses import PAGE, page, said

SOURCES = Path(anlass.__file__).parent
_CODE = re.compile(r"[a-z]+\.[a-z_]+")
# What makes a finding; its code comes first.
_MAKERS = {"Problem", "Diagnostic", "finding", "mistake", "error", "warning", "_say", "_stop", "_missing"}


def codes() -> Iterator[str]:
    for file in [*(SOURCES / "language").rglob("*.py"), *(SOURCES / "usecases").glob("publish*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(
                    func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(code)), *_]
                ) if name in _MAKERS and _CODE.fullmatch(code):
                    yield code


def test_there_is_a_broken_file_for_every_code() -> None:
    assert {*codes()} - {finding.code for finding in said()} == set()


def test_every_finding_says_what_is_wrong_and_what_would_be_right() -> None:
    for finding in said():
        assert finding.message.endswith((".", "?", '"')), finding
        assert len(finding.remedy) > 5, finding
        assert not re.search(r"Input should|NoneType|dict_|§[a-z]", f"{finding.message} {finding.remedy}"), finding


def test_the_page_is_as_the_tests_make_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make diagnoses"
