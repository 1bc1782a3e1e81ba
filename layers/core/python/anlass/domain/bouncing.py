"""When a mailbox that refuses for now has refused often enough.

A full mailbox may be emptied, so one soft bounce says little; three on three days within a month, and nothing that
arrived in between, say that nobody reads there any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

DAYS = 3  # with a soft bounce
WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Bounces:
    """The row BOUNCES#<channel> of an address: at most one time for each of the last days (UTC) with a soft bounce."""

    address_hash: str
    channel: str
    version: int = 0
    times: tuple[datetime, ...] = ()  # oldest first

    def bounced(self, at: datetime) -> Bounces:
        """After one more; itself on a day that has one already. Reports come in any order."""
        if any(known.date() == at.date() for known in self.times):
            return self
        times = sorted((*self.times, at))
        return replace(self, times=tuple(known for known in times if times[-1] - known <= WITHIN)[-DAYS:])

    def delivered(self, at: datetime) -> Bounces:
        """After something arrived: what was refused before says nothing any more."""
        times = tuple(known for known in self.times if known > at)
        return self if times == self.times else replace(self, times=times)

    @property
    def is_enough(self) -> bool:
        """Nothing more should go there."""
        return len(self.times) >= DAYS
