"""Journeys that make people enter each other, round and round."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from anlass.language.building import Build, Place, Problem
from anlass.language.checks.echoes import (
    Condition,
    Made,
    is_started_by_journeys,
    journeys_meant,
    made_at_once,
    started_by,
)
from anlass.language.checks.flow import endings_at_once, visits
from anlass.language.diagnostics import Severity
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.enrol import EnrolStep
from anlass.language.surroundings import Surroundings
from anlass.language.triggers import AnyTrigger

_REMEDY = 'Put a wait between, or write "entry": {"again": "after 7 days"}.'
_BY_ENROL = "by enrol"


@dataclass(frozen=True)
class _Edge:
    """A journey into which another one leads at once. `place`: of the step that does it, in the one that leads;
    `trigger`: of what hears of it, in the one that it leads to. `turns`: a condition on the person that becomes
    true, and has to become false again before it can do so twice.
    """

    target: str
    how: str
    place: Place | None = None
    trigger: Place | None = None
    turns: Condition | None = None
    is_sure: bool = False


class _Station:
    """A journey on the way."""

    def __init__(self, journey: JourneyFile) -> None:
        self.journey = journey
        self._build = Build()
        self._build.register(journey.steps, ("steps",))
        for position, out in enumerate(journey.exit):
            self._build.register(out.steps, ("exit", position, "steps"))

    @cached_property
    def is_open(self) -> bool:
        """Whether somebody who comes round without any time passing gets in again."""
        entry = self.journey.entry
        if entry.again not in (None, "always") or entry.per is not None:
            return False
        return entry.while_active == "restart" or bool(endings_at_once(self.journey, self._build))

    @cached_property
    def made(self) -> Made:
        return made_at_once(self.journey, self._build)

    @cached_property
    def enrols(self) -> list[_Edge]:
        """Those in the midst of other steps are for some, and not for sure."""
        at_once = [
            visit for visit in visits(self.journey, self._build) if visit.is_at_once and visit.place[0] == "steps"
        ]
        return [
            _Edge(each.step.enrol.journey, _BY_ENROL, (*each.place, "enrol", "journey"), is_sure=len(each.place) == 2)
            for each in at_once
            if isinstance(each.step, EnrolStep)
        ]


class _Map:
    """All journeys, as they lead to each other. `own`: the one that is looked at, as it stands in its file."""

    def __init__(self, own: JourneyFile, around: Surroundings) -> None:
        self._around = around
        self._stations: dict[str, _Station | None] = {own.id: _Station(own)}

    def station(self, id_: str) -> _Station | None:
        if id_ not in self._stations:
            journey = self._around.journey(id_)
            self._stations[id_] = _Station(journey) if journey is not None else None
        return self._stations[id_]

    @cached_property
    def _listening(self) -> Mapping[str | None, list[tuple[str, Place, AnyTrigger]]]:
        """The triggers that journeys alone can start, by the journey that they are about; None: by any."""
        found: dict[str | None, list[tuple[str, Place, AnyTrigger]]] = {}
        for id_ in dict.fromkeys((*self._stations, *self._around.journeys())):
            station = self.station(id_)
            for place, trigger in station.journey.triggers() if station is not None else ():
                if is_started_by_journeys(trigger):
                    for about in journeys_meant(trigger):
                        found.setdefault(about, []).append((id_, place, trigger))
        return found

    def leading(self, station: _Station, *, by_events: bool) -> Iterator[_Edge]:
        yield from station.enrols
        if not by_events:
            return
        for about in (station.journey.id, None):
            for id_, place, trigger in self._listening.get(about, ()):
                start = started_by(station.made, trigger, self._around)
                if start is not None:
                    yield _Edge(id_, start.how, start.place, (*place, start.key), start.turns)

    def way_back(self, to: str, edge: _Edge, *, by_events: bool) -> list[_Edge] | None:
        """The edges from this one until that journey, as few as possible; None if there is no way."""
        ways, seen = deque([[edge]]), {edge.target}
        while ways:
            way = ways.popleft()
            if way[-1].target == to:
                return way if self._turns_again(way) else None
            station = self.station(way[-1].target)
            for following in self.leading(station, by_events=by_events) if station and station.is_open else ():
                if following.target not in seen:
                    seen.add(following.target)
                    ways.append([*way, following])
        return None

    def _turns_again(self, way: list[_Edge]) -> bool:
        """Whether what became true on the way becomes false on it too, so that it can become true again."""
        stations = [station for each in way if (station := self.station(each.target)) is not None]
        turns = [each.turns.opposite for each in way if each.turns is not None]
        return all(any(station.made.turns(turn, self._around) for station in stations) for turn in turns)

    def ask_who(self, way: list[_Edge]) -> bool:
        """Whether a journey on the way lets only some enter."""
        return any(station.journey.who for each in way if (station := self.station(each.target)) is not None)


def endless_circles(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:  # noqa: ARG001
    """A way from a journey back to itself on which nobody ever waits, and no `entry.again` keeps anybody out."""
    journeys, here = _Map(journey, around), _Station(journey)
    if not here.is_open:
        return
    is_found = False
    for edge in here.enrols:
        way = journeys.way_back(journey.id, edge, by_events=False)
        if way is not None:
            is_found = True
            yield _by_enrols(journey.id, way, journeys)
    is_concerned = here.enrols or any(is_started_by_journeys(trigger) for _, trigger in journey.triggers())
    if is_found or not is_concerned:
        return
    for edge in journeys.leading(here, by_events=True):
        way = None if edge.target == journey.id else journeys.way_back(journey.id, edge, by_events=True)
        if way is not None:
            yield _by_events(journey.id, way)
            return  # those who go round in it go round in others too


def _by_enrols(id_: str, way: list[_Edge], journeys: _Map) -> Problem:
    named = " → ".join((id_, *(each.target for each in way))) if len(way) > 1 else "itself"
    message = f"This journey enters {named} at once, again and again, without end."
    is_sure = all(each.is_sure for each in way) and not journeys.ask_who(way)
    severity: Severity = "error" if is_sure else "warning"
    return Problem("journey.loop", way[0].place or ("steps",), message, _REMEDY, severity)


def _by_events(id_: str, way: list[_Edge]) -> Problem:
    first, last = way[0], way[-1]
    place = (first.place if first.how == _BY_ENROL else None) or last.trigger or first.place or ("steps",)
    named = " → ".join((id_, *(f"{each.target} ({each.how})" for each in way)))
    message = f"People can go round here without end, once a minute: {named}."
    return Problem("journey.loop", place, message, _REMEDY, "warning")
