"""Whose an address is, and was. Who has another one from now on leaves it, and somebody else may get it.

What lies below the identity e:<hash> of an address is so of several people, one after the other, and a time parts them:
each row is of whoever had the address when that began of which it tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from anlass.domain.call import Call
from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from anlass.domain.ledger import Proof, Statement
from anlass.domain.profile import Owner, State, new_state
from anlass.domain.send import Send
from anlass.domain.timer import Timer

OWNERS = 20  # of one address, that are told apart


@dataclass(frozen=True, slots=True)
class Span:
    """A time during which somebody had an identity: later than `after`, `until` included; None: no border."""

    after: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """`moment` None: of a row that is there of the present owner only."""
        if moment is None:
            return self.until is None
        return (self.after is None or moment > self.after) and (self.until is None or moment <= self.until)


ALWAYS = Span()


@dataclass(frozen=True, slots=True)
class Holding:
    """What of an identity is one person's. `is_now`: they have it at present; `owners`: who `State.former` says."""

    spans: tuple[Span, ...] = (ALWAYS,)
    is_now: bool = True
    owners: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        return self.spans == (ALWAYS,)

    def holds(self, moment: datetime | None) -> bool:
        return any(span.holds(moment) for span in self.spans)


WHOLE = Holding()


def owners_of(identity: str, at: datetime | None, state_of: Callable[[str], State | None]) -> Iterator[str | None]:
    """The profiles that lead, one after the other, to whoever had this identity `at` that time; None: now. Ends with
    None where they were erased since.
    """
    state = state_of(identity)
    while state is not None:
        former = next((owner for owner in state.former if at is not None and at <= owner.until), None)
        if former is None and state.pointer is None:
            return
        profile, at = (former.profile, former.until) if former else (state.pointer, state.since or at)
        yield profile
        state = state_of(profile) if profile is not None else None


def moment_of(row: Any) -> datetime | None:
    """By which a row, or an event, is of one owner of its identity or of another; None: it is the present one's."""
    match row:
        case Event():
            return row.since or row.received_at
        case Enrolment(entered_at=at) | Proof(confirmed_at=at):
            return at
        case Send() | Call():
            return row.since or row.created_at
        case Timer(since=at):
            return at
        case Statement():
            return row.told_at or row.at
        case datetime():
            return row
        case _:
            return None


def released(state: State, by: str, now: datetime) -> State:
    """What is left of an address that somebody gave up: nothing but whose it was."""
    return replace(new_state(state.id), version=state.version, former=_joined((*state.former, Owner(by, now))))


def after_erasure(state: State, holding: Holding, now: datetime) -> State | None:
    """What is left of an identity when its owner of these times is erased; None: nobody else ever had it."""
    former = [replace(o, profile=None) if o.profile in holding.owners else o for o in state.former]
    if holding.is_now:
        former.append(Owner(None, now))
    is_vacant = holding.is_now or state.is_vacant
    if is_vacant and all(owner.profile is None for owner in former):
        return None
    bare = replace(new_state(state.id), version=state.version, erased={state.id: now})
    return replace(bare if holding.is_now else state, former=_joined(former))


def _joined(owners: Sequence[Owner]) -> tuple[Owner, ...]:
    """One of them twice running had it all the time. Of more than are told apart the oldest are nobody's."""
    found: list[Owner] = []
    for owner in owners:
        if found and found[-1].profile == owner.profile:
            found.pop()
        found.append(owner)
    if len(found) > OWNERS:
        found[: len(found) - OWNERS + 1] = [Owner(None, found[len(found) - OWNERS].until)]
    return tuple(found)


def holding_of(
    state: State, profile: str, owner: Callable[[str, datetime], str | None], present: str | None
) -> Holding | None:
    """What of this identity is the profile's; None: nothing. `owner`: who a former owner is by now; `present`: who has
    the identity.
    """
    if not state.former:
        return WHOLE if present == profile else None
    spans: list[Span] = []
    owners: set[str] = set()
    after: datetime | None = None
    for former in state.former:
        if former.profile is not None and owner(former.profile, former.until) == profile:
            spans.append(Span(after, former.until))
            owners.add(former.profile)
        after = former.until
    is_now = present == profile
    if is_now:
        spans.append(Span(after))
    return Holding(tuple(spans), is_now, frozenset(owners)) if spans else None
