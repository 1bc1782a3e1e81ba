"""Whom records are about, as far as rows were read: a merge leaves a pointer behind, and an address changes hands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anlass.domain.addresses import vouched_for
from anlass.domain.applying import Record, groups, identities_of
from anlass.domain.merging import may_merge
from anlass.domain.owning import moment_of, owners_of
from anlass.domain.profile import State, new_state
from anlass.keys import Rows


def ways(rows: Rows, record: Record) -> Iterator[tuple[str, str]]:
    """(identity, profile) for each profile that leads from an identity of the record to whom it is about."""
    for identity in identities_of(record):
        # What it tells itself is about whoever had the identity then, what it vouches for about who has it now.
        at = moment_of(record.event) if identity == record.event.identity else None
        yield identity, identity
        yield from ((identity, owner) for owner in owners_of(identity, at, rows.state) if owner is not None)


def profile_of(rows: Rows, record: Record) -> str:
    """Whom the record is about."""
    return [owner for identity, owner in ways(rows, record) if identity == record.event.identity][-1]


def merges(rows: Rows, record: Record) -> bool:
    """Whether the record makes one person of two that are stored."""
    profile = profile_of(rows, record)
    own = rows.state(profile) or new_state(profile)
    return any(
        other is not None and other.id not in own.identities and not other.is_vacant and may_merge(other, own)
        for other in map(rows.state, vouched_for(record.event, record.phone))
    )


def grouped(records: Sequence[Record], rows: Rows) -> list[list[Record]]:
    """Records that touch the same people, together and in order."""
    found: dict[str, set[str]] = {}
    for record in records:
        for identity, profile in ways(rows, record):
            found.setdefault(identity, set()).add(profile)
    return groups(records, found)


def people_of(group: Sequence[Record], rows: Rows) -> list[State]:
    """Everybody who is stored and whom the records touch."""
    last = {(number, identity): profile for number, each in enumerate(group) for identity, profile in ways(rows, each)}
    found = map(rows.state, dict.fromkeys(last.values()))
    return list({state.id: state for state in found if state is not None}.values())
