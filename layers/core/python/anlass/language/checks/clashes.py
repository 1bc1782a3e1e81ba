"""Whether single questions can all have the answers that are needed. Says no only where it is certain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import combinations

from anlass.domain.comparing import Operator
from anlass.domain.duration import LONGEST, parse_duration
from anlass.language.checks.bounds import values_fit
from anlass.language.checks.kinds import Kind
from anlass.language.checks.literals import Literal, Way
from anlass.language.conditions import Behaviour, Compare, JourneyIs, MessageIs

KindOf = Callable[[str], Kind | None]  # of a field

# States of one message that exclude each other; those that are known only of a message that arrived.
_EXCLUSIVE = (
    *(("opened", "not_opened"), ("clicked", "not_clicked")),
    *(("skipped", other) for other in ("sent", "delivered", "opened", "not_opened", "clicked", "not_clicked")),
)
_ARRIVED = ("not_opened", "not_clicked")
_OPPOSITE: dict[Operator, Operator] = {"eq": "ne", "ne": "eq", "gt": "lte", "gte": "lt", "lt": "gte", "lte": "gt"}


def clash(way: Way, kind_of: KindOf) -> tuple[Literal, ...] | None:
    """The literals, as few as possible, that exclude each other; None if none are known to."""
    for several in _by_key(way):
        for size in (1, 2, len(several)):
            for chosen in combinations(several, min(size, len(several))):
                if not _fit(chosen, kind_of):
                    return chosen
    return None


def _by_key(way: Way) -> list[list[Literal]]:
    found: dict[str, list[Literal]] = {}
    for literal in way:
        found.setdefault(literal.key, []).append(literal)
    return list(found.values())


def _fit(literals: Sequence[Literal], kind_of: KindOf) -> bool:
    for one, other in combinations(literals, 2):
        if one.is_true != other.is_true and one.words == other.words:
            return False
    match literals[0].clause:
        case Compare(field=field):
            tests = [(each.clause, each.is_true) for each in literals if isinstance(each.clause, Compare)]
            return values_fit(tests, kind_of(field))
        case MessageIs():
            return _states_fit(literals)
        case JourneyIs():
            states = {each.clause.is_ for each in literals if isinstance(each.clause, JourneyIs) and each.is_true}
            return len(states) < 2  # who is in it has not left it
        case Behaviour():
            return _counts_fit([each for each in literals if isinstance(each.clause, Behaviour)])
        case _:
            return True


def _states_fit(literals: Sequence[Literal]) -> bool:
    asked = [(each.clause.is_, each.is_true) for each in literals if isinstance(each.clause, MessageIs)]
    states = {state for state, is_true in asked if is_true}
    if any(one in states and other in states for one, other in _EXCLUSIVE):
        return False
    return not (("delivered", False) in asked and states.intersection(_ARRIVED))


def _counts_fit(literals: Sequence[Literal]) -> bool:
    """In a shorter time nothing can happen more often than in a longer one around it."""
    ranges = [found for each in literals if (found := _range(each)) is not None]
    for least, most, _ in ranges:
        if least > most:
            return False
    return all(least <= most for least, _, short in ranges for _, most, long in ranges if short <= long)


def _range(literal: Literal) -> tuple[float, float, timedelta] | None:
    """At least, at most, within. None if it is no range."""
    clause = literal.clause
    if not isinstance(clause, Behaviour):
        return None
    within = parse_duration(clause.within) if clause.within else LONGEST
    bounds = clause.count.bounds()
    if not literal.is_true:
        if len(bounds) > 1:
            return None
        bounds = ((_OPPOSITE[bounds[0][0]], bounds[0][1]),)
    least, most = 0.0, float("inf")
    for op, number in bounds:
        low, high = _limits(op, number)
        least, most = max(least, low), min(most, high)
    excluded = {number for op, number in bounds if op == "ne"}
    while least in excluded:
        least += 1
    return (least, most, within)


def _limits(op: str, number: float) -> tuple[float, float]:
    match op:
        case "eq":
            return number, number
        case "gt":
            return number + 1, float("inf")
        case "gte":
            return number, float("inf")
        case "lt":
            return 0, number - 1
        case "lte":
            return 0, number
        case _:
            return 0, float("inf")
