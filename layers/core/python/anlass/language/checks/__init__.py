"""What a well-formed file can still get wrong. A check is a function in a file here and a line below.

Checks look at the whole model and say what nobody can have meant; where a reasonable author may have, it is a
warning, and where several readings make sense, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import BaseModel

from anlass.language.building import Build, Problem
from anlass.language.checks.bounded import strange_bounds
from anlass.language.checks.branches import untaken_ways
from anlass.language.checks.circles import endless_circles
from anlass.language.checks.comparable import comparable_fields
from anlass.language.checks.contests import undecided_contests
from anlass.language.checks.dated import dated_waits
from anlass.language.checks.entering import told_apart
from anlass.language.checks.eventless import eventless_entries
from anlass.language.checks.goals import goals_beside_exits
from anlass.language.checks.hasty import hasty_questions
from anlass.language.checks.heard import taken_events
from anlass.language.checks.idle import idle_journeys, idle_waits
from anlass.language.checks.loops import self_starting
from anlass.language.checks.moments import missed_moments
from anlass.language.checks.named import named_journeys
from anlass.language.checks.often import foreign_ends, frequent_entries
from anlass.language.checks.past import past_schedules
from anlass.language.checks.possible import impossible_conditions
from anlass.language.checks.purposes import purposes
from anlass.language.checks.spelling import spelt_places
from anlass.language.checks.sunset import careless_sunsets
from anlass.language.checks.times import long_memories, long_waits, waits_together
from anlass.language.checks.trying import entered_by_nobody
from anlass.language.checks.unconfirmed import unconfirmed
from anlass.language.checks.unproven import unproven_consents
from anlass.language.journey_file import JourneyFile
from anlass.language.surroundings import Surroundings

CheckOfConditions = Callable[[BaseModel, Build], Iterator[Problem]]
Check = Callable[[JourneyFile, Build], Iterator[Problem]]
CheckAround = Callable[[JourneyFile, Build, Surroundings], Iterator[Problem]]

CHECKS_OF_CONDITIONS: tuple[CheckOfConditions, ...] = (
    impossible_conditions,
    comparable_fields,
    spelt_places,
    long_memories,
)
CHECKS: tuple[Check, ...] = (
    untaken_ways,
    hasty_questions,
    taken_events,
    goals_beside_exits,
    told_apart,
    frequent_entries,
    foreign_ends,
    long_waits,
    waits_together,
    dated_waits,
    strange_bounds,
    eventless_entries,
    idle_journeys,
    undecided_contests,
    careless_sunsets,
    self_starting,
    missed_moments,
    unproven_consents,
)
CHECKS_AROUND: tuple[CheckAround, ...] = (
    endless_circles,
    purposes,
    idle_waits,
    past_schedules,
    entered_by_nobody,
    named_journeys,
    unconfirmed,
)


def checked(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:
    """Everything that the checks find. `build` has the ids of the journey's steps."""
    yield from checked_conditions(journey, build)
    for check in CHECKS:
        yield from check(journey, build)
    for check_around in CHECKS_AROUND:
        yield from check_around(journey, build, around)


def checked_conditions(model: BaseModel, build: Build) -> Iterator[Problem]:
    """What they find in the conditions of any file."""
    for check in CHECKS_OF_CONDITIONS:
        yield from check(model, build)
