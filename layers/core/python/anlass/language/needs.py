"""What a file names of the rest of the content folder, each as it would be said if it is not there."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from anlass.language.building import Build, Place, Problem
from anlass.language.conditions import JourneyIs
from anlass.language.diagnostics import Severity
from anlass.language.tree import parts


def needs_of(model: BaseModel, build: Build) -> Iterator[tuple[str, Problem]]:
    """Paths below the folder. A journey that is only asked about may be missing: then nobody is in it."""
    asked = {part.model.journey: (*part.place, "journey") for part in parts(model) if isinstance(part.model, JourneyIs)}
    for name, place in build.templates.items():
        yield _need("template", name, f"templates/{name}/", place)
    for name, place in build.segments.items():
        yield _need("segment", name, f"segments/{name}.json", place)
    for name, place in {**asked, **build.enrols}.items():
        severity: Severity = "error" if name in build.enrols else "warning"
        yield _need("journey", name, f"journeys/{name}.json", place, severity)


def _need(what: str, name: str, path: str, place: Place, severity: Severity = "error") -> tuple[str, Problem]:
    remedy = f"Add {path}, or name another {what}."
    return path, Problem("content.missing", place, f'There is no {what} "{name}".', remedy, severity)
