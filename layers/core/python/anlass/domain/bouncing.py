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
    """The row BOUNCES#<channel> of an address: for each of the last days (UTC) with a soft bounce the time of its last
    one. Nothing older than what was delivered: reports come in any order.
    """

    address_hash: str
    channel: str
    version: int = 0
    times: tuple[datetime, ...] = ()  # oldest first
    delivered_at: datetime | None = None  # the last time

    def bounced(self, at: datetime) -> Bounces:
        """After one more; itself where something arrived since, or a later one of that day is known."""
        if self.delivered_at is not None and at <= self.delivered_at:
            return self
        if any(known.date() == at.date() and known >= at for known in self.times):
            return self
        times = sorted((*(known for known in self.times if known.date() != at.date()), at))
        return replace(self, times=tuple(known for known in times if times[-1] - known <= WITHIN)[-DAYS:])

    def delivered(self, at: datetime) -> Bounces:
        """After something arrived: what was refused before says nothing any more."""
        if self.delivered_at is not None and at <= self.delivered_at:
            return self
        return replace(self, times=tuple(known for known in self.times if known > at), delivered_at=at)

    @property
    def is_enough(self) -> bool:
        """Nothing more should go there."""
        return len(self.times) >= DAYS
