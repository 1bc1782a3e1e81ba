"""A condition as all the ways in which it can be true: each a list of single questions with the answer it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from anlass.language.building import Place
from anlass.language.conditions import AllOf, AnyOf, Behaviour, Clause, Compare, JourneyIs, MessageIs, Not

# Beyond these nothing is said: a check compares each question with each other, in every way.
MOST_WAYS = 256
LONGEST_WAY = 40


@dataclass(frozen=True)
class Literal:
    """One question and the answer that is needed; `place` is where it stands."""

    place: Place
    clause: Clause
    is_true: bool

    @cached_property
    def words(self) -> str:
        """The question as it is written: 1 and true are two, as they are not in Python."""
        return repr(self.clause)

    @cached_property
    def key(self) -> str:
        """Literals of the same key are about the same thing and can exclude each other."""
        match self.clause:
            case Compare(field=field):
                return f"field {field}"
            case MessageIs(message=step):
                return f"message {step}"
            case JourneyIs(journey=journey):
                return f"journey {journey}"
            case Behaviour(event=event, where=where, match=match):
                return f"event {event} {where!r} {match!r}"
            case _:
                return self.words


Way = tuple[Literal, ...]


def ways(clause: Clause, place: Place, *, is_true: bool = True) -> tuple[Way, ...] | None:
    """Every way in which the condition comes out as asked; none: it cannot. None: there are too many to look at."""
    match clause:
        case AllOf(all=several):
            return _joined([((*place, "all", i), each) for i, each in enumerate(several)], is_true, every=is_true)
        case AnyOf(any=several):
            return _joined([((*place, "any", i), each) for i, each in enumerate(several)], is_true, every=not is_true)
        case Not(not_=inner):
            return ways(inner, (*place, "not"), is_true=not is_true)
        case _:
            return ((Literal(place, clause, is_true),),)


def both(one: tuple[Way, ...] | None, other: tuple[Way, ...] | None) -> tuple[Way, ...] | None:
    """The ways in which two conditions are as asked at once."""
    if one is None or other is None or len(one) * len(other) > MOST_WAYS:
        return None
    if _longest(one) + _longest(other) > LONGEST_WAY:
        return None
    return tuple((*first, *second) for first, second in product(one, other))


def _longest(found: tuple[Way, ...]) -> int:
    return max(map(len, found), default=0)


def _joined(several: Sequence[tuple[Place, Clause]], is_true: bool, *, every: bool) -> tuple[Way, ...] | None:
    found: tuple[Way, ...] | None = ((),) if every else ()
    for place, clause in several:
        own = ways(clause, place, is_true=is_true)
        if every:
            found = both(found, own)
        elif found is not None:
            found = None if own is None or len(found) + len(own) > MOST_WAYS else (*found, *own)
    return found
