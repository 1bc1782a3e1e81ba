"""Countries and regions that are compared with another spelling than the one in which they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from anlass.domain.geography import country_code, region_code
from anlass.language.building import Build, Problem
from anlass.language.conditions import Compare
from anlass.language.tree import parts

_BARE_REGION = re.compile(r"[A-Za-z0-9]{1,3}")


def spelt_places(model: BaseModel, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """`"de"` is never equal to `"DE"`."""
    for part in parts(model):
        if not isinstance(part.model, Compare) or part.model.op not in ("eq", "ne", "in", "not_in"):
            continue
        field, place = part.model.field, (*part.place, "value")
        for value in part.model.value if isinstance(part.model.value, list) else [part.model.value]:
            kept = {"profile.country": country_code(value), "profile.region": region_code(value, None)}.get(field)
            if kept is not None and kept != value:
                message = f'"{field}" is kept as "{kept}", never as "{value}".'
                yield Problem("condition.spelling", place, message, f'Write "{kept}".')
            elif field == "profile.region" and _BARE_REGION.fullmatch(str(value)):
                message = f'A region is kept with its country: never as "{value}".'
                remedy = f'Write for example "DE-{str(value).upper()}".'
                yield Problem("condition.spelling", place, message, remedy, "warning")
