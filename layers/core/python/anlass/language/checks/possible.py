"""Conditions that can never be true, alternatives in them that help nobody, and questions that everybody answers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pydantic import BaseModel

from anlass.language.building import Build, Place, Problem
from anlass.language.checks.clashes import KindOf, clash
from anlass.language.checks.kinds import kind_of
from anlass.language.checks.literals import Literal, Way, ways
from anlass.language.checks.wording import said
from anlass.language.conditions import Compare
from anlass.language.tree import Question, questions

_REMEDY = 'Take one of them out, or put both into "any".'


def impossible_conditions(model: BaseModel, build: Build) -> Iterator[Problem]:
    """Looks at each condition by itself, wherever it stands."""
    for question in questions(model):
        yield from _examined(question, kinds_at(question.events, build))


def kinds_at(events: tuple[str, ...], build: Build) -> KindOf:
    """What is known of fields where `event.*` is one of these."""
    entry_events = tuple(dict.fromkeys(build.entry_events))
    return partial(kind_of, events=events, entry_events=entry_events, names=build.names)


def _examined(question: Question, kinds: KindOf) -> Iterator[Problem]:
    found = ways(question.clause, question.place)
    if found is None:
        return
    clashes = [clash(way, kinds) for way in found]
    dead = [(way, one) for way, one in zip(found, clashes, strict=True) if one is not None]
    if dead and len(dead) == len(found):
        yield _impossible(dead[0][1], many=len(found) > 1, place=question.place)
        return
    yield from _useless(found, dead)
    against = ways(question.clause, question.place, is_true=False)
    if against is not None and all(clash(way, kinds) is not None for way in against):
        message = "This is always true."
        remedy = "Leave it out, or correct it: most likely something else was meant."
        yield Problem("condition.always", question.place, message, remedy, "warning")


def _impossible(literals: tuple[Literal, ...], *, many: bool, place: Place) -> Problem:
    where = place if many else literals[-1].place
    if len(literals) == 1:
        message = f"This can never be true: {said(literals[0])}."
        return Problem("condition.impossible", where, message, "Correct it, or take it out.")
    message = f"This can never be true: {' and '.join(said(each) for each in literals)} exclude each other."
    return Problem("condition.impossible", where, message, _REMEDY if many else _remedy(literals))


def _remedy(literals: tuple[Literal, ...]) -> str:
    compared = [each.clause for each in literals if isinstance(each.clause, Compare)]
    if len(compared) == len(literals) and all(
        each.is_true and literal.op in ("eq", "in") for each, literal in zip(literals, compared, strict=True)
    ):
        values = [v for each in compared for v in (each.value if isinstance(each.value, list) else [each.value])]
        listed = ", ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in dict.fromkeys(values))
        return f'For one of several values write {{"field": "{compared[0].field}", "op": "in", "value": [{listed}]}}.'
    if any(each.op == "exists" for each in compared):
        return 'A comparison is only true of what is there: put both into "any", or take one of them out.'
    return _REMEDY


def _useless(found: tuple[Way, ...], dead: list[tuple[Way, tuple[Literal, ...]]]) -> Iterator[Problem]:
    """An alternative that is in none of the ways that are left."""
    left = {literal.place for way in found if way not in [each for each, _ in dead] for literal in way}
    said_already: set[Place] = set()
    for way, literals in dead:
        for literal in literals[::-1]:
            if literal.place not in left and not said_already & {each.place for each in way}:
                others = " and ".join(said(each) for each in literals if each is not literal)
                beside = f" beside {others}" if others else ""
                message = f"This alternative is never true{beside}: {said(literal)}."
                said_already.add(literal.place)
                yield Problem("condition.impossible", literal.place, message, "Take it out, or correct it.", "warning")
                break
