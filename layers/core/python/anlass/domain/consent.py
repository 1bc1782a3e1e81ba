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
        """On what ground marketing on this topic may go to this address; None: on none. The stricter of topic and `*`
        wins, but for a topic that the person asked for again after they had said no to all.
        """
        own, general = self._said(address, topic), self._said(address, ALL_TOPICS)
        said = own or general
        if said is None or said.status == "withdrawn" or (own is not None and _overruled(own, general)):
            return None
        # A new address is no new person: what they said no to at another one, the shop does not open at this one.
        return None if said.by == "shop" and self._refused(topic) else said.basis

    def _refused(self, topic: str) -> bool:
        """Whether the person themselves said no to the topic, at whatever address."""
        return any(g.by == "person" and g.status == "withdrawn" and g.topic in (topic, ALL_TOPICS) for g in self.grants)

    def reaches(self, address: str) -> bool:
        """Whether marketing on any topic at all may go to this address."""
        return any(self.allows(address, topic) for topic in {g.topic for g in self.grants} - {TRACKING})

    def tracks(self, address: str) -> bool:
        """Whether opens and clicks of messages to this address may be seen."""
        said = self._said(address, TRACKING)
        return said is not None and said.status == "granted" and not _overruled(said, self._said(address, ALL_TOPICS))

    def _said(self, address: str, topic: str) -> Grant | None:
        wanted = (address.strip().lower(), topic)
        return next((g for g in self.grants if (g.address, g.topic) == wanted), None)

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
    """Two profiles become one: per address and topic the newest statement, a person's withdrawal first; and the longer
    pause.
    """
    joined = one
    for grant in sorted(other.grants, key=lambda g: g.at):
        joined = joined.states(grant)
    paused = [until for until in (one.paused_until, other.paused_until) if until is not None]
    weekly = one.at_most_weekly or other.at_most_weekly
    return replace(joined, paused_until=max(paused, default=None), at_most_weekly=weekly)


def _overruled(own: Grant, general: Grant | None) -> bool:
    """Whether a no to everything stands against a yes to one topic. Who asks again for a topic means that one."""
    if general is None or general.status == "granted":
        return False
    return own.by != "person" or own.at <= general.at


def _outweighs(old: Grant, new: Grant) -> bool:
    """Whether the old statement stands against the new one, in whatever order the two arrived."""
    if old.basis != new.basis:  # a sale lifts no objection and replaces no consent, whichever came first
        return new.basis == "existing-customer"
    if old.by != new.by:
        person = old if old.by == "person" else new
        if person.status == "withdrawn" or old.status == new.status:
            return person is old  # nothing the shop says replaces it, not even the same word: that one it could lift
    elif old.status == new.status:
        # Said again: the first proof stays, and the last withdrawal: a grant from between may come late.
        return new.status == "granted" or new.at <= old.at
    return old.at > new.at or (old.at == new.at and old.status == "withdrawn")
