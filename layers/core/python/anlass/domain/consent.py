"""Who may be written to: the current consent per channel, address and topic.

A shop's word never lifts what the person withdrew; between two words of one speaker the newest wins; in doubt, no.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

ALL_TOPICS = "*"
TRACKING = "@tracking"  # that opens and clicks are seen needs a consent of its own, which no other gives (§ 25 TDDDG)
ConsentStatus = Literal["granted", "withdrawn"]
Basis = Literal["consent", "existing-customer"]  # the latter: § 7 (3) UWG, own similar goods after a sale


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement: this address, this topic (or all), yes or no, when and by whom."""

    address: str  # lower case
    topic: str
    status: ConsentStatus
    at: datetime
    by: Literal["shop", "person"]
    source: str  # where it was said: "identify", "unsubscribe link", …
    basis: Basis = "consent"


@dataclass(frozen=True, slots=True)
class Consent:
    """The row CONSENT#<channel> of a profile."""

    profile: str
    channel: str
    version: int = 0
    grants: tuple[Grant, ...] = ()
    paused_until: datetime | None = None  # no marketing before, by the person's own wish
    at_most_weekly: bool = False  # likewise: fewer messages

    def allows(self, address: str, topic: str) -> bool:
        """Whether marketing on this topic may go to this address."""
        return self.basis(address, topic) is not None

    def basis(self, address: str, topic: str) -> Basis | None:
        """On what ground marketing on this topic may go to this address; None: on none."""
        said = self.deciding(address, topic)
        return said.basis if said is not None and said.status == "granted" else None

    def deciding(self, address: str, topic: str) -> Grant | None:
        """The statement that decides about a topic at an address. None: nothing was said of it there, which is a no.

        A no of the person is theirs and holds at every address that they have; a no of the shop is one about this
        address. A yes of the person stands if it is newer than both; one of the shop where there is no no.
        """
        return self._deciding(address, (topic, ALL_TOPICS), (topic, ALL_TOPICS))

    def reaches(self, address: str) -> bool:
        """Whether marketing on any topic at all may go to this address."""
        return any(self.allows(address, topic) for topic in {g.topic for g in self.grants} - {TRACKING})

    def tracks(self, address: str) -> bool:
        """Whether opens and clicks of messages to this address may be seen."""
        said = self._deciding(address, (TRACKING,), (TRACKING, ALL_TOPICS))
        return said is not None and said.status == "granted"

    def _deciding(self, address: str, open_: tuple[str, ...], close: tuple[str, ...]) -> Grant | None:
        """`open_`: topics whose yes counts, `close`: topics whose no counts."""
        here = address.strip().lower()
        yes = [g for g in self.grants if g.address == here and g.topic in open_ and g.status == "granted"]
        no = [
            g
            for g in self.grants
            if g.topic in close and g.status == "withdrawn" and (g.by == "person" or g.address == here)
        ]
        last_no = max(no, key=lambda g: g.at, default=None)
        own = max((g for g in yes if g.by == "person"), key=lambda g: g.at, default=None)
        if own is not None and (last_no is None or own.at > last_no.at):
            return own
        # A sale (§ 7 (3) UWG) is a ground only where there is no consent.
        return last_no or max(yes, key=lambda g: (g.basis == "consent", g.at), default=None)

    def denies(self, address: str, topic: str, by: Literal["shop", "person"] | None = None) -> bool:
        """Whether this very topic (or `*`) was withdrawn for this address, `by` anybody or by one of them."""
        said = (address.strip().lower(), topic, "withdrawn")
        return any((g.address, g.topic, g.status) == said and by in (None, g.by) for g in self.grants)

    def states(self, grant: Grant) -> Consent:
        """The consent after this statement; itself if the statement changes nothing.

        The shop and the person are heard apart, and of each what they said last of an address and a topic is kept: so
        it does not matter in what order their words arrive; but for a no of the shop that comes after a yes that it had
        said again since: the shop's lists repeat themselves, and only the first yes is kept. It counts, as in doubt.
        """
        grant = replace(grant, address=grant.address.strip().lower())
        if any(_settles(old, grant) for old in self.grants):
            return self
        return replace(self, grants=(*(old for old in self.grants if not _settles(grant, old)), grant))


def join_consents(one: Consent, other: Consent) -> Consent:
    """Two profiles become one: per address and topic the newest statement, a person's withdrawal first; and the longer
    pause.
    """
    joined = one
    for grant in sorted(other.grants, key=lambda g: g.at):
        joined = joined.states(grant)
    paused = [until for until in (one.paused_until, other.paused_until) if until is not None]
    weekly = one.at_most_weekly or other.at_most_weekly
    return replace(joined, paused_until=max(paused, default=None), at_most_weekly=weekly)


def _settles(one: Grant, other: Grant) -> bool:
    """Whether nothing is left of the other statement beside this one, in whatever order the two arrived."""
    if (one.address, one.by, one.basis) != (other.address, other.by, other.basis):
        return False
    if one.topic == other.topic and one.status == other.status:
        # The shop's lists say the same every night: of a yes the first proof stays, of a no when it was said last.
        return one.at <= other.at if one.by == "shop" and one.status == "granted" else one.at >= other.at
    # "All" said by the person settles every single topic that was said before.
    covers = one.topic == other.topic or (one.by == "person" and one.topic == ALL_TOPICS)
    return covers and (one.at > other.at or (one.at == other.at and one.status == "withdrawn"))
