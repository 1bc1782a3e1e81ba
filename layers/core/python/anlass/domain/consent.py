"""Who may be written to: the current consent per channel, address and topic.

A shop's word never lifts what the person withdrew here; between equals the newest wins; in doubt, no.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

ALL_TOPICS = "*"
TRACKING = "@tracking"  # that opens and clicks are seen needs a consent of its own, which no other gives (§ 25 TDDDG)
ConsentStatus = Literal["granted", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement: this address, this topic (or all), yes or no, when and by whom."""

    address: str  # lower case
    topic: str
    status: ConsentStatus
    at: datetime
    by: Literal["shop", "person"]
    source: str  # where it was said: "identify", "unsubscribe link", …


@dataclass(frozen=True, slots=True)
class Consent:
    """The row CONSENT#<channel> of a profile."""

    profile: str
    channel: str
    version: int = 0
    grants: tuple[Grant, ...] = ()

    def allows(self, address: str, topic: str) -> bool:
        """Whether marketing on this topic may go to this address. The stricter of topic and `*` wins if withdrawn."""
        wanted = address.strip().lower()
        said = {g.topic: g.status for g in self.grants if g.address == wanted and g.topic in (topic, ALL_TOPICS)}
        return bool(said) and "withdrawn" not in said.values()

    def reaches(self, address: str) -> bool:
        """Whether marketing on any topic at all may go to this address."""
        return any(self.allows(address, topic) for topic in {g.topic for g in self.grants} - {TRACKING})

    def tracks(self, address: str) -> bool:
        """Whether opens and clicks of messages to this address may be seen."""
        wanted = address.strip().lower()
        said = [g.status for g in self.grants if g.address == wanted and g.topic == TRACKING]
        return bool(said) and "withdrawn" not in said and not self.denies(wanted, ALL_TOPICS)

    def denies(self, address: str, topic: str, by: Literal["shop", "person"] | None = None) -> bool:
        """Whether this very topic (or `*`) was withdrawn for this address, `by` anybody or by one of them."""
        said = (address.strip().lower(), topic, "withdrawn")
        return any((g.address, g.topic, g.status) == said and by in (None, g.by) for g in self.grants)

    def states(self, grant: Grant) -> Consent:
        """The consent after this statement; itself if the statement changes nothing."""
        grant = replace(grant, address=grant.address.strip().lower())
        same = [g for g in self.grants if (g.address, g.topic) == (grant.address, grant.topic)]
        if any(_outweighs(old, grant) for old in same):
            return self
        others = tuple(g for g in self.grants if g not in same)
        if grant.by == "person" and grant.topic == ALL_TOPICS:
            # "All" said by the person settles every single topic that was said before.
            others = tuple(g for g in others if g.address != grant.address or g.at >= grant.at)
        return replace(self, grants=(*others, grant))


def join_consents(one: Consent, other: Consent) -> Consent:
    """Two profiles become one: per address and topic the newest statement, a person's withdrawal first."""
    joined = one
    for grant in sorted(other.grants, key=lambda g: g.at):
        joined = joined.states(grant)
    return joined


def _outweighs(old: Grant, new: Grant) -> bool:
    """Whether the old statement stands against the new one, in whatever order the two arrived."""
    if old.by != new.by:
        person = old if old.by == "person" else new
        if person.status == "withdrawn" or old.status == new.status:
            return person is old  # nothing the shop says replaces it, not even the same word: that one it could lift
    elif old.status == new.status:
        # Said again: the first proof stays, and the last withdrawal: a grant from between may come late.
        return new.status == "granted" or new.at <= old.at
    return old.at > new.at or (old.at == new.at and old.status == "withdrawn")
