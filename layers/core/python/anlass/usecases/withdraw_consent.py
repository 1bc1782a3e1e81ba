"""A person says no, by the link in a mail: at once, for this channel and all topics, and never lifted by the shop."""

from __future__ import annotations

from anlass.domain.changes import AddEvent, SaveConsent
from anlass.domain.consent import ALL_TOPICS, Consent, Grant
from anlass.domain.errors import Conflict, Transient
from anlass.domain.identifying import UNSUBSCRIBED
from anlass.domain.send import split_message_id
from anlass.ports import Clock, Links, SendKey, Store
from anlass.usecases.message_events import message_event
from anlass.usecases.people import read_with_person

TRIES = 5


def withdraw_consent(token: str, source: str, *, store: Store, links: Links, clock: Clock) -> bool:
    """False: the token is none of ours, or so old that nobody knows the message any more."""
    key = key_of(token, links)
    if key is None:
        return False
    for _ in range(TRIES):
        send = store.read([key]).send(key.enrolment, key.row)
        if send is None:
            return False
        person, _rows = read_with_person(store, send.profile)
        if person is None:
            return False
        consent = (person.consents or {}).get(send.channel) or Consent(person.state.id, send.channel)
        address = person.address(send.channel)
        addresses = {g.address for g in consent.grants} | ({address.strip().lower()} if address else set())
        now = clock.now()
        after = consent
        for one in sorted(addresses):
            if consent.denies(one, ALL_TOPICS, by="person"):
                continue  # a link is pressed twice, and fetched by mail programs
            after = after.states(Grant(one, ALL_TOPICS, "withdrawn", now, by="person", source=source))
        if after is consent:
            return True
        properties = {"topics": [ALL_TOPICS], "source": source}
        event = message_event(UNSUBSCRIBED, person.state.id, send, now, properties, str(consent.version))
        try:
            store.commit([SaveConsent(after), AddEvent(event)])
        except Conflict:
            continue
        return True
    raise Transient(f"consent of {key.enrolment} changed {TRIES} times while it was withdrawn")


def key_of(token: str, links: Links) -> SendKey | None:
    """The row of the message that a link was made for."""
    message_id = links.message_of(token)
    parts = split_message_id(message_id) if message_id else None
    return SendKey(*parts) if parts else None
