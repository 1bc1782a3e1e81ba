"""Visitors: profiles known by anonymous ids only. Their rows expire some time after their last visit.

Who somebody is follows from all their rows, and changes only where these are read: at the first event, at an
`identify`, at a merge. Other events read and write STATE alone, and with it its expiry. So what a visitor told of
themselves is kept from when they told it last, if that is a week later than it says.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from anlass.domain.event import Event
from anlass.domain.identifying import ADDRESSES
from anlass.domain.person import Person
from anlass.domain.profile import State

RENEWED = timedelta(days=7)


def dated(person: Person, event: Event) -> Person:
    """The person with the times that decide how long a visitor's rows are kept; somebody else has none."""
    state, attributes = person.state, person.attributes
    is_visitor = _is_visitor(person)
    state = replace(state, visitor_since=(state.visitor_since or event.received_at) if is_visitor else None)
    if attributes is not None:
        seen, last = attributes.seen_at, last_visit(state)
        if seen != last and (seen is None or last is None or last - seen >= RENEWED):
            attributes = replace(attributes, seen_at=last)
    return replace(person, state=state, attributes=attributes)


def last_visit(state: State) -> datetime | None:
    """Of a visitor; of who was told of only and did nothing here, when that was. None: it is known who this is."""
    since, seen = state.visitor_since, state.last_seen
    return since if since is None or seen is None else max(since, seen)


def _is_visitor(person: Person) -> bool:
    state, traits = person.state, person.attributes.traits if person.attributes else {}
    return (
        all(identity.startswith("a:") for identity in (state.id, *state.identities))
        and not any(traits.get(name) for name in ADDRESSES)
        and not any(consent.grants for consent in (person.consents or {}).values())
    )
