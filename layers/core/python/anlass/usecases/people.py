"""Loads a person, following the pointer that a merge leaves behind."""

from __future__ import annotations

from collections.abc import Iterable

from anlass.domain.person import Person
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


def read_with_person(store: Store, profile: str, others: Iterable[Key] = ()) -> tuple[Person | None, Rows]:
    """The person and the other rows, in one request; a second one only where the profile was merged."""
    rows = store.read([*others, *person_keys(profile)])
    state = rows.state(profile)
    while state is not None and state.pointer is not None:
        target = state.pointer
        rows = Rows({**rows.found, **store.read(person_keys(target)).found})
        state = rows.state(target)
    if state is None:
        return None, rows
    consents = {c: row for c in CHANNELS if (row := rows.consent(state.id, c)) is not None}
    return Person(state, rows.attributes(state.id), consents, rows.caps(state.id)), rows
