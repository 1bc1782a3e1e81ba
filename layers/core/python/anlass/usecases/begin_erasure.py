"""Somebody is to be erased: from here on nothing of theirs is read, used or made any more. What lies around goes next.

One transaction, as a rule: a tombstone for each identity, and away with all rows that somebody of the same name would
be taken for. It also asks for the rest to be done (the outbox).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from anlass.domain.changes import (
    AddErasure,
    AddObjection,
    AddTombstone,
    Change,
    DropRow,
    DropState,
    SaveErasure,
)
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.domain.erasure import MARGIN, AskedBy, Erasure
from anlass.domain.errors import Conflict, Transient
from anlass.domain.ids import event_id
from anlass.domain.keeping import Retention
from anlass.domain.profile import State
from anlass.keys import ErasureKey, TombstoneKey
from anlass.language.address_forms import forms_of
from anlass.ports import (
    Archive,
    Clock,
    Hashes,
    Kept,
    Store,
)
from anlass.usecases.erased import mark_of
from anlass.usecases.whole_person import WholePerson, whole_person

TRIES = 8
AT_ONCE = 90  # changes; a transaction holds 100
KNOWN_BY = ("PROFILE", "CAPS", "CONSENT", "DATE")  # beside STATE: rows that are looked for by a person's id


@dataclass(frozen=True, slots=True)
class Registry:
    """Where people are kept, for whoever erases or exports one."""

    store: Store
    archive: Archive
    hashes: Hashes
    clock: Clock
    retention: Retention


def begin_erasure(identity: str, by: AskedBy, work: Registry) -> Erasure | None:
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


def bury(erasure: Erasure, work: Registry) -> Erasure:
    """What one transaction had no room for: all other identities first, the person's own at last. Raises Transient."""
    for _ in range(TRIES):
        now = work.clock.now()
        person = whole_person(erasure.identities[0], work.store, work.archive)
        identities = tuple(dict.fromkeys((*erasure.identities, *person.identities)))
        addresses = tuple(sorted({*erasure.addresses, *person.addresses}))
        found = replace(erasure, started_at=now, identities=identities, addresses=addresses)
        if found.identities != erasure.identities or found.addresses != erasure.addresses:
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


def _is_own(change: AddTombstone, erasure: Erasure, work: Registry) -> bool:
    return change.identity_hash == mark_of(erasure.identities[0], work.hashes)


def _erasure_of(identity: str, work: Registry) -> Erasure | None:
    """Of whoever had this identity; of one so long ago that its row has expired, what the tombstone knows."""
    mark = mark_of(identity, work.hashes)
    tombstone = work.store.read([TombstoneKey(mark)]).tombstone(mark)
    if tombstone is None:
        return None
    row = work.store.read([ErasureKey(tombstone.erasure)]).erasure(tombstone.erasure)
    return row or Erasure(tombstone.erasure, f"@{mark}", tombstone.at, status="done", finished_at=tombstone.at)


def _is_anything_of(person: WholePerson, work: Registry) -> bool:
    """Rows without a STATE: events that wait to be applied, or remains."""
    identity, archive = person.profile, work.archive
    rows = any(person.rows.values())
    return rows or bool(archive.journey_rows(identity)) or bool(archive.events(identity, None).found)


def _opened(person: WholePerson, by: AskedBy, work: Registry) -> Erasure:
    mark, now = mark_of(person.profile, work.hashes), work.clock.now()
    return Erasure(
        id=event_id("erasure", mark, now.isoformat()),
        profile=f"@{mark}",
        started_at=now,
        identities=person.identities,
        addresses=person.addresses,
        by=by,
        sweep_at=now + SWEEP_AFTER,
    )


def _burial(erasure: Erasure, person: WholePerson, work: Registry) -> Iterator[list[Change]]:
    """Commits, the last of which voids the person's own STATE. What is done already does no harm again."""
    own: list[Change] = []
    others: list[Change] = []
    for identity in dict.fromkeys((*erasure.identities, *person.identities)):
        rows = person.rows.get(identity, ())
        tombstone = _tombstone(identity, erasure, work)
        if identity == person.profile:
            own = [tombstone, *_state(rows)]
            others += _known_by(rows)
        else:
            others += [tombstone, *_state(rows), *_known_by(rows)]
    others += _objections(erasure, work)
    while len(others) + len(own) > AT_ONCE:
        yield others[:AT_ONCE]
        others = others[AT_ONCE:]
    yield [*others, *own]


def _tombstone(identity: str, erasure: Erasure, work: Registry) -> AddTombstone:
    until = erasure.started_at + work.retention.longest + MARGIN
    return AddTombstone(mark_of(identity, work.hashes), erasure.started_at, until, erasure.id)


def _state(rows: Sequence[Kept]) -> Iterator[Change]:
    yield from (DropState(kept.row.id, kept.row.version) for kept in rows if isinstance(kept.row, State))


def _known_by(rows: Sequence[Kept]) -> Iterator[Change]:
    yield from (DropRow(kept.partition, kept.sort) for kept in rows if kept.kind in KNOWN_BY)


def _objections(erasure: Erasure, work: Registry) -> Iterator[Change]:
    """So that a list that is imported later does not bring them back."""
    forms = {(channel, form) for channel, address in erasure.addresses for form in forms_of(channel, address)}
    marks = {(channel, work.hashes.of(form)) for channel, form in forms}
    yield from (AddObjection(mark, channel, (ALL_TOPICS,), erasure.started_at) for channel, mark in sorted(marks))


def erasure_by_id(id_: str, work: Registry) -> Erasure | None:
    """None: there is none, or its row has expired."""
    return work.store.read([ErasureKey(id_)]).erasure(id_)
