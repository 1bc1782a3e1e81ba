"""Exits, the goal and answers that another one always hears first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from anlass.language.building import Build, Place, Problem
from anlass.language.checks.clashes import clash
from anlass.language.checks.literals import both, ways
from anlass.language.checks.possible import kinds_at
from anlass.language.journey_file import JourneyFile
from anlass.language.listening import ListeningModel
from anlass.language.steps.wait_for import WaitForStep
from anlass.language.tree import steps

_CODE = "event.taken"


def taken_events(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """An event is taken once, and in this order: by the exits as they stand, by the goal, by a `wait_for`."""
    exits: list[tuple[Place, ListeningModel]] = [(("exit", position), out) for position, out in enumerate(journey.exit)]
    for (_, first), (place, second) in combinations(exits, 2):
        if takes(first, second, build):
            message = f'Nobody leaves here: the exit on "{first.event}" before it comes first.'
            yield Problem(_CODE, (*place, "event"), message, 'Put the exit with the narrower "where" first.')
    leaving: list[tuple[str, ListeningModel]] = [("exit", out) for _, out in exits]
    if journey.goal is not None and journey.goal.within is None:
        leaving.append(("goal", journey.goal))
    for place, step in steps(journey):
        if not isinstance(step, WaitForStep):
            continue
        answers = [((*place, "wait_for", "first_of", i), each) for i, each in enumerate(step.wait_for.first_of)]
        yield from _among_answers(answers, build)
        for at, answer in answers if place[0] == "steps" else ():
            what = next((what for what, other in leaving if takes(other, answer, build)), None)
            if what is not None:
                message = f'This answer never comes: the {what} on "{answer.event}" ends the journey first.'
                where = '"steps" of that exit' if what == "exit" else f'"steps" of an exit on "{answer.event}"'
                remedy = f"Put what is to happen then into the {where}, and take the answer out."
                yield Problem(_CODE, (*at, "event"), message, remedy)


def _among_answers(answers: Sequence[tuple[Place, ListeningModel]], build: Build) -> Iterator[Problem]:
    for (_, first), (at, second) in combinations(answers, 2):
        if takes(first, second, build):
            message = f'This answer never comes: one on "{first.event}" before it takes the event.'
            yield Problem(_CODE, (*at, "event"), message, 'Put the answer with the narrower "where" first.')


def takes(one: ListeningModel, other: ListeningModel, build: Build) -> bool:
    """Whether `one` hears whatever `other` would."""
    if one.event != other.event or (one.match is not None and one.match != other.match):
        return False
    if one.match is None and other.match is not None and other.event.startswith(_ABOUT_MESSAGES):
        return False  # without a match, events about the messages of other journeys do not count
    if one.where is None or repr(one.where) == repr(other.where):
        return True
    if other.where is None:
        return False
    kinds = kinds_at((one.event,), build)
    only_other = both(ways(other.where, ()), ways(one.where, (), is_true=False))
    return only_other is not None and all(clash(way, kinds) is not None for way in only_other)


_ABOUT_MESSAGES = ("Email", "SMS", "Push", "Message", "Button", "Unsubscribed")
