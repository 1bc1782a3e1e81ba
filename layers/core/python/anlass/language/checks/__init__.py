"""What a well-formed journey can still get wrong. A check is a function in a file here and a line in `CHECKS`.

Checks look at the whole model and say what nobody can have meant; where a reasonable author may have, it is a
warning, and where several readings make sense, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from anlass.language.building import Build, Problem
from anlass.language.checks.branches import untaken_ways
from anlass.language.checks.comparable import comparable_fields
from anlass.language.checks.entering import told_apart
from anlass.language.checks.hasty import hasty_questions
from anlass.language.checks.heard import taken_events
from anlass.language.checks.idle import idle_parts
from anlass.language.checks.loops import self_starting
from anlass.language.checks.possible import impossible_conditions
from anlass.language.checks.sunset import careless_sunsets
from anlass.language.checks.times import long_times
from anlass.language.journey_file import JourneyFile

Check = Callable[[JourneyFile, Build], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    impossible_conditions,
    comparable_fields,
    untaken_ways,
    hasty_questions,
    taken_events,
    told_apart,
    long_times,
    idle_parts,
    careless_sunsets,
    self_starting,
)


def checked(journey: JourneyFile, build: Build) -> Iterator[Problem]:
    """Everything that the checks find."""
    for check in CHECKS:
        yield from check(journey, build)
