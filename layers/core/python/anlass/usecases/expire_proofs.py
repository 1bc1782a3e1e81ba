"""Proofs of a consent that was withdrawn are kept until nobody can sue over it any more, and not a day longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anlass.domain.changes import Change, KeepUntil
from anlass.domain.consent import Consent
from anlass.domain.errors import Conflict
from anlass.domain.event import Event
from anlass.domain.keeping import Retention
from anlass.domain.ledger import Proof, Statement
from anlass.domain.owning import moment_of
from anlass.domain.registry.events import UNSUBSCRIBED, WITHDRAWN
from anlass.ports import (
    Archive,
    Kept,
    Store,
)
from anlass.usecases.people import owner_of
from anlass.usecases.whole_person import WholePerson, whole_person

AT_ONCE = 90


def expire_proofs(event: Event, *, store: Store, archive: Archive, retention: Retention) -> None:
    """For an event that tells of a withdrawal; any other costs nothing. Said again, the first time stays.

    What a yes rests on that still stands does not expire, nor does the present state itself.
    """
    if event.name not in (UNSUBSCRIBED, WITHDRAWN) or event.source != "system":
        return
    profile = owner_of(event.identity, store, moment_of(event))[0]
    person = whole_person(profile, store, archive) if profile is not None else None
    if person is None or person.state is None:
        return
    until = event.at + retention.proofs
    expiring: list[Change] = [KeepUntil(kept.partition, kept.sort, until) for kept in _idle(person, event)]
    for start in range(0, len(expiring), AT_ONCE):
        _commit(expiring[start : start + AT_ONCE], store)


def _idle(person: WholePerson, event: Event) -> Iterator[Kept]:
    """Rows of the ledger, and proofs, of addresses that nothing may go to any more; under whatever name they came."""
    consents = {kept.row.channel: kept.row for kept in person.rows[person.profile] if isinstance(kept.row, Consent)}
    for kept in (kept for rows in person.rows.values() for kept in rows):
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
