"""What an address itself said or suffered, whoever's it is: no message at all, or no marketing. Kept by hash only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anlass.domain.consent import ALL_TOPICS

BY_SHOP = "@shop"  # stands for all topics where the shop said no for somebody: it may take that back itself


@dataclass(frozen=True, slots=True)
class Suppression:
    """The row SUPPRESSED#<channel> of an address."""

    address_hash: str
    channel: str
    reason: str | None = None  # why nothing goes there at all: "bounce", "complaint", …
    at: datetime | None = None
    objections: Mapping[str, datetime] = field(default_factory=dict)  # by topic, "*" is all: the last no
    lifted: Mapping[str, datetime] = field(default_factory=dict)  # by topic: the last confirmed yes

    def stops(self, topic: str | None) -> str | None:
        """Why a message must not go there; None: it may. `topic` None: no marketing, so no objection counts."""
        if self.reason is not None:
            return self.reason
        if topic is None:
            return None
        for one, lifting in ((topic, ()), (ALL_TOPICS, ()), (BY_SHOP, (BY_SHOP,))):
            no = self.objections.get(one)
            yes = (self.lifted.get(each) for each in (topic, ALL_TOPICS, *lifting))
            if no is not None and not any(at is not None and at > no for at in yes):
                return "objection"
        return None
