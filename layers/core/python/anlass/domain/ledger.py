"""The consent ledger: what was said about who may write to whom, word for word and for good.

Nothing in it is changed or taken back: the current state (`consent.py`) is what follows from all of it. It is the proof
that § 7 UWG and Art. 7 GDPR ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from anlass.domain.consent import TRACKING, Consent, Grant
from anlass.domain.ids import event_id

Act = Literal["granted", "confirmed", "withdrawn", "objected", "existing-customer"]
ConsentPurpose = Literal["marketing", "tracking"]


@dataclass(frozen=True, slots=True)
class Statement:
    """The row LEDGER#<id>: one word about one address, channel, topic (or all, "*") and purpose.

    `granted`: the shop vouches for it, or somebody says so whose address is proven; `confirmed`: by double opt-in;
    `existing-customer`: § 7 (3) UWG, its four facts in `facts`; `objected`: against that one (Art. 21 GDPR).
    """

    id: str
    profile: str
    channel: str
    address: str
    topic: str
    act: Act
    at: datetime
    by: Literal["shop", "person"]
    source: str  # where it was said: "identify", "unsubscribe link", "double opt-in", …
    purpose: ConsentPurpose = "marketing"
    text_version: str | None = None  # of the words that were agreed to
    form_url: str | None = None
    ip: str | None = None
    proof: str | None = None  # id of the Proof that a confirmation rests on
    facts: Mapping[str, Any] = field(default_factory=dict)
    told_at: datetime | None = None  # of an address's own, by the shop: when we heard of it; see owning.py

    @property
    def grant(self) -> Grant:
        """What it says of the current state."""
        return Grant(
            address=self.address,
            topic=TRACKING if self.purpose == "tracking" else self.topic,
            status="withdrawn" if self.act in ("withdrawn", "objected") else "granted",
            at=self.at,
            by=self.by,
            source=self.source,
            basis="existing-customer" if self.act == "existing-customer" else "consent",
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """The row PROOF#<id>: what one double opt-in rests on, whatever number of topics it was for."""

    id: str
    profile: str
    channel: str
    address: str
    text_version: str
    form_url: str
    requested_at: datetime
    requested_ip: str | None
    confirmed_at: datetime
    confirmed_ip: str | None
    message_id: str  # of the mail or SMS that asked
    sent_at: datetime
    subject: str  # "" for an SMS
    text: str
    words: str = ""  # of the form, where it was our own page


def statement_id(*cause: str) -> str:
    """The same cause gives the same id: a replay says nothing twice."""
    return event_id("statement", *cause)


def stated(grant: Grant, profile: str, channel: str, *cause: str, **more: Any) -> Statement:
    """A plain word for or against, as a line of the ledger; `more` are further fields."""
    was = more.pop("act", "withdrawn" if grant.status == "withdrawn" else "granted")
    tracking = grant.topic == TRACKING
    return Statement(
        id=statement_id(profile, channel, grant.address, grant.topic, *cause),
        profile=profile,
        channel=channel,
        address=grant.address.strip().lower(),
        topic="*" if tracking else grant.topic,
        act=was,
        at=grant.at,
        by=grant.by,
        source=grant.source,
        purpose="tracking" if tracking else "marketing",
        **more,
    )


def state_of(profile: str, channel: str, ledger: Iterable[Statement]) -> Consent:
    """The current state that follows from the ledger: its rows of this channel, in whatever order they come."""
    consent = Consent(profile, channel)
    for statement in sorted(ledger, key=lambda s: (s.at, s.id)):
        if statement.channel == channel:
            consent = consent.states(statement.grant)
    return consent
