"""Whoever has to be reachable in the one moment in which a number passes its bound, or a segment is entered."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Place, Problem
from anlass.language.conditions import AllOf, Condition, ReachableBy
from anlass.language.journey_file import JourneyFile
from anlass.language.triggers.segment import SegmentModel
from anlass.language.triggers.threshold import ThresholdModel


def missed_moments(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """`who` is asked then and not again: a guest who gives an address the day after has missed it for good."""
    required = next(_required(journey.who, ("who",)), None)
    if required is None:
        return
    place, channel = required
    reachable = f'{{"reachable": "{channel}"}}'
    for _, trigger in journey.triggers():
        if isinstance(trigger, SegmentModel) and trigger.change == "entered":
            message = f'Whoever enters "{trigger.segment}" before they can be reached is not asked again when they can.'
            remedy = f"Put {reachable} into segments/{trigger.segment}.json: they enter it when all of it is true."
            yield Problem("who.once", place, message, remedy, "warning")
        elif isinstance(trigger, ThresholdModel) and trigger.currency is None:
            op, bound = ("gte", trigger.reaches) if trigger.reaches is not None else ("lt", trigger.falls_below)
            message = "Whoever passes the bound before they can be reached is not asked again when they can."
            both = f'{{"all": [{{"field": "{trigger.metric}", "op": "{op}", "value": {bound:.15g}}}, {reachable}]}}'
            remedy = f'Make a segment of {both} and start with {{"type": "segment", …}}: they enter it when both hold.'
            yield Problem("who.once", place, message, remedy, "warning")


def _required(condition: Condition | None, place: Place) -> Iterator[tuple[Place, str]]:
    """Where it is said that they must be reachable, whatever else."""
    match condition:
        case ReachableBy(reachable=channel):
            yield place, channel
        case AllOf(all=parts):
            for position, part in enumerate(parts):
                yield from _required(part, (*place, "all", position))
        case _:
            pass
