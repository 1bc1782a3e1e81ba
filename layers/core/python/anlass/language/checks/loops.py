"""Journeys that start themselves."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Problem
from anlass.language.checks.clashes import clash
from anlass.language.checks.flow import visits
from anlass.language.checks.literals import Literal, both, ways
from anlass.language.checks.possible import kinds_at
from anlass.language.conditions import Compare
from anlass.language.journey_file import JourneyFile
from anlass.language.triggers.event import EventModel

# What we report of ourselves when a journey runs, and of its messages without anybody doing anything.
_OF_JOURNEYS = ("Journey Entered", "Journey Finished")
_OF_MESSAGES = ("Email Sent", "Email Delivered", "SMS Sent", "SMS Delivered", "Push Sent", "Message Skipped")


def self_starting(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """A trigger on an event that the journey itself makes, again and again, with no time between."""
    if journey.entry.again not in (None, "always") or journey.entry.per is not None:
        return
    sends = [(build.ids[visit.place], visit) for visit in visits(journey, build) if visit.step.kind() == "send"]
    at_once = [id_ for id_, visit in sends if visit.is_at_once and visit.place[0] == "steps"]
    for place, trigger in journey.triggers():
        if not isinstance(trigger, EventModel):
            continue
        own = {"event.properties.journey": [journey.id]}
        if trigger.event in _OF_MESSAGES:
            own["event.properties.step"] = at_once
        if trigger.event in _OF_JOURNEYS or (trigger.event in _OF_MESSAGES and at_once):
            mine = tuple(Literal((), Compare(field=field, op="in", value=value), True) for field, value in own.items())
            wanted = ways(trigger.where, ()) if trigger.where is not None else ((),)
            kinds = kinds_at((trigger.event,), build)
            if any(clash(way, kinds) is None for way in both((mine,), wanted) or ()):
                message = f'This journey makes "{trigger.event}" itself, so it starts itself without end.'
                where = f'"where": {{"field": "event.properties.journey", "op": "ne", "value": "{journey.id}"}}'
                remedy = f'Say whose: {where}, or how often: "entry": {{"again": "after 1 day"}}.'
                yield Problem("journey.loop", (*place, "event"), message, remedy)
