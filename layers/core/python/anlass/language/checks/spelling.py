"""Countries and regions that are compared with another spelling than the one in which they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from anlass.domain.geography import country_code, region_code
from anlass.language.building import Build, Place, Problem
from anlass.language.checks.countries import country_named, is_country, is_region, region_named
from anlass.language.conditions import Compare
from anlass.language.tree import parts
from anlass.language.triggers.replenish import ReplenishModel

_CODE = "condition.spelling"
_BARE_REGION = re.compile(r"[A-Za-z0-9]{1,3}")
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_COMPARED = ("eq", "ne", "in", "not_in")


def spelt_places(model: BaseModel, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """`"de"` is never equal to `"DE"`, and `"Germany"` only where the shop itself sends it so."""
    for part in parts(model):
        if isinstance(part.model, Compare) and part.model.op in _COMPARED:
            look = {"profile.country": _country, "profile.region": _region}.get(part.model.field)
            if look is not None:
                for at, value in _values(part.model.value):
                    yield from look(value, (*part.place, "value", *at))
        elif isinstance(part.model, ReplenishModel) and isinstance(part.model.shipping_days, dict):
            for name in part.model.shipping_days:
                if name != "else":
                    yield from _country(name.upper() if len(name) == 2 else name, (*part.place, "shipping_days", name))


def _values(value: Any) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, list):
        yield from (((position,), each) for position, each in enumerate(value))
    else:
        yield (), value


def _country(value: Any, place: Place) -> Iterator[Problem]:
    kept = country_code(value)
    if kept is not None and kept != value:
        yield _otherwise("profile.country", kept, value, place)
    elif isinstance(kept, str) and not is_country(kept):
        message = f'Countries are kept as their two letters, and "{kept}" is none of them.'
        yield Problem(_CODE, place, message, _guessed(country_named(kept), kept, '"DE"'), "warning")


def _region(value: Any, place: Place) -> Iterator[Problem]:
    kept = region_code(value, None)
    if kept is not None and kept != value:
        yield _otherwise("profile.region", kept, value, place)
    elif isinstance(kept, str) and not (_REGION.fullmatch(kept) and is_region(kept)):
        guess = region_named(kept)
        if guess is None and _BARE_REGION.fullmatch(kept):
            message = f'A region is kept with its country: never as "{kept}".'
            yield Problem(_CODE, place, message, f'Write for example "DE-{kept.upper()}".', "warning")
            return
        message = f'Regions are kept as codes with their country, and "{kept}" is none of them.'
        yield Problem(_CODE, place, message, _guessed(guess, kept, '"DE-BY" for Bavaria'), "warning")


def _otherwise(field: str, kept: str, value: Any, place: Place) -> Problem:
    return Problem(_CODE, place, f'"{field}" is kept as "{kept}", never as "{value}".', f'Write "{kept}".')


def _guessed(guess: str | None, value: str, example: str) -> str:
    first = f'Did you mean "{guess}"?' if guess else f"Write for example {example}."
    return f'{first} If the shop does send "{value}", leave it.'
