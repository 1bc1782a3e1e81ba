"""Journeys that start themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from anlass.language.building import Build, Problem
from anlass.language.checks.echoes import OF_JOURNEYS, OF_MESSAGES, hears, made_at_once
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.exit import ExitStep
from anlass.language.tree import steps
from anlass.language.triggers.event import EventModel


def self_starting(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """A trigger on an event that the journey itself makes, again and again."""
    entry = journey.entry
    if entry.again not in (None, "always") or entry.per is not None:
        return
    made = made_at_once(journey, build)
    for place, trigger in journey.triggers():
        if not isinstance(trigger, EventModel) or trigger.event not in (*OF_JOURNEYS, *OF_MESSAGES):
            continue
        if trigger.event == "Journey Entered" and not made.outcomes and entry.while_active == "ignore":
            continue  # who is in it still does not enter again
        ever = replace(made, outcomes=_outcomes(journey)) if trigger.event == "Journey Finished" else made
        if hears(ever, trigger.event, trigger.where):
            message = f'This journey makes "{trigger.event}" itself, so it starts itself without end.'
            where = f'"where": {{"field": "event.properties.journey", "op": "ne", "value": "{journey.id}"}}'
            remedy = f'Say whose: {where}, or how often: "entry": {{"again": "after 1 day"}}.'
            yield Problem("journey.loop", (*place, "event"), message, remedy)


def _outcomes(journey: JourneyFile) -> tuple[str, ...]:
    """All that can be said of its end."""
    words = {step.exit for _, step in steps(journey) if isinstance(step, ExitStep)}
    goal = {"goal"} if journey.goal is not None else set()
    out = {"exit"} if journey.exit else set()
    return tuple(sorted({"finished", "held out", "restarted", *words, *goal, *out}))
