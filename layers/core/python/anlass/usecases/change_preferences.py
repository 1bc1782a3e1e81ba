"""The preference centre: what somebody chose becomes consents, and what they told becomes traits.

Whoever holds the link reads the mails of this address: that makes their yes to a topic as good as a confirmed one.
For a phone number only a code that came by SMS counts, so SMS can be chosen only where a yes was given by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from anlass.domain.changes import AddEvent, AddProof, AddStatement, Change, LiftObjection, RequireProfile, SaveConsent
from anlass.domain.consent import ALL_TOPICS, TRACKING, Consent, Grant
from anlass.domain.event import NO_TIME, Event
from anlass.domain.identifying import own_event
from anlass.domain.ids import event_id
from anlass.domain.ledger import Proof, stated
from anlass.domain.registry.events import UNSUBSCRIBED, UPDATE, WITHDRAWN
from anlass.domain.withdrawing import withdrawal
from anlass.keys import SuppressionKey
from anlass.language.settings import Settings
from anlass.language.wishes import DETAILS, PAUSE, Choices, Wishes
from anlass.ports import Hashes
from anlass.usecases.insisting import insist
from anlass.usecases.message_events import message_event
from anlass.usecases.open_link import Opened, is_present, open_link
from anlass.usecases.page_work import PageWork
from anlass.usecases.withdraw_consent import SOURCES, noted

SOURCE = SOURCES["preferences"]
CHANGED = "Preferences Changed"
DATA_REQUESTED = "Data Requested"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the words were that somebody agreed to, where, and from which machine: the proof keeps it."""

    text_version: str
    form_url: str
    ip: str | None
    words: Mapping[str, str]  # by channel


def see_preferences(token: str, settings: Settings, work: PageWork) -> tuple[Opened, Choices] | None:
    """What the page of the link shows. Changes nothing."""
    opened = open_link("preferences", token, work)
    if opened is None:
        return None
    choices = _choices(opened, settings, _reachable(opened), work)
    watches = settings.tracking.opens or settings.tracking.clicks
    tracking = choices.tracking if watches else None
    return opened, replace(choices, tracking=tracking, is_present=is_present(opened, work.hashes))


def change_preferences(token: str, wishes: Wishes, settings: Settings, shown: Shown, work: PageWork) -> Opened | None:
    """Makes it so. None: the link leads nowhere. What is withdrawn is stored first: a no waits for nothing."""
    changed, wanted = _Changed(), wishes
    channels: list[str] | None = None  # as the page showed them: a number stays confirmed while its topics change

    def attempt() -> Opened | None:
        nonlocal channels, wanted
        while True:
            opened = open_link("preferences", token, work)
            if opened is None:
                return None
            now = work.clock.now()
            channels = _reachable(opened) if channels is None else channels
            before = _choices(opened, settings, channels, work)
            if not is_present(opened, work.hashes):
                wanted = wanted.only_less(before)
            withdrawn = _withdrawn(opened, before, wanted, now, work.hashes, shown.ip)
            changed.note(before, wanted)
            if not withdrawn:
                break
            work.store.commit([*withdrawn, RequireProfile(opened.person.state.id)])
        rest = _granted(opened, before, wanted, shown, now, work.hashes) + _told(opened, wanted, changed, now)
        if rest:
            work.store.commit([*rest, RequireProfile(opened.person.state.id)])
        return opened

    return insist(attempt, "a consent", "preferences were saved")


def pause(token: str, work: PageWork, *, resume: bool = False) -> bool:
    """No marketing for some time, on all channels; or an end to that. False: the link leads nowhere, or wants to end a
    pause from an earlier address, which is a yes that is not theirs to give.
    """

    def attempt() -> bool:
        opened = open_link("preferences", token, work)
        if opened is None or (resume and not is_present(opened, work.hashes)):
            return False
        now = work.clock.now()
        until = None if resume else now + PAUSE
        rows = [row for channel in _open(opened) if (row := _consent(opened, channel)).paused_until != until]
        event = _changed(opened, now, {"source": SOURCE, "fields": ["pause"]})
        if rows:
            paused = [SaveConsent(replace(row, paused_until=until)) for row in rows]
            work.store.commit([*paused, AddEvent(event), RequireProfile(opened.person.state.id)])
        return True

    return insist(attempt, "a consent", "it was paused")


def request_data(token: str, wanted: Literal["data", "erasure"], work: PageWork) -> bool:
    """Only asks: a mail to the person brings the link that does it, because a marketing mail may have been forwarded.

    Asked for twice on a day by the same link it is one request. False: the link leads nowhere, or came to an earlier
    address, whose reader has no mails to cause.
    """
    opened = open_link("preferences", token, work)
    if opened is None or not is_present(opened, work.hashes):
        return False
    now = work.clock.now()
    cause = f"{wanted} {now.date().isoformat()}"
    event = message_event(DATA_REQUESTED, opened.person.state.id, opened.send, now, {"wanted": wanted}, cause)
    work.store.commit([AddEvent(replace(event, moment=f"{NO_TIME}#{event.id}"))])
    return True


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


def _choices(opened: Opened, settings: Settings, channels: list[str], work: PageWork) -> Choices:
    """What comes to them now: not what somebody who had the address before said no to. Who ticks it, lifts that."""
    now = work.clock.now()
    consents = {channel: _consent(opened, channel) for channel in channels}
    own = {c: SuppressionKey(work.hashes.of(opened.address(c)), c) for c in channels if opened.address(c)}
    rows = work.store.read([*own.values()])
    said = {c: row for c, key in own.items() if (row := rows.suppression(key.address_hash, c)) is not None}
    paused = [until for c in consents.values() if (until := c.paused_until) is not None and until > now]
    traits = opened.person.attributes.traits if opened.person.attributes else {}
    return Choices(
        {
            channel: frozenset(
                topic
                for topic in settings.topics
                if consent.allows(opened.address(channel), topic)
                and not (channel in said and said[channel].objects_to(topic))
            )
            for channel, consent in consents.items()
        },
        any(consent.at_most_weekly for consent in consents.values()),
        max(paused, default=None),
        frozenset(name for name in DETAILS if traits.get(name)),
        _consent(opened, "email").tracks(opened.address("email")),
    )


def _reachable(opened: Opened) -> list[str]:
    """The channels that may be chosen for: e-mail, and SMS to a number of which its reader said yes with a code. That
    the shop, a sale or a mail names a number proves nothing of who reads it.
    """
    consent, number = _consent(opened, "sms"), opened.address("sms")
    is_confirmed = any(
        (grant.address, grant.by, grant.status, grant.basis) == (number, "person", "granted", "consent")
        and grant.topic != TRACKING
        and consent.allows(number, grant.topic)
        for grant in consent.grants
    )
    return ["email", *(["sms"] if number and is_confirmed else [])]


def _open(opened: Opened) -> list[str]:
    """The channels that marketing may come by."""
    number = opened.address("sms")
    return ["email", *(["sms"] if number and _consent(opened, "sms").reaches(number) else [])]


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
        name = WITHDRAWN if wanted else UNSUBSCRIBED
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
    """Each yes has a proof of its own: what a former one rested on expires with the no that came after it."""
    changes: list[Change] = []
    for channel in dict.fromkeys((*before.topics, *_open(opened))):
        are = before.topics.get(channel, frozenset())
        address, consent = opened.address(channel), _consent(opened, channel)
        # Only what may be chosen: that the shop wrote to a number is no sign of who reads it.
        topics = sorted(wishes.topics.get(channel, are) - are) if address and channel in before.topics else []
        watched = [TRACKING] if channel == "email" and address and wishes.tracking and not before.tracking else []
        after = replace(consent, at_most_weekly=wishes.at_most_weekly)
        proof = _proof(opened, channel, shown, now)
        said = {"text_version": shown.text_version, "form_url": shown.form_url, "ip": shown.ip, "proof": proof.id}
        for topic in (*topics, *watched):
            grant = Grant(address, topic, "granted", now, by="person", source=SOURCE)
            after = after.states(grant)
            changes.append(AddStatement(stated(grant, opened.person.state.id, channel, now.isoformat(), **said)))
        if topics or watched:
            changes.append(AddProof(proof))
        if topics:
            changes.append(LiftObjection(hashes.of(address), channel, tuple(topics), now))
        if after != consent:
            changes.append(SaveConsent(after))
    return changes


def _proof(opened: Opened, channel: str, shown: Shown, now: datetime) -> Proof:
    """Whoever ticked it came by a link of this message, which only its reader has."""
    send = opened.send
    return Proof(
        id=event_id("proof", send.id, channel, now.isoformat()),
        profile=opened.person.state.id,
        channel=channel,
        address=opened.address(channel).strip().lower(),
        text_version=shown.text_version,
        form_url=shown.form_url,
        requested_at=now,
        requested_ip=shown.ip,
        confirmed_at=now,
        confirmed_ip=shown.ip,
        message_id=send.id,
        sent_at=send.closed_at or send.created_at,
        subject="",
        text="",
        words=shown.words.get(channel, ""),
    )


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
