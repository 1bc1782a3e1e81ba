"""The preference centre: what somebody chose becomes consents, and what they told becomes traits.

Whoever holds the link reads the mails of this address: that makes their yes to a topic as good as a confirmed one.
For a phone number only a confirmed one counts, so SMS can be chosen only where they were confirmed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from anlass.domain.changes import AddEvent, AddStatement, Change, LiftObjection, RequireProfile, SaveConsent
from anlass.domain.consent import ALL_TOPICS, TRACKING, Consent, Grant
from anlass.domain.errors import Conflict, Transient
from anlass.domain.event import NO_TIME, Event
from anlass.domain.identifying import UNSUBSCRIBED, own_event
from anlass.domain.ledger import stated
from anlass.domain.registry.events import UPDATE
from anlass.domain.send import SHORT
from anlass.domain.withdrawing import withdrawal
from anlass.language.pages.preferences import DETAILS, Choices, Wishes
from anlass.ports import (
    Clock,
    Hashes,
    Links,
    Store,
)
from anlass.usecases.message_events import message_event
from anlass.usecases.open_link import Opened, open_link
from anlass.usecases.withdraw_consent import SOURCES, TRIES, noted

SOURCE = SOURCES["preferences"]
CHANGED = "Preferences Changed"
PART_WITHDRAWN = "Consent Withdrawn"
DATA_REQUESTED = "Data Requested"
PAUSE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the words were that somebody agreed to, where, and from which machine: the ledger keeps it."""

    text_version: str
    form_url: str
    ip: str | None


def see_preferences(
    token: str, topics: Iterable[str], *, watches: bool, store: Store, links: Links, hashes: Hashes, clock: Clock
) -> tuple[Opened, Choices] | None:
    """What the page of the link shows. Changes nothing. `topics`: all that the shop has; `watches`: whether it wants to
    see who opens and clicks.
    """
    opened = open_link("preferences", token, store=store, links=links)
    if opened is None:
        return None
    choices = _choices(opened, list(topics), _reachable(opened), clock.now())
    tracking = choices.tracking if watches else None
    return opened, replace(choices, tracking=tracking, is_present=_is_present(opened, hashes))


def change_preferences(
    token: str,
    wishes: Wishes,
    topics: Iterable[str],
    shown: Shown,
    *,
    store: Store,
    links: Links,
    hashes: Hashes,
    clock: Clock,
) -> Opened | None:
    """Makes it so. None: the link leads nowhere. What is withdrawn is stored first: a no waits for nothing."""
    known, changed = list(topics), _Changed()
    channels: list[str] | None = None  # as the page showed them: a number stays confirmed while its topics change
    for _ in range(TRIES):
        opened = open_link("preferences", token, store=store, links=links)
        if opened is None:
            return None
        now = clock.now()
        channels = _reachable(opened) if channels is None else channels
        before = _choices(opened, known, channels, now)
        if not _is_present(opened, hashes):
            wishes = _only_less(wishes, before)
        withdrawn = _withdrawn(opened, before, wishes, now, hashes, shown.ip)
        changed.note(before, wishes)
        try:
            if withdrawn:
                store.commit([*withdrawn, RequireProfile(opened.person.state.id)])
                continue
            rest = _granted(opened, before, wishes, shown, now, hashes) + _told(opened, wishes, changed, now)
            if rest:
                store.commit([*rest, RequireProfile(opened.person.state.id)])
        except Conflict:
            continue
        return opened
    raise Transient(f"a consent changed {TRIES} times while preferences were saved")


def pause(token: str, *, store: Store, links: Links, clock: Clock, resume: bool = False) -> Opened | None:
    """No marketing for thirty days, on all channels; or an end to that."""
    for _ in range(TRIES):
        opened = open_link("preferences", token, store=store, links=links)
        if opened is None:
            return None
        now = clock.now()
        until = None if resume else now + PAUSE
        rows = [row for channel in _reachable(opened) if (row := _consent(opened, channel)).paused_until != until]
        event = _changed(opened, now, {"source": SOURCE, "fields": ["pause"]})
        try:
            if rows:
                paused = [SaveConsent(replace(row, paused_until=until)) for row in rows]
                store.commit([*paused, AddEvent(event), RequireProfile(opened.person.state.id)])
        except Conflict:
            continue
        return opened
    raise Transient(f"a consent changed {TRIES} times while it was paused")


def request_data(
    token: str, wanted: Literal["data", "erasure"], *, store: Store, links: Links, clock: Clock
) -> Opened | None:
    """Only asks: a mail to the person brings the link that does it, because a marketing mail may have been forwarded.

    Asked for twice on a day by the same link it is one request.
    """
    opened = open_link("preferences", token, store=store, links=links)
    if opened is None:
        return None
    now = clock.now()
    cause = f"{wanted} {now.date().isoformat()}"
    event = message_event(DATA_REQUESTED, opened.person.state.id, opened.send, now, {"wanted": wanted}, cause)
    store.commit([AddEvent(replace(event, moment=f"{NO_TIME}#{event.id}"))])
    return opened


def _is_present(opened: Opened, hashes: Hashes) -> bool:
    """Whether the mail with the link went to the address that they have now. Who reads an earlier one may say no to
    everything there is, but a yes for the new one is not theirs to give.
    """
    send = opened.send
    return send.sent_to == hashes.of(_address(opened, send.channel))[:SHORT]


def _only_less(wishes: Wishes, before: Choices) -> Wishes:
    topics = {channel: wishes.topics.get(channel, are) & are for channel, are in before.topics.items()}
    weekly = wishes.at_most_weekly or before.at_most_weekly
    return Wishes(topics, weekly, tracking=wishes.tracking and bool(before.tracking))


class _Changed:
    """Which topics changed on which channel, over all rounds of saving them."""

    def __init__(self) -> None:
        self.topics: dict[str, set[str]] = {}
        self.often = self.tracking = False

    def note(self, before: Choices, wishes: Wishes) -> None:
        for channel, are in before.topics.items():
            self.topics.setdefault(channel, set()).update(are ^ wishes.topics.get(channel, are))
        self.often = self.often or before.at_most_weekly != wishes.at_most_weekly
        self.tracking = self.tracking or before.tracking != wishes.tracking


def _choices(opened: Opened, topics: list[str], channels: list[str], now: datetime) -> Choices:
    consents = {channel: _consent(opened, channel) for channel in channels}
    paused = [until for c in consents.values() if (until := c.paused_until) is not None and until > now]
    traits = opened.person.attributes.traits if opened.person.attributes else {}
    return Choices(
        {
            channel: frozenset(t for t in topics if consent.allows(_address(opened, channel), t))
            for channel, consent in consents.items()
        },
        any(consent.at_most_weekly for consent in consents.values()),
        max(paused, default=None),
        frozenset(name for name in DETAILS if traits.get(name)),
        _consent(opened, "email").tracks(_address(opened, "email")),
    )


def _reachable(opened: Opened) -> list[str]:
    """The channels that may be chosen for: e-mail, and SMS to a number that was confirmed."""
    sms = _address(opened, "sms")
    return ["email", *(["sms"] if sms and _consent(opened, "sms").reaches(sms) else [])]


def _address(opened: Opened, channel: str) -> str:
    attributes = opened.person.attributes
    if attributes is None:
        return ""
    if channel == "email":
        return attributes.email or ""
    phone = attributes.traits.get("phone")
    return phone if isinstance(phone, str) else ""


def _consent(opened: Opened, channel: str) -> Consent:
    return (opened.person.consents or {}).get(channel) or Consent(opened.person.state.id, channel)


def _withdrawn(
    opened: Opened, before: Choices, wishes: Wishes, now: datetime, hashes: Hashes, ip: str | None
) -> list[Change]:
    """Of the channels together. Who leaves no topic of a channel means all that may come, too."""
    changes: list[Change] = []
    for channel, are in before.topics.items():
        wanted = wishes.topics.get(channel, are)
        topics = sorted(are - wanted) if wanted else [ALL_TOPICS]
        said = withdrawal(opened.person, channel, topics, now, SOURCE, ip) if are - wanted else None
        if said is None:
            continue
        properties = {"topics": topics, "source": SOURCE, "channel": channel}
        name = PART_WITHDRAWN if wanted else UNSUBSCRIBED
        cause = f"{channel} {said.consent.version}"
        event = message_event(name, opened.person.state.id, opened.send, now, properties, cause)
        changes += [*noted(said, topics, now, hashes), AddEvent(event)]
    if before.tracking and not wishes.tracking and not changes:
        said = withdrawal(opened.person, "email", [TRACKING], now, SOURCE, ip)
        changes += [SaveConsent(said.consent), *map(AddStatement, said.statements)] if said else []
    return changes


def _granted(
    opened: Opened, before: Choices, wishes: Wishes, shown: Shown, now: datetime, hashes: Hashes
) -> list[Change]:
    changes: list[Change] = []
    for channel, are in before.topics.items():
        address, consent = _address(opened, channel), _consent(opened, channel)
        topics = sorted(wishes.topics.get(channel, are) - are) if address else []
        watched = [TRACKING] if channel == "email" and address and wishes.tracking and not before.tracking else []
        after = replace(consent, at_most_weekly=wishes.at_most_weekly)
        for topic in (*topics, *watched):
            grant = Grant(address, topic, "granted", now, by="person", source=SOURCE)
            after = after.states(grant)
            proof = {"text_version": shown.text_version, "form_url": shown.form_url, "ip": shown.ip}
            changes.append(AddStatement(stated(grant, opened.person.state.id, channel, now.isoformat(), **proof)))
        if topics:
            changes.append(LiftObjection(hashes.of(address), channel, tuple(topics), now))
        if after != consent:
            changes.append(SaveConsent(after))
    return changes


def _told(opened: Opened, wishes: Wishes, changed: _Changed, now: datetime) -> list[Change]:
    """The traits, by the event that journeys change them with too, and word of all that was changed."""
    topics = sorted({topic for each in changed.topics.values() for topic in each})
    chosen = (("often", changed.often), ("tracking", changed.tracking))
    fields = [*(name for name in DETAILS if name in wishes.details), *(name for name, is_other in chosen if is_other)]
    if not topics and not fields:
        return []
    changes: list[Change] = []
    if wishes.details:
        traits = {name: list(value) if isinstance(value, tuple) else value for name, value in wishes.details.items()}
        cause = (opened.send.id, SOURCE, now.isoformat())
        said = {"set": traits, "add_tags": [], "remove_tags": []}
        changes.append(AddEvent(own_event(opened.person.state.id, UPDATE, cause, now, now, said)))
    channels = ", ".join(channel for channel, each in changed.topics.items() if each)
    properties = {"topics": topics, "fields": fields, "source": SOURCE, "channel": channels or None}
    changes.append(AddEvent(_changed(opened, now, properties)))
    return changes


def _changed(opened: Opened, now: datetime, properties: Mapping[str, Any]) -> Event:
    return message_event(CHANGED, opened.person.state.id, opened.send, now, properties, now.isoformat())
