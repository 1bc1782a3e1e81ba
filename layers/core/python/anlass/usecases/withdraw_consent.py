"""A person says no, by the link in a mail: at once, for all topics, and never lifted by the shop.

The link to unsubscribe means the channel that its message came by; the preference centre means them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from anlass.domain.changes import AddEvent, AddObjection, AddStatement, Change, RequireProfile, SaveConsent
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.registry.events import UNSUBSCRIBED
from anlass.domain.withdrawing import Withdrawal, addresses_of, withdrawal
from anlass.ports import (
    Hashes,
    PageName,
)
from anlass.usecases.insisting import insist
from anlass.usecases.message_events import message_event
from anlass.usecases.open_link import Opened, open_link
from anlass.usecases.page_work import PageWork
from anlass.usecases.people import CHANNELS

SOURCES: dict[PageName, str] = {"unsubscribe": "unsubscribe link", "preferences": "preference centre"}


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`is_new`: it had not been said already."""

    opened: Opened
    is_new: bool


def withdraw_consent(page: PageName, token: str, work: PageWork, ip: str | None = None) -> Opened | None:
    """None: the token is none of ours, or so old that nobody knows the message any more. Raises Transient."""
    channels = None if page == "unsubscribe" else CHANNELS
    said = withdraw_by(lambda: open_link(page, token, work), channels, SOURCES.get(page, page), work, ip)
    return said.opened if said is not None else None


def withdraw_by(
    opening: Callable[[], Opened | None],
    channels: Iterable[str] | None,
    source: str,
    work: PageWork,
    ip: str | None = None,
) -> Withdrawn | None:
    """`opening`: reads who says no, and by which message; `channels` None: that of the message. Raises Transient."""

    def attempt() -> Withdrawn | None:
        opened = opening()
        if opened is None:
            return None
        said = (opened.send.channel,) if channels is None else channels
        changes = all_withdrawn(opened, said, work.clock.now(), source, work.hashes, ip)
        work.store.commit(changes)
        return Withdrawn(opened, any(isinstance(change, AddEvent) for change in changes))

    return insist(attempt, "a consent", "it was withdrawn")


def all_withdrawn(
    opened: Opened, channels: Iterable[str], now: datetime, source: str, hashes: Hashes, ip: str | None = None
) -> list[Change]:
    """What a no to everything on these channels changes. Where it was said already the addresses still note when it was
    said last: a request from between is over.
    """
    channels = tuple(channels)
    found = (withdrawal(opened.person, channel, [ALL_TOPICS], now, source, ip) for channel in channels)
    said = [each for each in found if each is not None]
    if not said:
        return [
            AddObjection(hashes.of(address), channel, (ALL_TOPICS,), now)
            for channel in channels
            for address in addresses_of(opened.person, channel)
        ]
    told = ", ".join(each.consent.channel for each in said)
    properties = {"topics": [ALL_TOPICS], "source": source, "channel": told}
    cause = " ".join(f"{each.consent.channel} {each.consent.version}" for each in said)
    event = message_event(UNSUBSCRIBED, opened.person.state.id, opened.send, now, properties, cause)
    changes = [change for each in said for change in noted(each, [ALL_TOPICS], now, hashes)]
    return [*changes, AddEvent(event), RequireProfile(opened.person.state.id)]


def noted(said: Withdrawal, topics: Sequence[str], at: datetime, hashes: Hashes) -> list[Change]:
    """All that a person's no changes: their consent, the ledger, and the addresses themselves."""
    objections = (AddObjection(hashes.of(a), said.consent.channel, tuple(topics), at) for a in said.addresses)
    return [SaveConsent(said.consent), *map(AddStatement, said.statements), *objections]
