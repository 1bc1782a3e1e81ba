"""A person says no, by the link in a mail: at once, for this channel and all topics, and never lifted by the shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from anlass.domain.changes import AddEvent, AddObjection, AddStatement, Change, SaveConsent
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.errors import Conflict, Transient
from anlass.domain.identifying import UNSUBSCRIBED
from anlass.domain.send import split_message_id
from anlass.domain.withdrawing import Withdrawal, withdrawal
from anlass.ports import Clock, Hashes, Links, PageName, SendKey, Store
from anlass.usecases.message_events import message_event
from anlass.usecases.people import read_with_person

TRIES = 5
SOURCES: dict[PageName, str] = {"unsubscribe": "unsubscribe link", "preferences": "preference centre"}


def withdraw_consent(page: PageName, token: str, *, store: Store, links: Links, hashes: Hashes, clock: Clock) -> bool:
    """False: the token is none of ours, or so old that nobody knows the message any more."""
    source = SOURCES.get(page, page)
    key = key_of(page, token, links)
    if key is None:
        return False
    for _ in range(TRIES):
        send = store.read([key]).send(key.enrolment, key.row)
        if send is None:
            return False
        person, _rows = read_with_person(store, send.profile)
        if person is None:
            return False
        now = clock.now()
        said = withdrawal(person, send.channel, [ALL_TOPICS], now, source)
        if said is None:
            return True
        properties = {"topics": [ALL_TOPICS], "source": source}
        cause = str(said.consent.version)
        event = message_event(UNSUBSCRIBED, person.state.id, send, now, properties, cause)
        try:
            store.commit([*noted(said, [ALL_TOPICS], now, hashes), AddEvent(event)])
        except Conflict:
            continue
        return True
    raise Transient(f"consent of {key.enrolment} changed {TRIES} times while it was withdrawn")


def noted(said: Withdrawal, topics: Sequence[str], at: datetime, hashes: Hashes) -> list[Change]:
    """All that a person's no changes: their consent, the ledger, and the addresses themselves."""
    objections = (AddObjection(hashes.of(a), said.consent.channel, tuple(topics), at) for a in said.addresses)
    return [SaveConsent(said.consent), *map(AddStatement, said.statements), *objections]


def key_of(page: PageName, token: str, links: Links) -> SendKey | None:
    """The row of the message that a link was made for."""
    ticket = links.read(page, token)
    parts = split_message_id(ticket.message_id) if ticket else None
    return SendKey(*parts) if parts else None
