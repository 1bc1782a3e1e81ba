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
from anlass.domain.registry.events import RESTORED, UNSUBSCRIBED, WITHDRAWN
from anlass.ports import (
    Archive,
    Kept,
    Store,
)
from anlass.usecases.people import owner_of
from anlass.usecases.whole_person import WholePerson, whole_person

AT_ONCE = 90


def expire_proofs(event: Event, *, store: Store, archive: Archive, retention: Retention) -> None:
    """For an event that tells of a withdrawal, or that the shop took its own no back; any other costs nothing. Said
    again, the first time stays.

    What a yes rests on that still stands does not expire, nor does the present state itself.
    """
    is_no = event.name in (UNSUBSCRIBED, WITHDRAWN)
    if event.source != "system" or not (is_no or event.name == RESTORED):
        return
    profile = owner_of(event.identity, store, moment_of(event))[0]
    person = whole_person(profile, store, archive) if profile is not None else None
    if person is None or person.state is None:
        return
    until = event.at + retention.proofs if is_no else None
    meant = _idle(person, event) if is_no else _bearing(person)
    changes: list[Change] = [KeepUntil(kept.partition, kept.sort, until) for kept in meant]
    for start in range(0, len(changes), AT_ONCE):
        _commit(changes[start : start + AT_ONCE], store)


def _idle(person: WholePerson, event: Event) -> Iterator[Kept]:
    """Rows of the ledger, and proofs, of addresses that nothing may go to any more; under whatever name they came."""
    for kept, said, consent in _said(person):
        at = said.at if isinstance(said, Statement) else said.confirmed_at
        if at <= event.at and consent is not None and not _stands(consent, said.address):
            yield kept


def _bearing(person: WholePerson) -> Iterator[Kept]:
    """What the present yes rests on: the shop took back its own no, and what was said before it counts again."""
    rows = list(_said(person))
    bearing = {
        said.proof
        for _, said, consent in rows
        if isinstance(said, Statement) and consent is not None and said.grant in consent.grants
    }
    for kept, said, consent in rows:
        if consent is None or not _stands(consent, said.address):
            continue
        if said.id in bearing if isinstance(said, Proof) else said.grant in consent.grants:
            yield kept


def _said(person: WholePerson) -> Iterator[tuple[Kept, Statement | Proof, Consent | None]]:
    """The rows of the ledger and the proofs, each with the present state on its channel."""
    consents = {kept.row.channel: kept.row for kept in person.rows[person.profile] if isinstance(kept.row, Consent)}
    for kept in (kept for rows in person.rows.values() for kept in rows):
        if isinstance(kept.row, Statement | Proof):
            yield kept, kept.row, consents.get(kept.row.channel)


def _stands(consent: Consent, address: str) -> bool:
    return consent.reaches(address) or consent.tracks(address)


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
