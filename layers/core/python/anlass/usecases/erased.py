"""Who was erased: tombstones, found by a salted hash of an identity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from anlass.keys import TombstoneKey
from anlass.ports import Hashes, Store


def mark_of(identity: str, hashes: Hashes) -> str:
    """Of these very letters: "u:Anna" and "u:anna" are two people, where addresses in any case are one."""
    return hashes.of(identity.encode().hex())


def erased_of(identities: Iterable[str], store: Store, hashes: Hashes) -> dict[str, datetime]:
    """Identity -> when whoever had it was erased, of those of whom that is so."""
    marks = {identity: mark_of(identity, hashes) for identity in identities}
    rows = store.read(TombstoneKey(mark) for mark in marks.values())
    found = {identity: rows.tombstone(mark) for identity, mark in marks.items()}
    return {identity: tombstone.at for identity, tombstone in found.items() if tombstone is not None}
