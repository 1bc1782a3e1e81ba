"""Journeys that begin by the calendar: there is no event whose properties could be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Place, Problem
from anlass.language.conditions import Compare
from anlass.language.journey_file import JourneyFile
from anlass.language.tree import parts
from anlass.language.triggers.date import DateModel
from anlass.language.triggers.schedule import ScheduleModel

_OF_DAYS = ("date", "field", "years", "segment")  # what the entry of somebody has whom the calendar brings
_ENTRY = "entry.properties."
_REMEDY = "Take profile.…, which is known of everybody; if another journey enters people here, leave it."


def eventless_entries(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """Whoever is entered by another journey brings its event, so these are doubts."""
    if not all(isinstance(trigger, DateModel | ScheduleModel) for _, trigger in journey.triggers()):
        return
    if journey.entry.per is not None and journey.entry.per not in _OF_DAYS:
        message = f'Who enters by the calendar brings no event, and so no "{journey.entry.per}": nobody enters.'
        yield Problem("entry.per", ("entry", "per"), message, 'Leave "per" out.', "warning")
    for place, name in _asked(journey):
        if name.split(".")[0] not in _OF_DAYS:
            message = f'Who enters by the calendar brings no event, and so no "{name}".'
            yield Problem("entry.none", place, message, _REMEDY, "warning")


def _asked(journey: JourneyFile) -> Iterator[tuple[Place, str]]:
    for part in parts(journey):
        match = getattr(part.model, "match", None)
        if isinstance(match, str):
            yield (*part.place, "match"), match
        elif isinstance(match, dict):
            yield from (
                ((*part.place, "match", name), path.removeprefix(_ENTRY))
                for name, path in match.items()
                if path.startswith(_ENTRY)
            )
        if isinstance(part.model, Compare) and part.model.field.startswith(_ENTRY):
            yield (*part.place, "field"), part.model.field.removeprefix(_ENTRY)
