"""What can be asked of the profiles and journeys tables by key, and what a read found.

One `read` takes any mix of keys, in one request for up to 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from anlass.domain.bouncing import Bounces
from anlass.domain.brake import Brake, Day
from anlass.domain.call import Call
from anlass.domain.consent import Consent
from anlass.domain.contest import SHARES, Standing, Tally, Winner, together
from anlass.domain.enrolment import Enrolment
from anlass.domain.erasure import Erasure, Tombstone
from anlass.domain.ledger import Proof, Statement
from anlass.domain.mailbox import Requests
from anlass.domain.profile import Attributes, Caps, State
from anlass.domain.send import ProviderName, Send
from anlass.domain.subscribing import IssuedCode
from anlass.domain.suppression import Suppression
from anlass.domain.timer import Timer

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class StateKey:
    profile: str


@dataclass(frozen=True, slots=True)
class AttributesKey:
    profile: str


@dataclass(frozen=True, slots=True)
class CapsKey:
    profile: str


@dataclass(frozen=True, slots=True)
class ConsentKey:
    profile: str
    channel: str


@dataclass(frozen=True, slots=True)
class SeenKey:
    profile: str
    event: str


@dataclass(frozen=True, slots=True)
class RememberedKey:
    profile: str
    mark: str


@dataclass(frozen=True, slots=True)
class StatementKey:
    profile: str
    id: str


@dataclass(frozen=True, slots=True)
class SuppressionKey:
    address_hash: str
    channel: str


@dataclass(frozen=True, slots=True)
class BouncesKey:
    address_hash: str
    channel: str


@dataclass(frozen=True, slots=True)
class ReportsKey:
    """What was delivered and complained about on a day; see `domain/brake.py`."""

    day: date
    share: int


@dataclass(frozen=True, slots=True)
class BrakeKey:
    """There is one."""


@dataclass(frozen=True, slots=True)
class ProviderKey:
    provider_id: str


@dataclass(frozen=True, slots=True)
class CodeKey:
    address_hash: str


@dataclass(frozen=True, slots=True)
class RequestsKey:
    mailbox_hash: str


@dataclass(frozen=True, slots=True)
class TombstoneKey:
    identity_hash: str


@dataclass(frozen=True, slots=True)
class ErasureKey:
    id: str


@dataclass(frozen=True, slots=True)
class EnrolmentKey:
    id: str


@dataclass(frozen=True, slots=True)
class SendKey:
    enrolment: str
    row: str


@dataclass(frozen=True, slots=True)
class CallKey:
    enrolment: str
    row: str


@dataclass(frozen=True, slots=True)
class TimerKey:
    id: str


@dataclass(frozen=True, slots=True)
class TallyKey:
    contest: str
    share: int


@dataclass(frozen=True, slots=True)
class WinnerKey:
    contest: str


Key = (
    StateKey
    | AttributesKey
    | CapsKey
    | ConsentKey
    | SeenKey
    | RememberedKey
    | StatementKey
    | SuppressionKey
    | BouncesKey
    | ReportsKey
    | BrakeKey
    | ProviderKey
    | CodeKey
    | RequestsKey
    | TombstoneKey
    | ErasureKey
    | EnrolmentKey
    | SendKey
    | CallKey
    | TimerKey
    | TallyKey
    | WinnerKey
)
JourneyRow = Enrolment | Send | Call | Timer | Erasure
# A datetime: when something was seen, remembered or merged.
Row = (
    State
    | Attributes
    | Caps
    | Consent
    | Statement
    | Proof
    | Suppression
    | Tombstone
    | Bounces
    | Day
    | Brake
    | ProviderName
    | IssuedCode
    | Requests
    | JourneyRow
    | Tally
    | Winner
    | datetime
)


class Rows:
    """What a read found, by key."""

    def __init__(self, found: Mapping[Key, Row]) -> None:
        self.found = found

    def state(self, profile: str) -> State | None:
        return _as(State, self.found.get(StateKey(profile)))

    def attributes(self, profile: str) -> Attributes | None:
        return _as(Attributes, self.found.get(AttributesKey(profile)))

    def caps(self, profile: str) -> Caps | None:
        return _as(Caps, self.found.get(CapsKey(profile)))

    def consent(self, profile: str, channel: str) -> Consent | None:
        return _as(Consent, self.found.get(ConsentKey(profile, channel)))

    def enrolment(self, id_: str) -> Enrolment | None:
        return _as(Enrolment, self.found.get(EnrolmentKey(id_)))

    def send(self, enrolment: str, row: str) -> Send | None:
        return _as(Send, self.found.get(SendKey(enrolment, row)))

    def call(self, enrolment: str, row: str) -> Call | None:
        return _as(Call, self.found.get(CallKey(enrolment, row)))

    def timer(self, id_: str) -> Timer | None:
        return _as(Timer, self.found.get(TimerKey(id_)))

    def standing(self, contest: str) -> Standing:
        """How it stands, of all its rows that were read."""
        tallies = [_as(Tally, self.found.get(TallyKey(contest, share))) for share in range(SHARES)]
        return Standing(together(t for t in tallies if t is not None), _as(Winner, self.found.get(WinnerKey(contest))))

    def suppression(self, address_hash: str, channel: str) -> Suppression | None:
        return _as(Suppression, self.found.get(SuppressionKey(address_hash, channel)))

    def bounces(self, address_hash: str, channel: str) -> Bounces | None:
        return _as(Bounces, self.found.get(BouncesKey(address_hash, channel)))

    def days(self) -> list[tuple[date, Day]]:
        """All that was counted in the rows that were read."""
        return [(k.day, row) for k, row in self.found.items() if isinstance(k, ReportsKey) and isinstance(row, Day)]

    def brake(self) -> Brake | None:
        return _as(Brake, self.found.get(BrakeKey()))

    def named(self, provider_id: str) -> ProviderName | None:
        return _as(ProviderName, self.found.get(ProviderKey(provider_id)))

    def tombstone(self, identity_hash: str) -> Tombstone | None:
        return _as(Tombstone, self.found.get(TombstoneKey(identity_hash)))

    def requests(self, mailbox_hash: str) -> Requests | None:
        return _as(Requests, self.found.get(RequestsKey(mailbox_hash)))

    def code(self, address_hash: str) -> IssuedCode:
        return _as(IssuedCode, self.found.get(CodeKey(address_hash))) or IssuedCode(address_hash)

    def erasure(self, id_: str) -> Erasure | None:
        return _as(Erasure, self.found.get(ErasureKey(id_)))

    def seen(self, profile: str, event: str) -> bool:
        return SeenKey(profile, event) in self.found

    def remembered(self) -> dict[tuple[str, str], datetime]:
        """(profile, mark) -> time, of all that was asked for."""
        rows = self.found.items()
        return {(k.profile, k.mark): at for k, at in rows if isinstance(k, RememberedKey) and isinstance(at, datetime)}


def _as(kind: type[_T], row: Row | None) -> _T | None:
    return row if isinstance(row, kind) else None
