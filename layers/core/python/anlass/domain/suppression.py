"""What an address itself said or suffered, whoever's it is: no message at all, or no marketing. Kept by hash only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anlass.domain.consent import ALL_TOPICS

BY_SHOP = "@shop"  # among the objections: when the shop last said no for somebody who has the address


@dataclass(frozen=True, slots=True)
class Denials:
    """Profiles (hashes) that the shop said no for and has not taken it back, and when it last said no for anybody."""

    by: frozenset[str] = frozenset()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """The row SUPPRESSED#<channel> of an address."""

    address_hash: str
    channel: str
    reason: str | None = None  # why nothing goes there at all: "bounce", "complaint", …
    at: datetime | None = None
    objections: Mapping[str, datetime] = field(default_factory=dict)  # by topic, "*" is all: the last no
    lifted: Mapping[str, datetime] = field(default_factory=dict)  # by topic: the last confirmed yes
    denied_by: frozenset[str] = frozenset()

    @property
    def denials(self) -> Denials:
        return Denials(self.denied_by, self.objections.get(BY_SHOP))

    def stops(self, topic: str | None) -> str | None:
        """Why a message must not go there; None: it may. `topic` None: no marketing, so no objection counts."""
        if self.reason is not None:
            return self.reason
        return "objection" if topic is not None and self.objects_to(topic) else None

    def objects_to(self, topic: str) -> bool:
        """Whether somebody who has or had the address said no, and nobody a confirmed yes since."""
        lifted = [at for at in map(self.lifted.get, (topic, ALL_TOPICS)) if at is not None]
        for one in (topic, ALL_TOPICS, *((BY_SHOP,) if self.denied_by else ())):
            no = self.objections.get(one)
            if no is not None and not any(at > no for at in lifted):
                return True
        return False
