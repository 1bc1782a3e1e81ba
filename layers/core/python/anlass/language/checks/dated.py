"""Waits for a date that is none."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.domain import registry
from anlass.language.building import Build, Problem
from anlass.language.checks.kinds import kind_of
from anlass.language.diagnostics import Severity
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.wait import Until
from anlass.language.tree import parts


def dated_waits(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """Nobody waits for what is no date: they go on at once. A text that a shop sends may hold one."""
    for part in parts(journey):
        if not isinstance(part.model, Until) or ":" in part.model.until:
            continue
        field = part.model.until
        known = registry.field_of(field) if field.startswith("profile.") else None
        kind = kind_of(field, part.events, build.entry_events, build.names)
        if kind is None or kind.type in ("time", "date", "any", "object") or (kind.type == "string" and not known):
            continue
        severity: Severity = "error" if known else "warning"
        message = f'"{field}" is no date, so nobody waits here.'
        remedy = 'Name a date, such as "profile.birthday" or a trait of your own, or a time of day, "09:00".'
        yield Problem("wait.date", (*part.place, "until"), message, remedy, severity)
