"""What the shop says of one person's consent, kept for the address: its no holds under every profile that has it, until
the shop says yes for the profile that it said no of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from anlass.domain.changes import AddStatement, Change, SaveDenials, SaveState
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.ledger import Statement
from anlass.domain.person import Person
from anlass.domain.suppression import Denials
from anlass.keys import SuppressionKey
from anlass.ports import Hashes, Store
from anlass.usecases.erased import mark_of


def denials(changes: Sequence[Change], before: Mapping[str, Person], store: Store, hashes: Hashes) -> list[SaveDenials]:
    """What follows from the shop's words among the changes. `before`: the people as they were read, by profile.

    One read more where the shop says no, or yes where it had said no, and none otherwise. Raises Transient.
    """
    said = [change.statement for change in changes if isinstance(change, AddStatement)]
    by_shop = [one for one in said if one.by == "shop" and one.topic == ALL_TOPICS and one.purpose == "marketing"]
    names = {change.state.id: change.state.identities for change in changes if isinstance(change, SaveState)}
    found: dict[SuppressionKey, dict[str, Statement]] = {}
    for one in {(one.profile, one.channel, one.address): one for one in by_shop}.values():
        people = (one.profile, *names.get(one.profile, ()))
        is_no = one.grant.status == "withdrawn"
        if is_no or _was_denied(one, people, before):
            key = SuppressionKey(hashes.of(one.address), one.channel)
            meant = (one.profile,) if is_no else people  # two who became one were denied as either
            found.setdefault(key, {}).update({mark_of(name, hashes): one for name in meant})
    rows = store.read(found) if found else None
    changed = []
    for key, marks in found.items():
        row = rows.suppression(key.address_hash, key.channel) if rows is not None else None
        was = row.denials if row is not None else Denials()
        now = _after(was, marks)
        changed += [SaveDenials(key.address_hash, key.channel, was, now)] if now != was else []
    return changed


def _after(was: Denials, marks: Mapping[str, Statement]) -> Denials:
    denied = {mark: one.at for mark, one in marks.items() if one.grant.status == "withdrawn"}
    times = [*denied.values(), *([was.at] if was.at is not None else [])]
    return Denials((was.by | denied.keys()) - (marks.keys() - denied.keys()), max(times, default=None))


def _was_denied(said: Statement, names: Iterable[str], before: Mapping[str, Person]) -> bool:
    people = (before[name] for name in names if name in before)
    consents = ((person.consents or {}).get(said.channel) for person in people)
    return any(consent is not None and consent.denies(said.address, ALL_TOPICS, by="shop") for consent in consents)
