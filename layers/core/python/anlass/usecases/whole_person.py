"""Everybody who is one person: all identities, however many there are, and every row that is kept below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlass.domain.consent import Consent
from anlass.domain.ledger import Proof, Statement
from anlass.domain.profile import Attributes, State
from anlass.keys import StateKey
from anlass.ports import (
    Archive,
    Kept,
    Store,
)

CHANNELS = {"email": "email", "phone": "sms"}  # trait -> channel


@dataclass(frozen=True, slots=True)
class WholePerson:
    """`identities`: the own one first. `rows`: of the profiles table, by identity. `state` None: nobody is known."""

    profile: str
    state: State | None
    rows: Mapping[str, Sequence[Kept]]

    @property
    def identities(self) -> tuple[str, ...]:
        return tuple(self.rows)

    @property
    def addresses(self) -> tuple[tuple[str, str], ...]:
        """(channel, address), of all that was ever known."""
        return tuple(sorted(set(self._addresses())))

    def _addresses(self) -> Iterator[tuple[str, str]]:
        for row in self.all(Attributes):
            yield from addresses_in(row.traits)
        for consent in self.all(Consent):
            yield from ((consent.channel, grant.address) for grant in consent.grants)
        for statement in (*self.all(Statement), *self.all(Proof)):
            yield statement.channel, statement.address.strip().lower()

    def all(self, kind: type[Any]) -> list[Any]:
        return [kept.row for rows in self.rows.values() for kept in rows if isinstance(kept.row, kind)]


def addresses_in(traits: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for trait, channel in CHANNELS.items():
        value = traits.get(trait)
        if isinstance(value, str) and value.strip():
            yield channel, value.strip().lower()


def owner_of(identity: str, store: Store) -> tuple[str, State | None]:
    """Whose identity it is by now, and their STATE."""
    state = store.read([StateKey(identity)]).state(identity)
    profile = identity
    while state is not None and state.pointer is not None:
        profile = state.pointer
        state = store.read([StateKey(profile)]).state(profile)
    return profile, state


def whole_person(identity: str, store: Store, archive: Archive) -> WholePerson:
    """STATE keeps twenty identities; each merge left a row that names one, for good."""
    profile, state = owner_of(identity, store)
    rows: dict[str, Sequence[Kept]] = {}
    left = [profile, *(state.identities if state else ())]
    while left:
        each = left.pop(0)
        if each in rows or (each != profile and owner_of(each, store)[0] not in (profile, each)):
            continue
        found = archive.profile_rows(each)
        own = next((kept.row for kept in found if isinstance(kept.row, State)), None)
        if each != profile and own is not None and own.pointer is None:
            continue  # an address that somebody else has by now
        rows[each] = found
        left += [kept.name for kept in found if kept.kind == "MERGED"]
    return WholePerson(profile, state, rows)
