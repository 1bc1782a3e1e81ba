"""Everybody who is one person: all identities, however many there are, and every row that is kept below them.

Of an address that changed hands only what was theirs when they had it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from anlass.domain.bouncing import Bounces
from anlass.domain.consent import Consent
from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from anlass.domain.ids import address_hash
from anlass.domain.ledger import Proof, Statement
from anlass.domain.owning import WHOLE, Holding, holding_of, moment_of
from anlass.domain.person import Person
from anlass.domain.profile import Attributes, Caps, State
from anlass.domain.registry.events import UPDATE
from anlass.domain.subscribing import REQUESTED
from anlass.domain.suppression import Suppression
from anlass.keys import BouncesKey, Key, SuppressionKey
from anlass.language.address_forms import forms_of
from anlass.ports import (
    Archive,
    Hashes,
    Kept,
    Store,
)
from anlass.usecases.people import owner_of

CHANNELS = {"email": "email", "phone": "sms"}  # trait -> channel


@dataclass(frozen=True, slots=True)
class WholePerson:
    """`rows`: of the profiles table, by identity, the own one first. `state` None: nobody is known. `signs`: the STATE
    of each identity; `holdings`: what of it is this person's.
    """

    profile: str
    state: State | None
    rows: Mapping[str, Sequence[Kept]]
    signs: Mapping[str, State]
    holdings: Mapping[str, Holding]

    @property
    def identities(self) -> tuple[str, ...]:
        return tuple(self.rows)

    @property
    def person(self) -> Person | None:
        """The rows of the profile itself; what was merged into it is in there."""
        if self.state is None:
            return None
        mine = [kept.row for kept in self.rows[self.profile]]
        return Person(
            self.state,
            next((row for row in mine if isinstance(row, Attributes)), None),
            {row.channel: row for row in mine if isinstance(row, Consent)},
            next((row for row in mine if isinstance(row, Caps)), None),
        )

    @property
    def addresses(self) -> tuple[tuple[str, str], ...]:
        """(channel, address), of all that was ever known."""
        return self._addresses(self.all(Attributes))

    @property
    def vouched_addresses(self) -> tuple[tuple[str, str], ...]:
        """Those of them that more than a browser says are theirs."""
        return self._addresses(row for row in self.all(Attributes) if row.is_vouched)

    def _addresses(self, attributes: Iterable[Attributes]) -> tuple[tuple[str, str], ...]:
        found = {each for row in attributes for each in addresses_in(row.traits)}
        for consent in self.all(Consent):
            found |= {(consent.channel, grant.address) for grant in consent.grants}
        for said in (*self.all(Statement), *self.all(Proof)):
            found.add((said.channel, said.address.strip().lower()))
        return tuple(sorted(found))

    def all(self, kind: type[Any]) -> list[Any]:
        return [kept.row for rows in self.rows.values() for kept in rows if isinstance(kept.row, kind)]

    def journey_rows(self, identity: str, archive: Archive) -> list[Kept]:
        holding = self.holdings[identity]
        return [kept for kept in archive.journey_rows(identity) if holding.holds(moment_of(kept.row))]

    def events(self, identity: str, archive: Archive) -> Iterator[Event]:
        """Oldest first."""
        holding = self.holdings[identity]
        return (event for event in all_events(archive, identity) if holding.holds(moment_of(event)))


def all_events(archive: Archive, identity: str) -> Iterator[Event]:
    """Of whoever had this identity, oldest first."""
    after: str | None = None
    while True:
        page = archive.events(identity, after)
        yield from page.found
        after = page.after
        if after is None:
            return


def addresses_in(traits: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for trait, channel in CHANNELS.items():
        value = traits.get(trait)
        if isinstance(value, str) and value.strip():
            yield channel, value.strip().lower()


def addresses_told(person: WholePerson, archive: Archive) -> Iterator[tuple[str, str]]:
    """(channel, address), of all that was told and stands in no row: never confirmed, or theirs no more. What a browser
    says is no word of whose it is; what was asked for in a form may be.
    """
    for identity in person.identities:
        for event in person.events(identity, archive):
            if event.source != "browser":
                yield from addresses_in(event.traits)
            if event.name == UPDATE and event.source == "system":
                yield from addresses_in(event.properties.get("set") or {})
            if event.name == REQUESTED:
                yield from addresses_in(event.properties)
        for kept in person.journey_rows(identity, archive):
            if isinstance(kept.row, Enrolment) and kept.row.entry.name == REQUESTED:
                yield from addresses_in(kept.row.entry.properties)


def but_others(person: WholePerson, addresses: Iterable[tuple[str, str]], store: Store) -> Iterator[tuple[str, str]]:
    """Those that lead to nobody else: anybody may type, or have had, an address that is somebody's."""
    for channel, address in addresses:
        if not any(_is_others(f"e:{address_hash(form)}", person, store) for form in forms_of(channel, address)):
            yield channel, address


def _is_others(name: str, person: WholePerson, store: Store) -> bool:
    """Who only asked for something at an address, and never confirmed it, need not be its owner."""
    profile, state = owner_of(name, store)
    if profile is None or state is None or profile == person.profile:
        return False
    holding = person.holdings.get(profile)
    return state.requested_at is None and not (holding is not None and holding.is_now)


def suppressions_of(
    person: WholePerson, store: Store, hashes: Hashes
) -> Iterator[tuple[str, str, Suppression | Bounces]]:
    """(channel, address, row): what their addresses said or suffered, kept by salted hash only and found by who knows
    the address.
    """
    keys: dict[Key, tuple[str, str]] = {}
    theirs = but_others(person, person.vouched_addresses, store)
    for channel, address in ((c, form) for c, a in theirs for form in forms_of(c, a)):
        hash_ = hashes.of(address)
        keys[SuppressionKey(hash_, channel)] = keys[BouncesKey(hash_, channel)] = (channel, address)
    found = store.read(keys).found if keys else {}
    for key, (channel, address) in keys.items():
        row = found.get(key)
        if isinstance(row, Suppression | Bounces):
            yield channel, address, row


def whole_person(identity: str, store: Store, archive: Archive) -> WholePerson:
    """STATE keeps twenty identities; each merge left a row that names one, for good."""

    @cache
    def owner(each: str, at: Any = None) -> str | None:
        return owner_of(each, store, at)[0]

    found_profile, state = owner_of(identity, store)
    profile = found_profile if found_profile is not None else identity
    rows: dict[str, Sequence[Kept]] = {}
    signs: dict[str, State] = {}
    holdings: dict[str, Holding] = {}
    left = [profile, *(state.identities if state else ())]
    while left:
        each = left.pop(0)
        if each in rows:
            continue
        found = archive.profile_rows(each)
        sign = next((kept.row for kept in found if isinstance(kept.row, State)), None)
        present = owner(each) if sign is None or not sign.is_vacant else None
        holding = WHOLE if sign is None else holding_of(sign, profile, owner, present)
        if holding is None:
            continue  # an address that somebody else has by now
        rows[each] = [_own(kept) for kept in found if holding.holds(moment_of(kept.row))]
        holdings[each] = holding
        if sign is not None:
            signs[each] = sign
        left += [kept.name for kept in rows[each] if kept.kind == "MERGED"]
    return WholePerson(profile, state, rows, signs, holdings)


def _own(kept: Kept) -> Kept:
    """Who had the address before is nobody's business."""
    return replace(kept, row=replace(kept.row, former=())) if isinstance(kept.row, State) else kept
