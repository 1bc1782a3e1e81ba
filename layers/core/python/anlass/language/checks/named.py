"""Journeys that are named in a condition on an event, where nothing else notices that there is no such journey."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Problem
from anlass.language.conditions import Compare
from anlass.language.diagnostics import did_you_mean
from anlass.language.journey_file import JourneyFile
from anlass.language.surroundings import Surroundings
from anlass.language.tree import parts

_FIELD = "event.properties.journey"


def named_journeys(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:  # noqa: ARG001
    """`{"field": "event.properties.journey", "op": "eq", "value": "welcom"}`"""
    there = {*around.journeys(), journey.id}
    if there == {journey.id}:
        return
    for part in parts(journey):
        asked = part.model
        if not isinstance(asked, Compare) or asked.field != _FIELD or asked.op not in ("eq", "in"):
            continue
        for position, name in enumerate(asked.value if isinstance(asked.value, list) else [asked.value]):
            if isinstance(name, str) and name not in there:
                at = (*part.place, "value", position) if isinstance(asked.value, list) else (*part.place, "value")
                remedy = f"{did_you_mean(name, sorted(there))}Add journeys/{name}.json, or name another journey."
                yield Problem("content.missing", at, f'There is no journey "{name}".', remedy, "warning")
