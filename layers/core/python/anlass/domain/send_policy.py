"""The last look, just before a message leaves: Allowed, Deferred(until) or Skipped(reason). Always recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from anlass.domain.consent import Consent
from anlass.domain.enrolment import ENDINGS, Enrolment, cancellation
from anlass.domain.journey import Journey
from anlass.domain.profile import Caps
from anlass.domain.send import Purpose, Send

Reason = Literal[
    "enrolment_gone",
    "exited",
    "goal",
    "stale",
    "no_address",
    "suppressed",
    "no_consent",
    "sunset",
    "cap",
]
WINDOWS = {"day": timedelta(days=1), "week": timedelta(days=7)}
SOON = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now. `soon`: something is just being decided, a short delay will do; no schedule is worth it."""

    until: datetime
    reason: str
    soon: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    reason: Reason


@dataclass(frozen=True, slots=True)
class Held:
    """Its journey is paused: nobody knows until when. Whoever releases the journey asks for it again."""


Verdict = Allowed | Deferred | Skipped | Held


def decide_send(
    send: Send,
    enrolment: Enrolment | None,
    siblings: Iterable[Send],
    journey: Journey | None,
    purpose: Purpose,
    address: str | None,
    consent: Consent | None,
    caps: Caps | None,
    limits: Mapping[str, Mapping[str, int]],
    now: datetime,
    sunset_at: datetime | None = None,
    *,
    is_paused: bool = False,
) -> Verdict:
    """`siblings`: other sends of the same enrolment. `limits`: channel -> window -> marketing sends per person.
    `sunset_at`: since when the person gets no marketing, because nothing came back.

    Suppression is not looked at here but required by the claim itself, so that nothing lies between.
    """
    if enrolment is None or journey is None or enrolment.status == "quarantined":
        return Skipped("enrolment_gone")
    if (cancelled := cancellation(enrolment, send.created_seq)) is not None:
        return Skipped(cancelled)
    if now > send.not_after:
        return Skipped("stale")
    if is_paused:
        return Held()
    if _is_being_decided(enrolment, journey):
        return Deferred(now + SOON, "inbox", soon=True)
    if send.until is not None and now < send.until:
        return Deferred(send.until, "not_yet")
    if address is None:
        return Skipped("no_address")
    if purpose == "transactional":
        return Allowed()
    if consent is None or not consent.allows(address, send.topic):
        return Skipped("no_consent")
    if sunset_at is not None:
        return Skipped("sunset")
    if (until := _behind(send, siblings, enrolment, now)) is not None:
        return Deferred(until, "order", soon=until <= now + SOON)
    own = journey.caps.get(send.channel, {})
    frees = [
        _cap_frees(send, _sent_times(send, caps), limits.get(send.channel, {}), now),
        _cap_frees(send, _sent_times(send, caps, journey.id), own, now),
    ]
    if until := max((each for each in frees if each is not None), default=None):
        return Skipped("cap") if until > send.not_after else Deferred(until, "cap")
    return Allowed()


def _is_being_decided(enrolment: Enrolment, journey: Journey) -> bool:
    """An exit or the goal lies in the inbox, or events were missed: the next advance may cancel this message."""
    if enrolment.catch_up:
        return True
    decisive = journey.always_wakes | {*ENDINGS}
    return any(heard.name in decisive for heard in enrolment.inbox)


def _behind(send: Send, siblings: Iterable[Send], enrolment: Enrolment, now: datetime) -> datetime | None:
    """The messages of one journey leave in their order: not before the one ahead left or never will."""
    ahead = [
        s
        for s in siblings
        if s.is_open
        and s.row != send.row
        and (s.created_seq, s.created_at) < (send.created_seq, send.created_at)
        and cancellation(enrolment, s.created_seq) is None
    ]
    if not ahead:
        return None
    return max((s.until or now + SOON) for s in ahead)


def cap_room(send: Send, caps: Caps | None, limits: Mapping[str, int], now: datetime) -> int | None:
    """How many more messages the frequency caps let through now, this one included; None without caps."""
    times = _sent_times(send, caps)
    return min((n - sum(at > now - WINDOWS[window] for at in times) for window, n in limits.items()), default=None)


def _sent_times(send: Send, caps: Caps | None, journey: str | None = None) -> list[datetime]:
    """When marketing messages left through this channel; of one journey, or of all."""
    sends = caps.sends.items() if caps else ()
    return sorted(
        at for id_, (channel, at, its) in sends if channel == send.channel and id_ != send.id and journey in (None, its)
    )


def _cap_frees(send: Send, times: list[datetime], limits: Mapping[str, int], now: datetime) -> datetime | None:
    """When the frequency cap lets the next one through; None if it does now. Windows roll."""
    frees = [now]
    for window, limit in limits.items():
        inside = [at for at in times if at > now - WINDOWS[window]]
        if len(inside) >= limit:
            frees.append(
                inside[len(inside) - limit] + WINDOWS[window] if limit > 0 else send.not_after + WINDOWS["day"]
            )
    return max(frees) if max(frees) > now else None
