"""What the shop says of one person's consent, kept for the address: its no holds under every profile that has it, until
the shop says yes for the profile that it said no of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from anlass.domain.changes import AddDenial, AddStatement, Change, LiftDenial
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.ledger import Statement
from anlass.domain.person import Person
from anlass.domain.suppression import BY_SHOP
from anlass.keys import SuppressionKey
from anlass.ports import Hashes, Store
from anlass.usecases.erased import mark_of


def denials(
    changes: Sequence[Change], before: Mapping[str, Person], store: Store, hashes: Hashes
) -> list[AddDenial | LiftDenial]:
    """What follows from the shop's words among the changes. `before`: the people as they were read, by profile.

    One read more where the shop says no, and none otherwise. Raises Transient.
    """
    said = [change.statement for change in changes if isinstance(change, AddStatement)]
    by_shop = [one for one in said if one.by == "shop" and one.topic == ALL_TOPICS and one.purpose == "marketing"]
    last = {(one.profile, one.channel, one.address): one for one in by_shop}.values()
    denied = _by_address((one for one in last if one.grant.status == "withdrawn"), hashes)
    lifted = _by_address((one for one in last if one.grant.status == "granted" and _was_denied(one, before)), hashes)
    rows = store.read(denied) if denied else None
    changed: list[AddDenial | LiftDenial] = []
    for key, words in denied.items():
        row = rows.suppression(key.address_hash, key.channel) if rows is not None else None
        times = [one.at for one in words] + ([row.objections[BY_SHOP]] if row and BY_SHOP in row.objections else [])
        marks = tuple(sorted({mark_of(one.profile, hashes) for one in words}))
        changed.append(AddDenial(key.address_hash, key.channel, marks, max(times)))
    for key, words in lifted.items():
        if key not in denied:
            names = {name for one in words for name in (one.profile, *before[one.profile].state.identities)}
            marks = tuple(sorted(mark_of(name, hashes) for name in names))
            changed.append(LiftDenial(key.address_hash, key.channel, marks))
    return changed


def _by_address(said: Iterable[Statement], hashes: Hashes) -> dict[SuppressionKey, list[Statement]]:
    found: dict[SuppressionKey, list[Statement]] = {}
    for one in said:
        found.setdefault(SuppressionKey(hashes.of(one.address), one.channel), []).append(one)
    return found


def _was_denied(said: Statement, before: Mapping[str, Person]) -> bool:
    person = before.get(said.profile)
    consent = (person.consents or {}).get(said.channel) if person is not None else None
    return consent is not None and consent.denies(said.address, ALL_TOPICS, by="shop")
