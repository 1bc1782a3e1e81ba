"""Journeys that nobody can enter as things are: in test without test people, or into one that is off."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Problem
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.enrol import EnrolStep
from anlass.language.surroundings import Surroundings
from anlass.language.tree import steps


def entered_by_nobody(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:  # noqa: ARG001
    if journey.status == "test" and around.test_people() == 0:
        message = "This journey runs for test people only, and settings.json names none."
        remedy = 'Add "test_people": ["anna@shop.example"] to settings.json, with your own address.'
        yield Problem("journey.untested", ("status",), message, remedy, "warning")
    for place, step in steps(journey):
        target = around.journey(step.enrol.journey) if isinstance(step, EnrolStep) else None
        if target is not None and target.status == "off" and journey.status != "off":
            message = f'The journey "{target.id}" is off: nobody enters it.'
            remedy = f'Write "status": "{journey.status}" into journeys/{target.id}.json.'
            yield Problem("enrol.off", (*place, "enrol", "journey"), message, remedy, "warning")
