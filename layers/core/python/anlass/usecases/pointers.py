"""Who is behind an identity, as far as rows were read: a merge leaves a pointer behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anlass.domain.applying import Record, groups, identities_of, vouched_for
from anlass.domain.event import Event
from anlass.domain.merging import may_merge
from anlass.domain.profile import State, new_state
from anlass.keys import Rows


def way(rows: Rows, identity: str) -> Iterator[str]:
    """The profiles that an identity's pointers lead to."""
    state = rows.state(identity)
    while state is not None and state.pointer is not None:
        yield state.pointer
        state = rows.state(state.pointer)


def profile_of(rows: Rows, identity: str) -> str:
    return (identity, *way(rows, identity))[-1]


def merges(rows: Rows, event: Event) -> bool:
    """Whether the event makes one person of two that are stored."""
    profile = profile_of(rows, event.identity)
    own = rows.state(profile) or new_state(profile)
    return any(
        other is not None and other.id not in own.identities and may_merge(other, own)
        for other in map(rows.state, vouched_for(event))
    )


def grouped(records: Sequence[Record], rows: Rows) -> list[list[Record]]:
    """Records that touch the same people, together and in order."""
    pointers = {
        identity: profile
        for record in records
        for identity in identities_of(record.event)
        for profile in way(rows, identity)  # the last one counts
    }
    return groups(records, pointers)


def people_of(group: Sequence[Record], rows: Rows) -> list[State]:
    """Everybody who is stored and whom the records touch."""
    names = dict.fromkeys(identity for record in group for identity in identities_of(record.event))
    found = (rows.state(profile_of(rows, name)) for name in names)
    return list({state.id: state for state in found if state is not None}.values())
