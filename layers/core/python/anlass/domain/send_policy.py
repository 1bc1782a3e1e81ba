"""The last look, just before a message leaves: Allowed, Deferred(until) or Skipped(reason). Always recorded.

Each verdict carries the values that decided it, as JSON has them: never an address, never a name. What lies between
this look and the provider (a withdrawal, a complaint) the claim itself requires not to be (docs/decisions/0005).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, assert_never

from anlass.domain.brake import Brake, Scope, looks_again
from anlass.domain.consent import Consent
from anlass.domain.enrolment import ENDINGS, Enrolment, Heard, cancellation
from anlass.domain.ids import short
from anlass.domain.instants import iso
from anlass.domain.journey import Journey
from anlass.domain.profile import Caps
from anlass.domain.quiet_hours import QuietHours, quiet_at
from anlass.domain.send import Look, Purpose, Send
from anlass.domain.send_caps import (
    Limit,
    confirmation_limits,
    journey_limits,
    reminder_limit,
    settings_limits,
    wished_limits,
)
from anlass.domain.sending_rules import SendingRules, Whereabouts
from anlass.domain.subscribing import LINK_LIFE, REQUESTED

Reason = Literal[
    "enrolment_gone",
    "exited",
    "goal",
    "holdout",
    "stale",
    "no_address",
    "browser",
    "unproven_address",
    "suppressed",
    "no_consent",
    "sunset",
    "duplicate",
    "brake",
    "pause",
    "fewer",
    "cap",
    "quiet_hours",
]
Delay = Literal["inbox", "not_yet", "order", "priority", "brake", "pause", "fewer", "cap", "quiet_hours"]
Facts = Mapping[str, Any]
SOON = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Allowed:
    facts: Facts = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now. `soon`: something is just being decided, a short delay will do; no schedule is worth it."""

    until: datetime
    reason: Delay
    soon: bool = False
    facts: Facts = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Skipped:
    reason: Reason
    facts: Facts = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Held:
    """Its journey is paused: nobody knows until when. Whoever releases the journey asks for it again."""


Verdict = Allowed | Deferred | Skipped | Held


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the last look sees. `siblings`: other sends of the same enrolment."""

    send: Send
    enrolment: Enrolment | None
    journey: Journey | None
    purpose: Purpose
    address: str | None
    consent: Consent | None
    caps: Caps | None
    rules: SendingRules
    now: datetime
    siblings: Iterable[Send] = ()
    sunset_at: datetime | None = None  # no marketing since then, because nothing came back
    is_paused: bool = False  # its journey is
    place: Whereabouts = field(default_factory=Whereabouts)
    is_vouched: bool = True  # the address comes from more than a browser
    brake: Brake | None = None  # on all marketing mails, and on what sign-ups ask


@dataclass(frozen=True, slots=True)
class _Wait:
    """A rule that lets the message through later."""

    until: datetime
    reason: Literal["brake", "pause", "fewer", "cap", "quiet_hours"]
    facts: Facts


def decide_send(s: Situation) -> Verdict:
    """Suppression is not looked at here but required by the claim itself, so that nothing lies between."""
    send, enrolment, journey, now = s.send, s.enrolment, s.journey, s.now
    if enrolment is None or journey is None or enrolment.status == "quarantined":
        return Skipped("enrolment_gone")
    if (cancelled := cancellation(enrolment, send.created_seq)) is not None:
        return Skipped(cancelled, _ending(enrolment))
    if enrolment.is_held_out:
        return Skipped("holdout", {"percent": journey.holdout})
    if now > (last := _good_until(s, send.deferred)):
        return Skipped("stale", {"not_after": iso(last), "waited_for": send.deferred})
    if s.is_paused:
        return Held()
    if (deciding := _being_decided(enrolment, journey)) is not None:
        return Deferred(now + SOON, "inbox", soon=True, facts=deciding)
    if send.until is not None and now < send.until:
        return Deferred(send.until, "not_yet", facts={"until": iso(send.until)})
    if s.address is None:
        return Skipped("no_address", {"channel": send.channel})
    match s.purpose:
        case "transactional":
            if (told := _by_browser(enrolment)) is not None:
                return Skipped("browser", {"event": told.name, "event_at": iso(told.at)})
            if not s.is_vouched:
                return Skipped("unproven_address")
            return Allowed({"purpose": s.purpose})
        case "confirmation":
            # A request is anybody's, and strangers complain; what is asked about one's own data waits for nothing.
            waits = [*_capped(s, confirmation_limits(s.send))]
            if enrolment.entry.name == REQUESTED:
                waits += _braked(s, "questions")
                waits += _capped(s, [reminder_limit(send)] if enrolment.pace == 1 else ())
            return _put_off(s, waits) or Allowed({"purpose": s.purpose})
        case "marketing":
            return _marketing(s, enrolment, journey, s.address)
        case _:
            assert_never(s.purpose)


def _marketing(s: Situation, enrolment: Enrolment, journey: Journey, address: str) -> Verdict:
    basis = s.consent.basis(address, s.send.topic) if s.consent is not None else None
    ground = {"basis": basis, "topic": s.send.topic, **_statement(s.consent, address, s.send.topic)}
    if basis is None:
        return Skipped("no_consent", ground)
    if basis == "existing-customer" and not s.rules.sells_to_customers(s.place.country):
        return Skipped("no_consent", {**ground, "country": s.place.country})
    if s.sunset_at is not None:
        return Skipped("sunset", {"since": iso(s.sunset_at)})
    if (twin := _twin(s, enrolment)) is not None:
        return Skipped("duplicate", twin)
    if (behind := _behind(s, enrolment)) is not None:
        return behind
    limits = [*settings_limits(s.send, s.rules), *journey_limits(s.send, journey)]
    waits = [*_braked(s, "all"), *_wishes(s), *_capped(s, limits), *_quiet(s, s.now)]
    return _put_off(s, waits) or Allowed({**ground, **_counts(s, journey)})


def look_of(verdict: Verdict, now: datetime) -> Look:
    """The verdict as the row of the send keeps it."""
    match verdict:
        case Allowed(facts):
            return Look(now, "allowed", facts=facts)
        case Deferred(until, reason, _, facts):
            return Look(now, "deferred", reason, until, facts)
        case Skipped(reason, facts):
            return Look(now, "skipped", reason, facts=facts)
        case Held():
            return Look(now, "held", "journey_paused")
        case _:
            assert_never(verdict)


def occasion_of(enrolment: Enrolment) -> str:
    """What somebody entered with, shortened: the event, and which of its order's lines."""
    entry = enrolment.entry
    return short(entry.id + json.dumps(entry.properties, sort_keys=True, default=str), 8)


def _by_browser(enrolment: Enrolment) -> Heard | None:
    """The event that it comes of, if only a browser told of it: with somebody's user id anybody can."""
    return next((h for h in (enrolment.entry, enrolment.event) if h is not None and h.by_browser), None)


def _ending(enrolment: Enrolment) -> Facts:
    heard = enrolment.event
    told = {"event": heard.name, "event_at": iso(heard.at)} if heard is not None else {}
    return {"outcome": enrolment.outcome, **told, **({"at": iso(at)} if (at := enrolment.goal_at) else {})}


def _being_decided(enrolment: Enrolment, journey: Journey) -> Facts | None:
    """An exit or the goal lies in the inbox, or events were missed: the next advance may cancel this message."""
    if enrolment.catch_up:
        return {"events_missed": True}
    decisive = journey.always_wakes | {*ENDINGS}
    names = sorted({heard.name for heard in enrolment.inbox} & decisive)
    return {"events": names} if names else None


def _statement(consent: Consent | None, address: str, topic: str) -> dict[str, Any]:
    """What decided."""
    said = consent.deciding(address, topic) if consent is not None else None
    is_elsewhere = said.address != address.strip().lower() if said else consent is not None and bool(consent.grants)
    other = {"of_another_address": True} if is_elsewhere else {}
    if said is None:
        return {"said": None, **other}
    when = {"said": said.status, "said_topic": said.topic, "said_at": iso(said.at)}
    return {**when, "by": said.by, "source": said.source, **other}


def _twin(s: Situation, enrolment: Enrolment) -> Facts | None:
    """The same template for the same occasion, by another enrolment: of another journey, or of who was two people. What
    one enrolment sends twice its journey means so."""
    occasion = occasion_of(enrolment)
    for id_, one in s.caps.sends.items() if s.caps is not None else ():
        same = (one.template, one.occasion, one.channel) == (s.send.template, occasion, s.send.channel)
        if same and not id_.startswith(f"{s.send.enrolment}."):
            return {"template": one.template, "message": id_, "journey": one.journey, "at": iso(one.at)}
    return None


def _behind(s: Situation, enrolment: Enrolment) -> Deferred | None:
    """The messages of one journey leave in their order: not before the one ahead left or never will."""
    send, soon = s.send, s.now + SOON
    ahead = [
        one
        for one in s.siblings
        if one.is_open
        and one.row != send.row
        and (one.created_seq, one.created_at) < (send.created_seq, send.created_at)
        and cancellation(enrolment, one.created_seq) is None
    ]
    if not ahead:
        return None
    until = max(one.until or soon for one in ahead)
    return Deferred(until, "order", until <= soon, {"ahead": sorted(one.step for one in ahead)})


def _braked(s: Situation, scope: Scope) -> Iterator[_Wait]:
    """Too many have complained: until somebody has found out why, and lifts the brake, nothing more leaves."""
    if s.brake is not None and s.brake.holds(scope) and s.send.channel == "email":
        yield _Wait(
            looks_again(s.send.id, s.now),
            "brake",
            {"since": iso(s.brake.at), "why": s.brake.why, "scope": s.brake.scope},
        )


def _wishes(s: Situation) -> Iterator[_Wait]:
    """What somebody has asked for who wants messages, but fewer."""
    consent = s.consent
    if consent is None:
        return
    if consent.paused_until is not None and s.now < consent.paused_until:
        yield _Wait(consent.paused_until, "pause", {"paused_until": iso(consent.paused_until)})
    if consent.at_most_weekly:
        yield from (replace(wait, reason="fewer") for wait in _capped(s, wished_limits()))


def _capped(s: Situation, limits: Iterable[Limit]) -> Iterator[_Wait]:
    for limit in limits:
        frees = limit.frees_at(s.send, s.caps, s.now)
        if frees is not None:
            left = limit.inside(s.send, s.caps, s.now)
            facts = {"of": limit.scope, "window": limit.window, "most": limit.most, "left": len(left)}
            yield _Wait(frees, "cap", {**facts, "last": iso(left[-1]) if left else None, "frees": iso(frees)})


def _quiet(s: Situation, at: datetime) -> Iterator[_Wait]:
    hours = s.rules.hours(s.send.channel, s.place.country)
    quiet = quiet_at(at, hours, s.place.zone, s.place.holiday) if hours is not None else None
    if hours is not None and quiet is not None:
        facts = {"why": quiet.why, "local": at.astimezone(s.place.zone).isoformat(timespec="minutes")}
        where = {"country": s.place.country, "region": s.place.region, "holiday": quiet.holiday}
        yield _Wait(quiet.until, "quiet_hours", {**facts, **(where if quiet.holiday else {}), **_hours(hours)})


def _hours(hours: QuietHours) -> Facts:
    return {"from": f"{hours.start:%H:%M}", "until": f"{hours.end:%H:%M}"}


def _put_off(s: Situation, waits: list[_Wait]) -> Deferred | Skipped | None:
    """Until the last of the rules lets it through, and then until that is in no quiet hours either."""
    if not waits:
        return None
    longest = max(waits, key=lambda wait: wait.until)
    until = longest.until
    if s.purpose == "marketing":
        until = next((quiet.until for quiet in _quiet(s, until)), until) if until <= s.send.not_after else until
    last = _good_until(s, longest.reason)
    if until > last:
        return Skipped(longest.reason, {**longest.facts, "not_after": iso(last)})
    return Deferred(until, longest.reason, facts=longest.facts)


def _good_until(s: Situation, waits_for: str | None) -> datetime:
    """What a sign-up asks is wanted for as long as its link would be good: a brake that strangers set by their
    complaints must not lose it.
    """
    send = s.send
    if s.purpose == "confirmation" and waits_for == "brake":
        return max(send.not_after, send.created_at + LINK_LIFE)
    return send.not_after


def _counts(s: Situation, journey: Journey) -> dict[str, Any]:
    """How many have left of how many, this one not counted: ["channel day", 1, 2]."""
    limits = [*settings_limits(s.send, s.rules), *journey_limits(s.send, journey)]
    told = [[f"{each.scope} {each.window}", len(each.inside(s.send, s.caps, s.now)), each.most] for each in limits]
    return {"caps": told} if told else {}
