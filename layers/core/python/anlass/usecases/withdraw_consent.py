"""A person says no, by the link in a mail: at once, for all topics, and never lifted by the shop.

The link to unsubscribe means the channel that its message came by; the preference centre means them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from anlass.domain.changes import AddEvent, AddObjection, AddStatement, Change, RequireProfile, SaveConsent
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.errors import Conflict, Transient
from anlass.domain.identifying import UNSUBSCRIBED
from anlass.domain.withdrawing import Withdrawal, addresses_of, withdrawal
from anlass.ports import (
    Clock,
    Hashes,
    Links,
    PageName,
    Store,
)
from anlass.usecases.message_events import message_event
from anlass.usecases.open_link import Opened, open_link
from anlass.usecases.people import CHANNELS

TRIES = 5
SOURCES: dict[PageName, str] = {"unsubscribe": "unsubscribe link", "preferences": "preference centre"}


def withdraw_consent(
    page: PageName,
    token: str,
    ip: str | None = None,
    *,
    store: Store,
    links: Links,
    hashes: Hashes,
    clock: Clock,
) -> Opened | None:
    """None: the token is none of ours, or so old that nobody knows the message any more."""
    for _ in range(TRIES):
        opened = open_link(page, token, store=store, links=links)
        if opened is None:
            return None
        channels = (opened.send.channel,) if page == "unsubscribe" else CHANNELS
        changes = all_withdrawn(opened, channels, clock.now(), SOURCES.get(page, page), hashes, ip)
        if not changes:
            return opened
        try:
            store.commit(changes)
        except Conflict:
            continue
        return opened
    raise Transient(f"a consent changed {TRIES} times while it was withdrawn")


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
