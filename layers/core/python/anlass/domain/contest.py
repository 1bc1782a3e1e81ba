"""Which way of a split does better: how many went each way, how many of them reached the goal, and who has won.

Everybody who goes a way while nobody has won is counted, in rows that the advance writes with its own commit: exact,
whatever is repeated. Several rows share the counting, since a row takes few transactions at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

SHARES = 8  # rows that share the counting of one contest

Counted = Literal["entered", "reached"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What one row has counted, or all of them together: people by variant. `since`: when the first one came."""

    since: datetime | None = None
    entered: Mapping[str, int] = field(default_factory=dict)
    reached: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Winner:
    """Everybody who comes goes this way from now on."""

    variant: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contest stands."""

    tally: Tally = Tally()
    winner: Winner | None = None


@dataclass(frozen=True, slots=True)
class Contest:
    """`id` changes with the variants: what was counted of others says nothing about these."""

    id: str
    variants: tuple[str, ...]
    after: timedelta  # since the first one came
    at_least: int  # people, all variants together

    def winner(self, tally: Tally, now: datetime) -> str | None:
        """The variant of whose people the greatest share reached the goal; None: too early, or two are equal."""
        if tally.since is None or now < tally.since + self.after:
            return None
        went = [tally.entered.get(variant, 0) for variant in self.variants]
        if sum(went) < self.at_least or not all(went):
            return None
        rates = {v: Fraction(tally.reached.get(v, 0), n) for v, n in zip(self.variants, went, strict=True)}
        best = max(rates.values())
        ahead = [variant for variant, rate in rates.items() if rate == best]
        return ahead[0] if len(ahead) == 1 else None


def share_of(enrolment: str) -> int:
    """The row that counts this one."""
    return zlib.crc32(enrolment.encode()) % SHARES


def together(tallies: Iterable[Tally]) -> Tally:
    """What several rows have counted."""
    since: datetime | None = None
    entered: dict[str, int] = {}
    reached: dict[str, int] = {}
    for tally in tallies:
        since = min((at for at in (since, tally.since) if at is not None), default=None)
        for all_, own in ((entered, tally.entered), (reached, tally.reached)):
            for variant, number in own.items():
                all_[variant] = all_.get(variant, 0) + number
    return Tally(since, entered, reached)
