"""A person says no: to some topics or to all, for every address that they have had on the channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from anlass.domain.consent import ALL_TOPICS, Consent, Grant
from anlass.domain.ledger import Statement, stated
from anlass.domain.person import Person


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The consent after it, the ledger's lines, and the addresses at which the objection holds whoever has them."""

    consent: Consent
    statements: tuple[Statement, ...]
    addresses: tuple[str, ...]


def withdrawal(
    person: Person, channel: str, topics: Sequence[str], at: datetime, source: str, ip: str | None = None
) -> Withdrawal | None:
    """None: it was said already. A link is pressed twice, and fetched by mail programs."""
    before = (person.consents or {}).get(channel) or Consent(person.state.id, channel)
    after, statements, objecting = before, [], []
    for address in addresses_of(person, channel):
        for topic in topics:
            if _says_so_already(before, address, topic):
                continue
            grant = Grant(address, topic, "withdrawn", at, by="person", source=source)
            is_sale = before.basis(address, topic) == "existing-customer"
            act = "objected" if is_sale else "withdrawn"
            statements.append(stated(grant, person.state.id, channel, at.isoformat(), act=act, ip=ip))
            after = after.states(grant)
            objecting.append(address)
    if not statements:
        return None
    return Withdrawal(after, tuple(statements), tuple(dict.fromkeys(objecting)))


def addresses_of(person: Person, channel: str) -> list[str]:
    """All that somebody has had on a channel, as far as their consents know."""
    consent, own = (person.consents or {}).get(channel), person.address(channel)
    known = {grant.address for grant in consent.grants} if consent is not None else set()
    return sorted(known | ({own.strip().lower()} if own else set()))


def _says_so_already(consent: Consent, address: str, topic: str) -> bool:
    """Since then they have given no word for it, even one that a no of the shop outweighs for now."""
    here = address.strip().lower()
    own = [grant for grant in consent.grants if grant.by == "person" and grant.address == here]
    no = [grant.at for grant in own if (grant.topic, grant.status) == (topic, "withdrawn")]
    yes = [grant.at for grant in own if grant.status == "granted" and (topic == ALL_TOPICS or grant.topic == topic)]
    if not no or any(at > max(no) for at in yes):
        return False
    return not (consent.reaches(address) or consent.tracks(address)) if topic == ALL_TOPICS else True
