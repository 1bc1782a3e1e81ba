"""Somebody is to be erased: from here on nothing of theirs is read, used or made any more. What lies around goes next.

One transaction, as a rule: a tombstone for each identity, and away with all rows that somebody of the same name would
be taken for. It also asks for the rest to be done (the outbox).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from anlass.domain.changes import (
    AddErasure,
    AddObjection,
    AddTombstone,
    Change,
    DropRow,
    DropState,
    SaveErasure,
    SaveState,
)
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.domain.erasure import MARGIN, AskedBy, Erasure, Shared
from anlass.domain.errors import Conflict, Transient
from anlass.domain.ids import event_id
from anlass.domain.owning import after_erasure
from anlass.keys import ErasureKey, TombstoneKey
from anlass.language.address_forms import forms_of
from anlass.ports import Kept
from anlass.usecases.erased import mark_of
from anlass.usecases.people_work import PeopleWork
from anlass.usecases.whole_person import WholePerson, addresses_told, but_others, whole_person

TRIES = 8
AT_ONCE = 90  # changes; a transaction holds 100
KNOWN_BY = ("PROFILE", "CAPS", "CONSENT", "DATE")  # beside STATE: rows that are looked for by a person's id


def begin_erasure(identity: str, by: AskedBy, work: PeopleWork) -> Erasure | None:
    """The erasure that runs now, or ran; None: nothing is known of this identity. Raises Transient."""
    for _ in range(TRIES):
        person = whole_person(identity, work.store, work.archive)
        known = _erasure_of(person.profile, work)
        if known is not None and (person.state is None or known.status == "burying"):
            return known
        if person.state is None and not _is_anything_of(person, work):
            return None
        erasure = _opened(person, by, work)
        steps = list(_burial(erasure, person, work))
        if len(steps) > 1:  # it is asked for first: whoever goes on with it then buries
            erasure = replace(erasure, status="burying")
            steps = [[_tombstone(person.profile, erasure, work)]]
        try:
            work.store.commit([*steps[0], AddErasure(erasure)])
        except Conflict:
            continue  # they did something just now, or somebody else was faster
        return erasure
    raise Transient(f"somebody who is to be erased changed {TRIES} times meanwhile")


def bury(erasure: Erasure, work: PeopleWork) -> Erasure:
    """What one transaction had no room for: all other identities first, the person's own at last. Raises Transient."""
    for _ in range(TRIES):
        now = work.clock.now()
        person = whole_person(erasure.identities[0], work.store, work.archive)
        identities = tuple(dict.fromkeys((*erasure.identities, *person.identities)))
        addresses = tuple(sorted({*erasure.addresses, *_addresses(person, work)}))
        shared = tuple(dict.fromkeys((*erasure.shared, *_shared(person))))
        found = replace(erasure, started_at=now, identities=identities, addresses=addresses, shared=shared)
        if replace(found, started_at=erasure.started_at) != erasure:
            # Once pointers are gone nobody could tell any more who belonged to whom.
            found = replace(found, generation=erasure.generation + 1, request=None)
            work.store.commit([SaveErasure(found, erasure.generation)])
            erasure = found
        generation = found.generation + 1
        running = replace(found, status="running", generation=generation, sweep_at=now + SWEEP_AFTER, request=None)
        try:
            for step in _burial(found, person, work):
                is_last = any(isinstance(change, AddTombstone) and _is_own(change, found, work) for change in step)
                work.store.commit([*step, SaveErasure(running, found.generation)] if is_last else step)
        except Conflict:
            continue
        return running
    raise Transient(f"erasure {erasure.id} met {TRIES} conflicts")


def _is_own(change: AddTombstone, erasure: Erasure, work: PeopleWork) -> bool:
    return change.identity_hash == mark_of(erasure.identities[0], work.hashes)


def _erasure_of(identity: str, work: PeopleWork) -> Erasure | None:
    """Of whoever had this identity; of one so long ago that its row has expired, what the tombstone knows."""
    mark = mark_of(identity, work.hashes)
    tombstone = work.store.read([TombstoneKey(mark)]).tombstone(mark)
    if tombstone is None:
        return None
    row = work.store.read([ErasureKey(tombstone.erasure)]).erasure(tombstone.erasure)
    return row or Erasure(tombstone.erasure, f"@{mark}", tombstone.at, status="done", finished_at=tombstone.at)


def _is_anything_of(person: WholePerson, work: PeopleWork) -> bool:
    """Rows without a STATE: events that wait to be applied, or remains."""
    identity, archive = person.profile, work.archive
    if identity not in person.rows:
        return False  # an address that nobody has
    rows = any(person.rows.values()) or bool(person.journey_rows(identity, archive))
    return rows or any(True for _ in person.events(identity, archive))


def _opened(person: WholePerson, by: AskedBy, work: PeopleWork) -> Erasure:
    mark, now = mark_of(person.profile, work.hashes), work.clock.now()
    return Erasure(
        id=event_id("erasure", mark, now.isoformat()),
        profile=f"@{mark}",
        started_at=now,
        identities=person.identities,
        shared=_shared(person),
        addresses=tuple(sorted({*_addresses(person, work, *addresses_told(person, work.archive))})),
        by=by,
        sweep_at=now + SWEEP_AFTER,
    )


def _shared(person: WholePerson) -> tuple[Shared, ...]:
    found = ((each, holding) for each, holding in person.holdings.items() if not holding.is_whole)
    return tuple(Shared(each, span) for each, holding in found for span in holding.spans)


def _addresses(person: WholePerson, work: PeopleWork, *told: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Nobody is to be forgotten, nor objected for, because somebody else had, or typed, an address of theirs."""
    return but_others(person, dict.fromkeys((*person.vouched_addresses, *told)), work.store)


def _burial(erasure: Erasure, person: WholePerson, work: PeopleWork) -> Iterator[list[Change]]:
    """Commits, the last of which voids the person's own STATE. What is done already does no harm again."""
    own: list[Change] = []
    others: list[Change] = []
    for identity in dict.fromkeys((*erasure.identities, *person.identities)):
        is_own = identity == person.profile
        gone = list(_state(identity, erasure, person))
        is_left = any(isinstance(change, SaveState) for change in gone)
        is_done = not gone and any(shared.identity == identity for shared in erasure.shared)
        tombstones = [_tombstone(identity, erasure, work)] if is_own or not (is_left or is_done) else []
        (own if is_own else others).extend([*tombstones, *gone])
        others += _known_by(person.rows.get(identity, ()))
    others += _objections(erasure, work)
    while len(others) + len(own) > AT_ONCE:
        yield others[:AT_ONCE]
        others = others[AT_ONCE:]
    yield [*others, *own]


def _tombstone(identity: str, erasure: Erasure, work: PeopleWork) -> AddTombstone:
    until = erasure.started_at + work.retention.longest + MARGIN
    return AddTombstone(mark_of(identity, work.hashes), erasure.started_at, until, erasure.id)


def _state(identity: str, erasure: Erasure, person: WholePerson) -> Iterator[Change]:
    """What becomes of it. Of an address that others have or had as well their part is left."""
    sign = person.signs.get(identity)
    if sign is not None:
        left = after_erasure(sign, person.holdings[identity], erasure.started_at)
        yield DropState(identity, sign.version) if left is None else SaveState(left)


def _known_by(rows: Sequence[Kept]) -> Iterator[Change]:
    yield from (DropRow(kept.partition, kept.sort) for kept in rows if kept.kind in KNOWN_BY)


def _objections(erasure: Erasure, work: PeopleWork) -> Iterator[Change]:
    """So that a list that is imported later does not bring them back."""
    forms = {(channel, form) for channel, address in erasure.addresses for form in forms_of(channel, address)}
    marks = {(channel, work.hashes.of(form)) for channel, form in forms}
    yield from (AddObjection(mark, channel, (ALL_TOPICS,), erasure.started_at) for channel, mark in sorted(marks))


def erasure_by_id(id_: str, work: PeopleWork) -> Erasure | None:
    """None: there is none, or its row has expired."""
    return work.store.read([ErasureKey(id_)]).erasure(id_)
