"""What steps do beside sending: they change the person, their consents or another journey, or call the shop.

The person is changed by an event of our own, written with the step's commit, that comes back through the stream like
any other: one place applies traits, tags and entries, whoever asks for them. Consents are written at once: nothing
may leave between a withdrawal and its effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlass.domain.consent import ConsentStatus
from anlass.domain.contest import Counted


@dataclass(frozen=True, slots=True)
class Update:
    """Traits and tags of the person."""

    traits: Mapping[str, Any]
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def applied(self, traits: Mapping[str, Any]) -> dict[str, Any]:
        """The traits after it."""
        tags = traits.get("tags")
        had = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list | tuple) else []
        kept = [tag for tag in had if tag not in self.remove_tags]
        after = {**traits, **self.traits}
        if self.add_tags or self.remove_tags:
            after["tags"] = list(dict.fromkeys([*kept, *self.add_tags]))
        return after


@dataclass(frozen=True, slots=True)
class EnrolIn:
    """Entry into another journey, whatever its triggers."""

    journey: str


@dataclass(frozen=True, slots=True)
class Sunset:
    """No marketing any more until the person acts or subscribes again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Say:
    """A consent given or withdrawn in the shop's name. `channel` None: all that the person has."""

    status: ConsentStatus
    topic: str
    channel: str | None


@dataclass(frozen=True, slots=True)
class CallShop:
    """A webhook: `secret` names the key that signs it, `body` is JSON. `problem`: why it cannot even be made."""

    url: str
    secret: str
    body: Mapping[str, Any]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """One more of a contest's people who went this way, or who went it and reached the goal."""

    contest: str
    variant: str
    what: Counted


@dataclass(frozen=True, slots=True)
class Declare:
    """The contest is over."""

    contest: str
    variant: str


Effect = Update | EnrolIn | Sunset | Say | CallShop | Count | Declare
