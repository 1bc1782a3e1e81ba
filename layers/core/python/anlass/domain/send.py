"""A message on its way out: the row S and its states.

PENDING → SENDING (claimed) → SENT | FAILED(reason) | UNKNOWN
PENDING → SKIPPED(reason)
UNKNOWN is settled by the provider's own event stream and never resent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from anlass.domain.condition import MessageFacts

SendStatus = Literal["PENDING", "SENDING", "SENT", "SKIPPED", "UNKNOWN", "FAILED"]
Purpose = Literal["marketing", "transactional", "confirmation"]  # the last asks whether somebody wants something
LOOKS = 12  # the newest that a row keeps


@dataclass(frozen=True, slots=True)
class Look:
    """What a last look came to. `facts`: the values that decided, as JSON has them; never an address or a name."""

    at: datetime
    outcome: Literal["allowed", "deferred", "skipped", "held"]
    reason: str | None = None
    until: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What a message asked that wants a confirmation, as it left: kept for the proof, without its link or code."""

    sent_at: datetime
    subject: str  # "" for an SMS
    text: str


SHORT = 16  # characters of a hash, where it only tells one address from another


@dataclass(frozen=True, slots=True)
class Send:
    """`row` is its key beside the enrolment; a step that is visited again makes another send."""

    enrolment: str
    step: str
    visit: int
    profile: str
    journey: str
    version: str
    template: str
    topic: str
    created_seq: int  # the enrolment's seq that created it: an exit at a later seq cancels it
    created_at: datetime
    not_after: datetime
    channel: str = "email"
    status: SendStatus = "PENDING"
    until: datetime | None = None  # deferred: not before this
    deferred: str | None = None  # why it was put off last: what a stale message waited for
    is_held: bool = False  # its journey is paused
    sees_opens: bool = False  # an opening would be seen: the person consented to that, and the shop wants it
    sees_clicks: bool = False  # so would clicks
    sent_to: str | None = None  # a short salted hash of the address: who comes by its links reads that one
    claim: str | None = None
    claim_until: datetime | None = None
    closed_at: datetime | None = None
    reason: str | None = None
    provider_id: str | None = None
    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    clicked_at: datetime | None = None
    bounced_at: datetime | None = None
    complained_at: datetime | None = None
    last_click_at: datetime | None = None  # a person's or a machine's: several links at once are a machine's
    last_link: str | None = None  # a short hash of it
    reports: int = 0  # of the provider, that have changed this row
    generation: int = 0
    sweep_at: datetime | None = None
    requeues: int = 0  # by the sweeper; it backs off
    request: Literal["send", "schedule"] | None = None
    looks: tuple[Look, ...] = ()  # the newest, oldest first
    asked: Question | None = None
    confirmed_at: datetime | None = None  # its link or code was used: a second time it does nothing
    requested_at: datetime | None = None  # of the request that it asks to confirm, and with which it is forgotten
    since: datetime | None = None  # of one to an address: when its enrolment began; see owning.py

    @property
    def row(self) -> str:
        return send_row(self.step, self.visit)

    @property
    def id(self) -> str:
        """What the shop, the provider and events call `message_id`."""
        return f"{self.enrolment}.{self.step}.{self.visit}"

    @property
    def is_open(self) -> bool:
        return self.status in ("PENDING", "SENDING")

    def looked_at(self, look: Look) -> Send:
        return replace(self, looks=(*self.looks, look)[-LOOKS:])


@dataclass(frozen=True, slots=True)
class ProviderName:
    """The row MESSAGE: what a provider that cannot carry our own ids calls a message."""

    provider_id: str
    enrolment: str
    row: str


VISIT = re.compile("[0-9]{1,9}")


@lru_cache(4096)
def send_row(step: str, visit: int) -> str:
    return f"S#{step}#{visit}"


def split_message_id(message_id: str) -> tuple[str, str] | None:
    """(enrolment, row) of a message id; None if it is not one of ours. Step ids hold no dot."""
    parts = message_id.split(".")
    if len(parts) != 3 or not VISIT.fullmatch(parts[2]):
        return None
    return parts[0], send_row(parts[1], int(parts[2]))


def is_about_another(name: str, properties: Mapping[str, Any], enrolment: str) -> bool:
    """Whether an event is about a message of another enrolment. A shop's own `message_id` names none of ours, and
    whoever unsubscribes means all messages, whichever one the link was in."""
    message_id = properties.get("message_id")
    found = split_message_id(message_id) if isinstance(message_id, str) else None
    return found is not None and found[0] != enrolment and name != "Unsubscribed"


def message_facts(send: Send) -> MessageFacts:
    """What conditions may ask of a message. Where opens are not tracked, that none was seen says nothing."""
    return MessageFacts(
        sent=send.status == "SENT",
        delivered=send.delivered_at is not None,
        bounced=send.bounced_at is not None,
        skipped=send.status in ("SKIPPED", "FAILED"),
        opened=True if send.opened_at else False if send.sees_opens else None,
        clicked=True if send.clicked_at else False if send.sees_clicks else None,
    )
