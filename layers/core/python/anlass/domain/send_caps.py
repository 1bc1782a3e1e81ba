"""Frequency caps: how many messages a person gets in a rolling day or week, and when there is room again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from anlass.domain.journey import Journey
from anlass.domain.profile import Caps
from anlass.domain.send import Purpose, Send
from anlass.domain.sending_rules import ALL_CHANNELS, SendingRules

Scope = Literal["channel", "person", "journey", "wish", "confirmation"]
WINDOWS = {"day": timedelta(days=1), "week": timedelta(days=7)}
CONFIRMATIONS = {"week": 4}  # however often somebody enters an address into a form
AT_MOST_WEEKLY = {"week": 1}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` messages in a rolling window. `channel`, `journey`, `enrolment` None: through any, of any."""

    scope: Scope
    window: str
    most: int
    channel: str | None = None
    journey: str | None = None
    purpose: Purpose = "marketing"
    enrolment: str | None = None

    def inside(self, send: Send, caps: Caps | None, now: datetime) -> list[datetime]:
        """When those left that count here and now, oldest first; the message that is looked at never counts."""
        since = now - WINDOWS[self.window]
        left = caps.sends.items() if caps is not None else ()
        return sorted(
            one.at
            for id_, one in left
            if id_ != send.id
            and one.at > since
            and one.purpose == self.purpose
            and self.channel in (None, one.channel)
            and self.journey in (None, one.journey)
            and (self.enrolment is None or id_.startswith(f"{self.enrolment}."))
        )

    def room(self, send: Send, caps: Caps | None, now: datetime) -> int:
        """How many more may leave now, this one included."""
        return self.most - len(self.inside(send, caps, now))

    def frees_at(self, send: Send, caps: Caps | None, now: datetime) -> datetime | None:
        """When the next one may leave; None: now. A limit of nothing frees when nobody wants the message any more."""
        inside = self.inside(send, caps, now)
        if len(inside) < self.most:
            return None
        window = WINDOWS[self.window]
        return inside[len(inside) - self.most] + window if self.most > 0 else send.not_after + window


def settings_limits(send: Send, rules: SendingRules) -> Iterator[Limit]:
    """Those of the settings: through this channel, and through all together."""
    yield from _limits("channel", rules.caps.get(send.channel, {}), send.channel)
    yield from _limits("person", rules.caps.get(ALL_CHANNELS, {}))


def journey_limits(send: Send, journey: Journey) -> Iterator[Limit]:
    """Those of the journey, for its own messages."""
    yield from _limits("journey", journey.caps.get(send.channel, {}), send.channel, journey.id)
    yield from _limits("journey", journey.caps.get(ALL_CHANNELS, {}), None, journey.id)


def wished_limits() -> Iterator[Limit]:
    """Of somebody who has asked for fewer messages, however they come."""
    yield from _limits("wish", AT_MOST_WEEKLY)


def confirmation_limits(send: Send) -> Iterator[Limit]:
    """Of messages that ask whether somebody wants something: they obey no other. Each journey for itself: who enters
    somebody's address into a form again and again must not stop what that one asks about their own data.
    """
    for window, most in CONFIRMATIONS.items():
        yield Limit("confirmation", window, most, journey=send.journey, purpose="confirmation")


def reminder_limit(send: Send) -> Limit:
    """Of what one sign-up asks: the reminder comes a day after the question at the soonest, whatever held that up."""
    return Limit("confirmation", "day", 1, purpose="confirmation", enrolment=send.enrolment)


def _limits(
    scope: Scope, limits: Mapping[str, int], channel: str | None = None, journey: str | None = None
) -> Iterator[Limit]:
    for window, most in limits.items():
        yield Limit(scope, window, most, channel, journey)
