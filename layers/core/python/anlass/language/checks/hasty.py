"""Nobody has opened a message in the moment in which it left."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Problem
from anlass.language.checks.flow import visits
from anlass.language.conditions import MessageIs
from anlass.language.journey_file import JourneyFile
from anlass.language.tree import parts

_AT_ONCE = frozenset({"sent", "skipped"})  # is known as soon as the message has left


def hasty_questions(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """Questions about what became of a message, with no time between it and them."""
    for visit in visits(journey, build):
        inside = tuple((*visit.place, *place) for place, _ in visit.step.paths())
        for part in parts(visit.step, visit.place):
            if any(part.place[: len(each)] == each for each in inside):
                continue
            asked = part.model
            if isinstance(asked, MessageIs) and asked.message in visit.fresh and asked.is_ not in _AT_ONCE:
                message = f'"{asked.message}" has only just left when this is asked: nothing has become of it yet.'
                remedy = f'Put {{"wait": "2 days"}} between "{asked.message}" and this step.'
                yield Problem("message.hasty", part.place, message, remedy, "warning")
