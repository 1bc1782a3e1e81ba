"""Journeys that enrol people into each other, round and round."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Place, Problem
from anlass.language.checks.flow import visits
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.enrol import EnrolStep
from anlass.language.surroundings import Surroundings


def endless_enrolling(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:
    """A way from an `enrol` back to it on which nobody ever waits, and no `entry.again` keeps anybody out."""
    if not _is_always_open(journey):
        return
    for place, target in _at_once(journey, build):
        circle = [journey.id] if target == journey.id else _back(journey.id, target, around, set())
        if circle is not None:
            named = " → ".join((journey.id, *circle)) if len(circle) > 1 else "itself"
            message = f"This journey enters {named} at once, again and again, without end."
            remedy = 'Put a wait before the enrol, or write "entry": {"again": "after 7 days"}.'
            yield Problem("journey.loop", (*place, "enrol", "journey"), message, remedy)


def _back(to: str, at: str, around: Surroundings, seen: set[str]) -> list[str] | None:
    """The journeys from `at` until `to`, both with them; None if there is no way. `seen`: where there was none."""
    journey = None if at in seen else around.journey(at)
    if journey is None or not _is_always_open(journey):
        return None
    seen.add(at)
    for _, target in _at_once(journey, _registered(journey)):
        rest = [to] if target == to else _back(to, target, around, seen)
        if rest is not None:
            return [at, *rest]
    return None


def _at_once(journey: JourneyFile, build: Build) -> Iterator[tuple[Place, str]]:
    for visit in visits(journey, build):
        if isinstance(visit.step, EnrolStep) and visit.is_at_once and visit.place[0] == "steps":
            yield visit.place, visit.step.enrol.journey


def _is_always_open(journey: JourneyFile) -> bool:
    return journey.entry.again in (None, "always") and journey.entry.per is None


def _registered(journey: JourneyFile) -> Build:
    build = Build()
    build.register(journey.steps, ("steps",))
    for position, out in enumerate(journey.exit):
        build.register(out.steps, ("exit", position, "steps"))
    return build
