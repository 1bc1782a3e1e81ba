"""What a journey makes by itself, and which triggers hear of it: nobody does anything, and the next journey starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from anlass.domain import condition as domain
from anlass.domain.condition import compile_condition
from anlass.domain.registry import trait_name
from anlass.language.building import Build, Place
from anlass.language.checks.clashes import clash
from anlass.language.checks.flow import endings_at_once, visits
from anlass.language.checks.kinds import Kind
from anlass.language.checks.literals import Literal, both, ways
from anlass.language.conditions import AllOf, BelongsTo, Clause, Compare
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.update import UpdateStep, Updating
from anlass.language.surroundings import Surroundings
from anlass.language.triggers import AnyTrigger
from anlass.language.triggers.event import EventModel
from anlass.language.triggers.segment import EVENTS as OF_SEGMENTS
from anlass.language.triggers.segment import SegmentModel
from anlass.language.triggers.threshold import ThresholdModel

# What we report of ourselves when a journey runs, and of its messages without anybody doing anything.
OF_JOURNEYS = ("Journey Entered", "Journey Finished")
OF_MESSAGES = ("Email Sent", "Email Delivered", "SMS Sent", "SMS Delivered", "Push Sent", "Message Skipped")
_DEEPEST = 5  # segments in segments


@dataclass(frozen=True)
class Condition:
    """Something that is true of a person, or that is not."""

    clause: Clause
    is_true: bool

    @property
    def opposite(self) -> Condition:
        return replace(self, is_true=not self.is_true)


@dataclass(frozen=True)
class Start:
    """How a trigger comes to hear of it. `key`: of the trigger; `place`: of the step in the journey that makes it."""

    how: str
    key: str
    place: Place | None = None
    turns: Condition | None = None


@dataclass(frozen=True)
class Made:
    """By a journey, in the moment in which somebody enters it. `outcomes`: with which it is over at once."""

    journey: str
    outcomes: tuple[str, ...]
    sends: tuple[str, ...]
    updates: tuple[tuple[Place, Updating], ...]

    def turns(self, condition: Condition, around: Surroundings) -> Place | None:
        """The step that makes the condition come out so; None if none does."""
        return next((place for place, update in self.updates if _turns(update, condition, around)), None)


def made_at_once(journey: JourneyFile, build: Build) -> Made:
    at_once = [visit for visit in visits(journey, build) if visit.is_at_once and visit.place[0] == "steps"]
    sends = tuple(build.ids[visit.place] for visit in at_once if visit.step.kind() == "send")
    updates = tuple(
        ((*visit.place, "update"), visit.step.update) for visit in at_once if isinstance(visit.step, UpdateStep)
    )
    return Made(journey.id, tuple(sorted(endings_at_once(journey, build))), sends, updates)


def is_started_by_journeys(trigger: AnyTrigger) -> bool:
    """Whether that can be without anybody doing anything."""
    if isinstance(trigger, EventModel):
        return trigger.event in (*OF_JOURNEYS, *OF_MESSAGES, *OF_SEGMENTS.values())
    return isinstance(trigger, SegmentModel | ThresholdModel)


def journeys_meant(trigger: AnyTrigger) -> Sequence[str | None]:
    """The journeys whose events a trigger asks for by name; None alone if it may be any."""
    named = _meant(trigger.where) if isinstance(trigger, EventModel) and trigger.where is not None else None
    return (None,) if named is None else named


def _meant(where: Clause) -> Sequence[str] | None:
    match where:
        case Compare(field="event.properties.journey", op="eq", value=str() as journey):
            return (journey,)
        case Compare(field="event.properties.journey", op="in", value=list() as several):
            return [str(each) for each in several]
        case AllOf(all=several):
            return next((found for each in several if (found := _meant(each)) is not None), None)
        case _:
            return None


def started_by(made: Made, trigger: AnyTrigger, around: Surroundings) -> Start | None:
    """How the trigger hears of what was made; None if it does not."""
    match trigger:
        case EventModel(event=event, where=where):
            if hears(made, event, where):
                return Start(f"on {event}", "event")
            change = next((change for change, name in OF_SEGMENTS.items() if name == event), None)
            if change is None or not isinstance(where, Compare) or where.op != "eq":
                return None
            return _of_segment(made, str(where.value), change, "where", around)
        case SegmentModel(segment=segment, change=change):
            return _of_segment(made, segment, change, "segment", around)
        case ThresholdModel(metric=metric, reaches=reaches, falls_below=below):
            rises = below is None
            compared = Compare(field=metric, op="gte" if rises else "lt", value=reaches if rises else below)
            turned = Condition(compared, is_true=True)
            return _turned(made, turned, Start(f"on the threshold of {metric}", "metric"), around)
        case _:
            return None


def _of_segment(made: Made, segment: str, change: str, key: str, around: Surroundings) -> Start | None:
    who = around.segment(segment)
    if who is None:
        return None
    return _turned(made, Condition(who, change == "entered"), Start(f"on {OF_SEGMENTS[change]} {segment}", key), around)


def _turned(made: Made, condition: Condition, start: Start, around: Surroundings) -> Start | None:
    place = made.turns(condition, around)
    return replace(start, place=place, turns=condition) if place is not None else None


def hears(made: Made, event: str, where: Clause | None) -> bool:
    """Whether an event of the journey itself, or of its messages, passes."""
    own: dict[str, Iterable[str]] = {"event.properties.journey": [made.journey]}
    if event == "Journey Finished":
        own["event.properties.outcome"] = made.outcomes
    elif event in OF_MESSAGES:
        own["event.properties.step"] = made.sends
    elif event != "Journey Entered":
        return False
    if not all(own.values()):
        return False
    mine = tuple(Literal((), Compare(field=field, op="in", value=[*value]), True) for field, value in own.items())
    wanted = ways(where, ()) if where is not None else ((),)
    return any(clash(way, _unknown) is None for way in both((mine,), wanted) or ())


def _unknown(field: str) -> Kind | None:  # noqa: ARG001  # of no field is anything known here
    return None


def _turns(update: Updating, condition: Condition, around: Surroundings, depth: int = 0) -> bool:
    """Whether the update can be what makes the condition come out so."""
    for way in ways(condition.clause, (), is_true=condition.is_true) or ():
        for literal in way:
            if isinstance(literal.clause, Compare):
                if literal.is_true in _answers(update, literal.clause):
                    return True
            elif isinstance(literal.clause, BelongsTo) and depth < _DEEPEST:
                who = around.segment(literal.clause.segment)
                if who is not None and _turns(update, Condition(who, literal.is_true), around, depth + 1):
                    return True
    return False


def _answers(update: Updating, compare: Compare) -> tuple[bool, ...]:
    """What the comparison can come out as because of the update; nothing if that does not touch the field."""
    if compare.field == "profile.tags":
        tags = [(tag, True) for tag in update.add_tags] + [(tag, False) for tag in update.remove_tags]
        return tuple(there for tag, there in tags if compare.op == "contains" and compare.value == tag)
    for name, value in update.set.items():
        trait = trait_name(name)
        if compare.field == f"profile.{trait}":
            if isinstance(value, str) and "{" in value:
                return (True, False)
            return (_holds(compare, trait, value),)
    return ()


def _holds(compare: Compare, trait: str, value: Any) -> bool:
    wanted = True if compare.value is None else compare.value
    return compile_condition(domain.Compare(compare.field, compare.op, wanted)).test({"profile": {trait: value}})
