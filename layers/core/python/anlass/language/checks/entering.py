"""Properties by which an entry or an event is told from others, and which it does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anlass.domain import registry
from anlass.language.building import Build, Place, Problem
from anlass.language.conditions import Behaviour
from anlass.language.journey_file import JourneyFile
from anlass.language.listening import ListeningModel
from anlass.language.naming import property_doubt
from anlass.language.tree import parts


def told_apart(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """`entry.per` and `match`: without the property nobody enters, and nothing ever matches."""
    entries = [event for _, trigger in journey.triggers() for event in trigger.enters_with]
    per = journey.entry.per
    for event in entries:
        if per is not None and _lacks(event, per, build):
            message = f'"{event}" has no "{per}", so nobody enters with it.'
            bare = per.rpartition(".properties.")[2]
            remedy = f'Write "{bare}": it is a property of the entry. ' if bare != per else ""
            yield Problem("entry.per", ("entry", "per"), message, f"{remedy}{_instead(event, per)}", "warning")
    for part in parts(journey):
        match = getattr(part.model, "match", None)
        own = (part.model.event,) if isinstance(part.model, ListeningModel | Behaviour) else ()
        matched = part.events if part.place[:1] == ("trigger",) else entries
        said: set[Place] = set()
        for event, name, place in _read(match, own, matched):
            if place not in said and _lacks(event, name, build):
                said.add(place)
                message = f'"{event}" has no "{name}", so this never matches.'
                yield Problem("match.never", (*part.place, *place), message, _instead(event, name), "warning")


def _read(match: object, own: Sequence[str], entries: Sequence[str]) -> Iterator[tuple[str, str, Place]]:
    """Each event and the property of it that is compared, with the place of the key that names it."""
    if isinstance(match, str):
        yield from ((event, match, ("match",)) for event in (*own, *entries))
    elif isinstance(match, dict):
        for name, path in match.items():
            yield from ((event, name, ("match", name)) for event in own)
            root, _, rest = path.partition(".properties.")
            if root == "entry":
                yield from ((event, rest, ("match", name)) for event in entries)


def _lacks(event: str, name: str, build: Build) -> bool:
    """Whether the event is known not to have it. What looks misspelt, or never came, is said elsewhere."""
    name = name.split(".")[0]
    return (
        event in registry.EVENTS
        and name not in build.names.properties_of([event])
        and property_doubt(name, [event], build.names) is None
    )


def _instead(event: str, name: str) -> str:
    known = registry.EVENTS[event].properties
    listed = f"Known of it are {', '.join(known)}. " if known else ""
    return f'{listed}If the shop does send "{name}", leave it.'
