"""What a provider reports about a message that it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

# `reject`: taken, and then not sent. `delay`: still on its way. `failure`: of an SMS.
Kind = Literal["send", "delivery", "delay", "open", "click", "bounce", "complaint", "reject", "failure"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """`recipients` are the addresses that the report is about. A bounce is `hard` if it will not get better, `soft` if
    the mailbox refused for now; one that is neither says nothing of the address, but of a mail that was too large.
    """

    kind: Kind
    enrolment: str
    step: str
    visit: int
    id: str  # tells repeated reports of one kind apart
    at: datetime
    recipients: tuple[str, ...] = ()
    hard: bool = False
    soft: bool = False
    automatic: bool = False  # no bounce, but the answer that somebody is away
    tried: bool = True  # False: it never left, because the provider has the address on a list of its own
    withdraws: str | None = None  # where it is a person's no to everything: what that is called
    user_agent: str | None = None  # looked at, not kept
    details: Mapping[str, Any] | None = None  # bounce_type, machine, link, reason
