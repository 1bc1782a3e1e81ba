"""Values in steps that may be filled with what is known: `{"favourite": "{{ entry.properties.category }}"}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from anlass.domain.condition import Facts, getter
from anlass.domain.errors import BrokenDefinition
from anlass.language.building import Build, Place, Scope
from anlass.language.conditions import read_field
from anlass.language.fields import spelt

Fill = Callable[[Facts], Any]  # the person's and the enrolment's facts → the value, as JSON has it

_ONE_NAME = re.compile(r"\{\{\s*(now|(?:profile|entry|event|steps)(?:\.[A-Za-z0-9_-]+)+)\s*\}\}")


def compile_value(value: Any, place: Place, scope: Scope, build: Build) -> Fill:
    """A JSON value whose texts may hold names. A text that is one name alone keeps the type of what it stands for."""
    match value:
        case str() if "{" in value:
            return _text(value, place, scope, build)
        case Mapping():
            parts = {name: compile_value(part, (*place, name), scope, build) for name, part in value.items()}
            return lambda facts: {name: part(facts) for name, part in parts.items()}
        case list():
            items = [compile_value(part, (*place, number), scope, build) for number, part in enumerate(value)]
            return lambda facts: [item(facts) for item in items]
        case _:
            return lambda _: value


def _text(text: str, place: Place, scope: Scope, build: Build) -> Fill:
    alone = _ONE_NAME.fullmatch(text.strip())
    if alone is not None and alone[1] == "now":
        return lambda facts: as_json(facts["now"])
    if alone is not None:
        try:
            path = spelt(alone[1])
        except ValueError as wrong:  # the same words as for a field of a condition
            context = getattr(wrong, "context", None) or {"message": str(wrong), "remedy": "Correct the name."}
            build.error("field.unknown", place, context["message"], context["remedy"])
            return lambda _: None
        read_field(path, place, scope, build)
        read = getter(path)
        return lambda facts: as_json(read(facts))
    # Every function that runs journeys loads this file, and few journeys hold more than a name.
    from anlass.language.value_templates import filled, problem_of

    problem = problem_of(text)
    if problem is not None:
        build.error("value.template", place, *problem)
        return lambda _: None

    def fill(facts: Facts) -> str:
        try:
            return filled(text, facts)
        except Exception as error:  # noqa: BLE001  # whatever it is, the text cannot be filled
            # The error's own text may hold a value of the person's.
            raise BrokenDefinition(f"a value cannot be filled in ({type(error).__name__}): {text[:80]}") from None

    return fill


def as_json(value: Any) -> Any:
    """What conditions see, as an event can carry it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): as_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(part) for part in value]
    return value
