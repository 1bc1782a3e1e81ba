"""Reads a JSON content file into its model and says, with lines, what is wrong in it."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from anlass.language.diagnostics import Diagnostic
from anlass.language.explaining import explained
from anlass.language.json_source import read_source

Model = TypeVar("Model", bound=BaseModel)

LARGEST = 200_000  # characters; a stored definition holds 400 KB


def read_json(text: str, model: type[Model], file: str) -> tuple[Model | None, list[Diagnostic]]:
    """The file as its model, or None and all its mistakes."""
    source, findings = read_source(text, file, LARGEST)
    if source is None:
        return None, findings
    value, mistakes = explained(model, source)
    return (None if findings else value), findings + mistakes
