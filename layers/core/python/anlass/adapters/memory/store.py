"""The profiles and journeys tables in memory: the conditions and the atomicity of the real ones."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, assert_never

from anlass.adapters.memory.events import MemoryEventLog
from anlass.adapters.rows import ENROLMENT, Place, place_of_key, places
from anlass.domain import changes as c
from anlass.domain.bouncing import Bounces
from anlass.domain.brake import Brake, Day
from anlass.domain.call import Call
from anlass.domain.changes import Change
from anlass.domain.consent import Consent
from anlass.domain.contest import Tally, together
from anlass.domain.engine import CLOSED
from anlass.domain.enrolment import Enrolment
from anlass.domain.erasure import Erasure, Tombstone
from anlass.domain.errors import Conflict
from anlass.domain.mailbox import MOST, PLAIN, WINDOW, Requests
from anlass.domain.profile import Attributes, Caps, State
from anlass.domain.send import Send
from anlass.domain.subscribing import IssuedCode
from anlass.domain.suppression import BY_SHOP, Suppression
from anlass.domain.timer import Timer
from anlass.keys import (
    EnrolmentKey,
    JourneyRow,
    Key,
    Row,
    Rows,
)

Stored = Row | c.SaveDate | c.NoteMerged  # the last two are what was said
_T = TypeVar("_T")


class MemoryStore:
    """`outbox` holds, in the order of commits, every journeys row as written that asks for something."""

    def __init__(self, event_log: MemoryEventLog) -> None:
        self.outbox: list[JourneyRow] = []
        self._event_log = event_log
        self._rows: dict[tuple[str, str], dict[str, Stored]] = {}
        self._sweeps: list[tuple[datetime, Place]] = []  # a heap; entries whose row has another time are stale

    def read(self, keys: Iterable[Key], *, consistent: bool = True) -> Rows:  # noqa: ARG002 - memory is never late
        found: dict[Key, Row] = {}
        for key in keys:
            row = self._at(place_of_key(key))
            if row is not None and not isinstance(row, c.SaveDate | c.NoteMerged):
                found[key] = row
        return Rows(found)

    def enrolment(self, id_: str) -> tuple[Enrolment | None, dict[str, Send]]:
        partition = self._rows.get(("journeys", id_), {})
        row = partition.get(ENROLMENT)
        sends = {sort: send for sort, send in partition.items() if isinstance(send, Send)}
        return (row if isinstance(row, Enrolment) else None), sends

    def commit(self, changes: Sequence[Change]) -> None:
        rows = places(changes)
        lost = [p for p, change in enumerate(changes) if not self._holds(rows[p], change)]
        if lost:
            names = ", ".join(type(changes[position]).__name__ for position in lost)
            raise Conflict(f"the condition of {names} did not hold", frozenset(lost))
        for place, change in zip(rows, changes, strict=True):
            self._apply(place, change)

    def overdue(self, now: datetime, limit: int) -> list[JourneyRow]:
        found: dict[Place, tuple[datetime, JourneyRow]] = {}
        while self._sweeps and self._sweeps[0][0] <= now and len(found) < limit:
            at, place = heapq.heappop(self._sweeps)
            row = self._at(place)
            if isinstance(row, JourneyRow) and row.sweep_at == at:
                found[place] = (at, row)
        for place, (at, _) in found.items():
            heapq.heappush(self._sweeps, (at, place))
        return [row for _, row in found.values()]

    def next_sweep(self) -> datetime | None:
        """When the next row is past its time, if nothing moves it before."""
        while self._sweeps:
            at, place = self._sweeps[0]
            row = self._at(place)
            if isinstance(row, JourneyRow) and row.sweep_at == at:
                return at
            heapq.heappop(self._sweeps)
        return None

    def rows(self) -> Iterator[Stored]:
        """Everything that is stored, for whoever counts."""
        for partition in self._rows.values():
            yield from partition.values()

    def partition(self, table: str, key: str) -> Mapping[str, Stored]:
        """The rows of one partition, by sort key."""
        return dict(self._rows.get((table, key), {}))

    def remove(self, table: str, key: str, sort: str) -> None:
        self._rows.get((table, key), {}).pop(sort, None)

    def park(self, enrolment: str, seq: int, owner: str, token: str) -> bool:
        """The state machine's own write: the token, IF seq and owner are as given and the inbox is empty."""
        place = place_of_key(EnrolmentKey(enrolment))
        row = self._at(place)
        if not isinstance(row, Enrolment) or row.seq != seq or row.owner != owner or row.inbox:
            return False
        self._put(place, replace(row, token=token, request=None))
        return True

    def _at(self, place: Place) -> Stored | None:
        return self._rows.get((place.table, place.partition), {}).get(place.sort)

    def _put(self, place: Place, row: Stored) -> None:
        self._rows.setdefault((place.table, place.partition), {})[place.sort] = row
        if isinstance(row, JourneyRow):
            if row.sweep_at is not None:
                heapq.heappush(self._sweeps, (row.sweep_at, place))
            if row.request is not None:
                self.outbox.append(row)

    def _holds(self, place: Place, change: Change) -> bool:
        stored = self._at(place)
        match change:
            case c.SaveState(State(version=version)) | c.SaveAttributes(Attributes(version=version)):
                return _version(stored) == version
            case c.SaveConsent(Consent(version=version)) | c.RequireConsent(version=version):
                return _version(stored) == version
            case c.SaveCaps(Caps(version=version)):
                return _version(stored) == version
            case c.ForgetLive(since=since):
                if not isinstance(stored, State) or stored.pointer is not None:
                    return False
                return since is None or stored.began_at is None or stored.began_at < since
            case c.RequireProfile():
                return isinstance(stored, State) and stored.pointer is None
            case c.AddSuppression(_, _, _, _, True):
                return not isinstance(stored, Suppression) or stored.reason is None
            case c.AddSuppression() | c.AddObjection() | c.LiftObjection():
                return True
            case c.AddStatement() | c.AddProof():
                return True
            case c.AddEvent() | c.DropEvent() | c.DropRow() | c.SaveDate() | c.DropDate() | c.Remember() | c.CountOne():
                return True
            case c.CountRequest(_, at, anew, plain):
                if not isinstance(stored, Requests):
                    return not anew
                is_first = plain is not None and plain not in stored.plain and len(stored.plain) < PLAIN
                return stored.until <= at if anew else stored.until > at and (stored.count < MOST or is_first)
            case c.IssueCode() | c.CountTry():
                return True
            case c.NoteMerged() | c.AddTombstone() | c.CountReport() | c.NameMessage():
                return True
            case c.SaveBounces(Bounces(version=version)) | c.SaveBrake(Brake(version=version)):
                return _version(stored) == version
            case c.SaveDenials(hash_, channel, before):
                return self._suppression(place, hash_, channel).denials == before
            case c.RequireNoSuppression(_, _, topic):
                return not isinstance(stored, Suppression) or stored.stops(topic) is None
            case c.RequireNotErased(_, since):
                return not isinstance(stored, Tombstone) or stored.at < since
            case c.KeepUntil():
                return stored is not None
            case c.DropState(_, version):
                return isinstance(stored, State) and stored.version == version
            case c.AddErasure():
                return not isinstance(stored, Erasure) or stored.status == "done"
            case c.SaveErasure(_, generation):
                return isinstance(stored, Erasure) and stored.generation == generation
            case c.MarkSeen() | c.AddEnrolment() | c.AddSend() | c.AddCall() | c.AddWinner():
                return stored is None
            case c.SaveEnrolment(_, seq, appended, owner):
                return isinstance(stored, Enrolment) and (stored.seq, stored.appended, stored.owner) == (
                    seq,
                    appended,
                    owner,
                )
            case c.Append():
                return isinstance(stored, Enrolment) and len(stored.inbox) < change.room
            case c.CatchUp() | c.CloseSend():
                return isinstance(stored, Enrolment)
            case c.SaveSend(_, status, claim, reports):
                if not isinstance(stored, Send):
                    return False
                return (stored.status, stored.claim, stored.reports) == (status, claim, reports)
            case c.SaveCall(_, attempts):
                return isinstance(stored, Call) and (stored.status, stored.attempts) == ("PENDING", attempts)
            case c.SaveTimer(_, generation):
                return (stored.generation if isinstance(stored, Timer) else None) == generation
            case c.DropTimer(_, generation):
                return isinstance(stored, Timer) and stored.generation == generation
            case _:
                assert_never(change)

    def _apply(self, place: Place, change: Change) -> None:
        match change:
            case c.SaveState(state):
                self._put(place, replace(state, version=state.version + 1))
            case c.SaveAttributes(attributes):
                self._put(place, replace(attributes, version=attributes.version + 1))
            case c.SaveDate():
                self._put(place, change)
            case c.DropDate():
                self._rows[place.table, place.partition].pop(place.sort, None)
            case c.SaveConsent(consent):
                self._put(place, replace(consent, version=consent.version + 1))
            case c.SaveCaps(caps):
                self._put(place, replace(caps, version=caps.version + 1))
            case c.ForgetLive(_, enrolment):
                state = self._stored(State, place)
                self._put(place, replace(state.without_live(enrolment), version=state.version + 1))
            case c.RequireProfile() | c.RequireConsent() | c.RequireNoSuppression() | c.RequireNotErased():
                pass
            case c.AddSuppression(hash_, channel, reason, at):
                before = self._suppression(place, hash_, channel)
                if before.reason is None:
                    self._put(place, replace(before, reason=reason, at=at))
            case c.AddObjection(hash_, channel, topics, at):
                before = self._suppression(place, hash_, channel)
                self._put(place, replace(before, objections={**before.objections, **dict.fromkeys(topics, at)}))
            case c.LiftObjection(hash_, channel, topics, at):
                before = self._suppression(place, hash_, channel)
                self._put(place, replace(before, lifted={**before.lifted, **dict.fromkeys(topics, at)}))
            case c.SaveDenials(hash_, channel, _, after):
                found = self._suppression(place, hash_, channel)
                objections = {**found.objections, **({BY_SHOP: after.at} if after.at is not None else {})}
                self._put(place, replace(found, objections=objections, denied_by=after.by))
            case c.SaveBounces(bounces):
                self._put(place, replace(bounces, version=bounces.version + 1))
            case c.SaveBrake(brake):
                self._put(place, replace(brake, version=brake.version + 1))
            case c.CountReport(what, at):
                day = self._at(place)
                self._put(place, (day if isinstance(day, Day) else Day()).plus(what, at.hour))
            case c.NameMessage(name):
                self._put(place, name)
            case c.AddStatement(statement):
                self._put(place, statement)
            case c.AddProof(proof):
                self._put(place, proof)
            case c.IssueCode(hash_, message_id, at):
                self._put(place, IssuedCode(hash_, message_id, at))
            case c.CountTry(hash_):
                code = self._at(place)
                code = code if isinstance(code, IssuedCode) else IssuedCode(hash_)
                self._put(place, replace(code, tries=code.tries + 1))
            case c.CountRequest(hash_, at, anew, plain):
                counted = self._at(place)
                if anew or not isinstance(counted, Requests):
                    counted = Requests(hash_, 0, at + WINDOW)
                known = counted.plain | ({plain} if plain else set())
                self._put(place, replace(counted, count=counted.count + 1, plain=known))
            case c.NoteMerged():
                self._put(place, change)
            case c.DropState():
                del self._rows[place.table, place.partition][place.sort]
            case c.KeepUntil():
                pass  # nothing expires in memory
            case c.DropRow():
                self._rows.get((place.table, place.partition), {}).pop(place.sort, None)
            case c.DropEvent(key):
                self._event_log.drop(key)
            case c.AddErasure(erasure) | c.SaveErasure(erasure):
                self._put(place, erasure)
            case c.AddTombstone(_, at, _, erasure):
                self._put(place, Tombstone(at, erasure))
            case c.MarkSeen(_, _, at) | c.Remember(_, _, at):
                self._put(place, at)
            case c.AddEvent(event):
                self._event_log.put([event])
            case c.AddEnrolment(row) | c.SaveEnrolment(row):
                self._put(place, row)
            case c.Append(_, heard, sweep_at):
                row = self._stored(Enrolment, place)
                self._nudge(place, replace(row, inbox=(*row.inbox, *heard)), change.nudge, sweep_at)
            case c.CatchUp(_, nudge, sweep_at):
                self._nudge(place, replace(self._stored(Enrolment, place), catch_up=True), nudge, sweep_at)
            case c.CloseSend(_, sort):
                row = self._stored(Enrolment, place)
                self._nudge(place, replace(row, open=row.open - {sort}), CLOSED, row.sweep_at)
            case c.AddSend(send) | c.SaveSend(send):
                self._put(place, send)
            case c.AddCall(call) | c.SaveCall(call):
                self._put(place, call)
            case c.SaveTimer(timer):
                self._put(place, timer)
            case c.CountOne(_, _, variant, what, at):
                counted = self._at(place)
                one = Tally(at, **{what: {variant: 1}})
                self._put(place, together([counted, one]) if isinstance(counted, Tally) else one)
            case c.AddWinner(_, winner):
                self._put(place, winner)
            case c.DropTimer():
                del self._rows[place.table, place.partition][place.sort]
            case _:
                assert_never(change)

    def _nudge(self, place: Place, row: Enrolment, nudge: str | None, sweep_at: datetime | None) -> None:
        appended = row.appended + 1
        self._put(place, replace(row, appended=appended, sweep_at=sweep_at, request="wake", nudge=nudge))

    def _suppression(self, place: Place, address_hash: str, channel: str) -> Suppression:
        stored = self._at(place)
        return stored if isinstance(stored, Suppression) else Suppression(address_hash, channel)

    def _stored(self, kind: type[_T], place: Place) -> _T:
        row = self._at(place)
        if not isinstance(row, kind):
            raise TypeError(f"{place.table} holds no {kind.__name__} where its condition has just found one")
        return row


def _version(stored: Stored | None) -> int:
    return stored.version if isinstance(stored, State | Attributes | Consent | Caps | Bounces | Brake) else 0
