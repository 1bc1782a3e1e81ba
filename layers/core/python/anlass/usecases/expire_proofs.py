"""Proofs of a consent that was withdrawn are kept until nobody can sue over it any more, and not a day longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from anlass.domain.changes import Change, KeepUntil
from anlass.domain.consent import Consent
from anlass.domain.errors import Conflict
from anlass.domain.event import Event
from anlass.domain.keeping import Retention
from anlass.domain.ledger import Proof, Statement
from anlass.ports import (
    Archive,
    Kept,
    Store,
)
from anlass.usecases.whole_person import owner_of

WITHDRAWN: Final = frozenset(("Unsubscribed", "Consent Withdrawn"))  # what every withdrawal is told by, whoever said it
AT_ONCE = 90


def expire_proofs(event: Event, *, store: Store, archive: Archive, retention: Retention) -> None:
    """For an event that tells of a withdrawal; any other costs nothing. Said again, the first time stays.

    What a yes rests on that still stands does not expire, nor does the present state itself.
    """
    if event.name not in WITHDRAWN or event.source != "system":
        return
    profile, state = owner_of(event.identity, store)
    if state is None:
        return
    rows = archive.profile_rows(profile)
    until = event.at + retention.proofs
    expiring: list[Change] = [KeepUntil(kept.partition, kept.sort, until) for kept in _idle(rows, event)]
    for start in range(0, len(expiring), AT_ONCE):
        _commit(expiring[start : start + AT_ONCE], store)


def _idle(rows: Sequence[Kept], event: Event) -> Iterator[Kept]:
    """Rows of the ledger, and proofs, of addresses that nothing may go to any more."""
    consents = {kept.row.channel: kept.row for kept in rows if isinstance(kept.row, Consent)}
    for kept in rows:
        said = kept.row
        if isinstance(said, Statement | Proof):
            at = said.at if isinstance(said, Statement) else said.confirmed_at
            consent = consents.get(said.channel)
            stands = consent is None or consent.reaches(said.address) or consent.tracks(said.address)
            if at <= event.at and not stands:
                yield kept


def _commit(changes: Sequence[Change], store: Store) -> None:
    """What is gone meanwhile needs no end."""
    left = list(changes)
    while left:
        try:
            store.commit(left)
        except Conflict as conflict:
            left = [change for position, change in enumerate(left) if position not in conflict.failed]
        else:
            return
