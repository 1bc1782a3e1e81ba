"""A step that notes a consent notes one that somebody gave: without an answer of theirs nothing shows it."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.domain.registry.events import CONFIRMED
from anlass.domain.subscribing import REQUESTED
from anlass.language.building import Build, Problem
from anlass.language.journey_file import JourneyFile
from anlass.language.listening import ListeningModel
from anlass.language.steps.consents import SubscribeStep
from anlass.language.tree import parts, steps

ANSWERS = frozenset({"Button Pressed", CONFIRMED, "Preferences Changed"})  # each with what was shown, and when


def unproven_consents(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """Of journeys that a request starts another check says more."""
    starts = {event for _, trigger in journey.triggers() for event in trigger.enters_with}
    if REQUESTED in starts or (starts and starts <= ANSWERS):
        return
    answered = [
        part.place for part in parts(journey) if isinstance(part.model, ListeningModel) and part.model.event in ANSWERS
    ]
    for place, step in steps(journey):
        if isinstance(step, SubscribeStep) and not any(place[: len(each)] == each for each in answered):
            message = "This notes a consent, and nothing before it is an answer of the person: nobody could prove it."
            remedy = (
                'Ask with a button and put it into the steps of a wait_for or an exit on "Button Pressed", or let '
                "people subscribe with a confirmation (docs/subscribe.md)."
            )
            yield Problem("step.unproven_consent", place, message, remedy, "warning")
