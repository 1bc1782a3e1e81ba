"""Properties by which an entry or an event is told from others, and which it does not have."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.domain import registry
from anlass.language.building import Build, Place, Problem
from anlass.language.checks.tree import parts
from anlass.language.conditions import Behaviour
from anlass.language.journey_file import JourneyFile
from anlass.language.listening import ListeningModel
from anlass.language.triggers.base import TriggerModel


def told_apart(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    """`entry.per` and `match`: without the property nobody enters, and nothing ever matches."""
    entries = [event for _, trigger in journey.triggers() for event in trigger.enters_with]
    per = journey.entry.per
    if per is not None:
        for event in entries:
            if _lacks(event, per):
                message = f'"{event}" has no "{per}", so nobody enters with it.'
                yield Problem("entry.per", ("entry", "per"), message, _instead(event, per), "warning")
    for part in parts(journey):
        if not isinstance(part.model, ListeningModel | Behaviour) and not hasattr(part.model, "match"):
            continue
        match = getattr(part.model, "match", None)
        in_trigger = isinstance(part.model, TriggerModel) or part.place[0] == "trigger"
        own = (part.model.event,) if isinstance(part.model, ListeningModel | Behaviour) else ()
        if isinstance(match, str):
            for event in (*own, *(part.events if in_trigger else entries)):
                yield from _unmatched(event, match, (*part.place, "match"))
        elif match is not None:
            for name, path in match.items():
                for event in own:
                    yield from _unmatched(event, name, (*part.place, "match", name))
                root, _, rest = path.partition(".properties.")
                if root == "entry" and rest:
                    for event in entries:
                        yield from _unmatched(event, rest, (*part.place, "match", name))


def _unmatched(event: str, name: str, place: Place) -> Iterator[Problem]:
    if _lacks(event, name):
        message = f'"{event}" has no "{name}", so this never matches.'
        yield Problem("match.never", place, message, _instead(event, name), "warning")


def _lacks(event: str, name: str) -> bool:
    known = registry.EVENTS.get(event)
    return known is not None and name.split(".")[0] not in known.properties


def _instead(event: str, name: str) -> str:
    known = registry.EVENTS[event].properties
    meant = registry.nearest(name, known)
    listed = f'Did you mean "{meant}"? ' if meant else f"Known of it are {', '.join(known)}. " if known else ""
    return f'{listed}If the shop does send "{name}", leave it.'
