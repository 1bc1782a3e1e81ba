"""Loads people. A merge leaves a pointer behind, and an address changes hands: whoever comes from a message or an
enrolment means who had the identity when that began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from anlass.domain.owning import moment_of, owners_of
from anlass.domain.person import Person
from anlass.domain.profile import State
from anlass.domain.send import Send
from anlass.keys import (
    AttributesKey,
    CapsKey,
    ConsentKey,
    Key,
    Rows,
    StateKey,
)
from anlass.ports import Store

CHANNELS = ("email", "sms")


def person_keys(profile: str) -> list[Key]:
    return [
        StateKey(profile),
        AttributesKey(profile),
        CapsKey(profile),
        *(ConsentKey(profile, channel) for channel in CHANNELS),
    ]


def read_with_person(
    store: Store, profile: str, others: Iterable[Key] = (), at: datetime | None = None
) -> tuple[Person | None, Rows]:
    """The person who has this identity, or had it then, and the other rows, in one request; a further one only where
    the profile was merged or the address has changed hands.
    """
    return person_in(store.read([*others, *person_keys(profile)]), profile, at, store)


def who_got(send: Send, store: Store, others: Iterable[Key] = ()) -> tuple[Person | None, Rows]:
    """The person whom a message went, or goes, to: whatever became of the address since, they are meant by it."""
    return read_with_person(store, send.profile, others, moment_of(send))


def person_in(rows: Rows, profile: str, at: datetime | None, store: Store) -> tuple[Person | None, Rows]:
    """The same, of rows that were read with this profile's."""
    found = dict(rows.found)

    def state_of(identity: str) -> State | None:
        if identity != profile:
            found.update(store.read(person_keys(identity)).found)
        return Rows(found).state(identity)

    state = _owner(profile, at, state_of)[1]
    rows = Rows(found)
    if state is None:
        return None, rows
    consents = {c: row for c in CHANNELS if (row := rows.consent(state.id, c)) is not None}
    return Person(state, rows.attributes(state.id), consents, rows.caps(state.id)), rows


def owner_of(identity: str, store: Store, at: datetime | None = None) -> tuple[str | None, State | None]:
    """Whose identity it is, or was at that time, and their STATE. (None, None): they were erased since."""
    return _owner(identity, at, lambda each: store.read([StateKey(each)]).state(each))


def _owner(
    identity: str, at: datetime | None, state_of: Callable[[str], State | None]
) -> tuple[str | None, State | None]:
    states: dict[str, State | None] = {}

    def seen(each: str) -> State | None:
        if each not in states:
            states[each] = state_of(each)
        return states[each]

    profile = (identity, *owners_of(identity, at, seen))[-1]
    state = seen(profile) if profile is not None else None
    return profile, None if state is not None and state.is_vacant else state
