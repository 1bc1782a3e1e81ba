"""How complaints stand, and the brake: read together, set by itself, set and lifted by people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from anlass.domain.brake import SHARES, WINDOWS, Brake, Counts, Judged, by_hour, counted, days_read, hour_of, judge
from anlass.domain.changes import SaveBrake
from anlass.domain.errors import Conflict, Transient
from anlass.keys import (
    BrakeKey,
    Key,
    ReportsKey,
)
from anlass.ports import Clock, Store

TRIES = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """`counts` by window, those about questions among them; what was lifted is out of them. `is_new`: the brake was
    changed just now.
    """

    brake: Brake | None
    judged: Judged
    counts: dict[str, Counts]
    is_new: bool = False

    @property
    def is_on(self) -> bool:
        return self.brake is not None and self.brake.is_on


def complaint_rate(*, store: Store, clock: Clock) -> Standing:
    """How it stands now, in one request."""
    return _read(store, clock.now())[0]


def is_braked(store: Store) -> bool:
    """Whether anything stands still."""
    brake = store.read([BrakeKey()]).brake()
    return brake is not None and brake.is_on


def watch_complaints(*, store: Store, clock: Clock) -> Standing:
    """Sets the brake if complaints are too many. Asked for with each complaint: nothing else raises the rate."""
    for _ in range(TRIES):
        now = clock.now()
        standing, _hours = _read(store, now)
        judged, before = standing.judged, standing.brake or Brake(False, now, "system", "")
        if before.holds(judged.scope) or judged.outcome != "stop":
            return standing
        brake = replace(before, is_on=True, at=now, by="system", why=judged.why, scope=judged.scope)
        if _saved(brake, store):
            return replace(standing, brake=brake, is_new=True)
    raise Transient(f"the brake changed {TRIES} times while it was set")


def set_brake(by: str, why: str, *, store: Store, clock: Clock) -> Standing:
    """By hand: marketing stands still until somebody lifts it."""
    return _by_hand(by, why, is_on=True, store=store, clock=clock)


def lift_brake(by: str, why: str, *, store: Store, clock: Clock) -> Standing:
    """What was complained about before is forgiven: only what comes now can set it again."""
    return _by_hand(by, why, is_on=False, store=store, clock=clock)


def _by_hand(by: str, why: str, *, is_on: bool, store: Store, clock: Clock) -> Standing:
    for _ in range(TRIES):
        now = clock.now()
        standing, hours = _read(store, now)
        before = standing.brake or Brake(False, now, by, why)
        if before.holds("all") if is_on else not before.is_on:
            return standing
        brake = replace(before, is_on=is_on, at=now, by=by, why=why, scope="all")
        if not is_on:
            hour = hour_of(now)
            brake = replace(brake, forgiven=hour, forgiven_counts=hours.get(hour, Counts()))
        if _saved(brake, store):
            return replace(_read(store, now)[0], is_new=True)
    raise Transient(f"the brake changed {TRIES} times while it was set or lifted")


def _saved(brake: Brake, store: Store) -> bool:
    try:
        store.commit([SaveBrake(brake)])
    except Conflict:
        return False
    return True


def _read(store: Store, now: datetime) -> tuple[Standing, dict[datetime, Counts]]:
    keys: list[Key] = [BrakeKey(), *(ReportsKey(day, share) for day in days_read(now) for share in range(SHARES))]
    rows = store.read(keys)
    brake, hours = rows.brake(), by_hour(rows.days())
    counts = {name: counted(hours, now, window, brake).with_questions for name, window in WINDOWS.items()}
    return Standing(brake, judge(hours, now, brake), counts), hours
