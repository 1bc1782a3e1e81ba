"""Journeys that begin, or end, more often than was meant."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.domain import registry
from anlass.language.building import Build, Place, Problem
from anlass.language.journey_file import JourneyFile
from anlass.language.listening import ListeningModel
from anlass.language.steps.wait_for import WaitForStep
from anlass.language.tree import steps
from anlass.language.triggers.event import EventModel

# Who looks around in a shop does these many times an hour.
_FREQUENT = frozenset(
    {
        *("Product Viewed", "Product Clicked", "Product List Viewed", "Product List Filtered", "Products Searched"),
        *("Promotion Viewed", "Cart Viewed", "Page Dwelled", "Product Added", "Product Removed"),
    }
)
_SELLING = "Order Completed"  # each has an id of its own, so none is "the same order" again


def frequent_entries(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """A mail for every page that somebody looks at."""
    if "again" in journey.entry.model_fields_set or journey.entry.per is not None:
        return
    for place, trigger in journey.triggers():
        if isinstance(trigger, EventModel) and trigger.event in _FREQUENT and trigger.where is None:
            message = f'"{trigger.event}" comes many times a day, and this begins anew each time.'
            remedy = 'Say how often at most, "entry": {"again": "after 7 days"}, or take "type": "abandonment".'
            yield Problem("entry.often", (*place, "event"), message, remedy, "warning")


def foreign_ends(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """One enrolment an order, and an exit or a goal that does not ask which order it is about."""
    per = journey.entry.per
    if per is None:
        return
    entries = {event for _, trigger in journey.triggers() for event in trigger.enters_with}
    for place, listening in _listening(journey):
        known = registry.EVENTS.get(listening.event)
        is_about_one = known is not None and per in known.properties
        if listening.match is None and is_about_one and listening.event not in {*entries, _SELLING}:
            message = f'Each "{per}" enters by itself here, but "{listening.event}" counts whatever its "{per}".'
            yield Problem("match.missing", (*place, "event"), message, f'Add "match": "{per}".', "warning")


def _listening(journey: JourneyFile) -> Iterator[tuple[Place, ListeningModel]]:
    for position, out in enumerate(journey.exit):
        yield ("exit", position), out
    if journey.goal is not None:
        yield ("goal",), journey.goal
    for place, step in steps(journey):
        if isinstance(step, WaitForStep):
            for position, answer in enumerate(step.wait_for.first_of):
                yield (*place, "wait_for", "first_of", position), answer
