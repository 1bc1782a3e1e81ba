"""Branches: ways that nobody can take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anlass.language.building import Build, Place, Problem
from anlass.language.checks.clashes import KindOf, clash
from anlass.language.checks.literals import Way, both, ways
from anlass.language.checks.possible import kinds_at
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.branch import BranchStep, Else, When
from anlass.language.tree import steps


def untaken_ways(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """Paths for whose people an earlier path of the same branch is always there."""
    for place, step in steps(journey):
        if isinstance(step, BranchStep):
            yield from _untaken((*place, "branch"), step, build)


def _untaken(place: Place, step: BranchStep, build: Build) -> Iterator[Problem]:
    kinds = kinds_at((), build)
    whens = [(i, path) for i, path in enumerate(step.branch) if isinstance(path, When)]
    left: tuple[Way, ...] | None = ((),)  # how somebody can have come past all paths so far
    for number, (position, path) in enumerate(whens):
        at = (*place, position, "when")
        here = ways(path.when, at)
        if here is not None and _is_possible(here, kinds) and not _is_possible(both(left, here), kinds):
            yield _untaken_path(at, path, whens[:number], place, kinds)
        left = both(left, ways(path.when, at, is_true=False))
    last = step.branch[-1]
    if isinstance(last, Else) and last.else_ and not _is_possible(left, kinds):
        message = "Nobody comes here: one of the paths before it is true of everybody."
        at = (*place, len(step.branch) - 1, "else")
        yield Problem("branch.untaken", at, message, "Correct their conditions, or take the else out.", "warning")


def _untaken_path(at: Place, path: When, before: Sequence[tuple[int, When]], place: Place, kinds: KindOf) -> Problem:
    here = ways(path.when, at)
    for position, other in before:
        passed = ways(other.when, (*place, position, "when"), is_true=False)
        if not _is_possible(both(passed, here), kinds):
            is_same = repr(other.when) == repr(path.when)
            what = "the same condition" if is_same else "a condition that takes all of them"
            message = f"Nobody comes here: path {position + 1} has {what}, and the first one wins."
            remedy = "Take it out." if is_same else f"Put it before path {position + 1}."
            return Problem("branch.untaken", at, message, remedy)
    message = "Nobody comes here: the paths before it take all of them together, and the first one wins."
    return Problem("branch.untaken", at, message, "Put it first, or correct the conditions.")


def _is_possible(found: tuple[Way, ...] | None, kinds: KindOf) -> bool:
    """Where there are too many ways to look at, it may be."""
    return found is None or any(clash(way, kinds) is None for way in found)
