"""The complaint rate, and the brake that stops marketing before mailbox providers do.

Google, Yahoo and Microsoft block who exceeds three complaints in a thousand mails, and look twice from one on. Every
delivery and every complaint is counted with the commit that records it, by the hour; only a complaint can raise the
rate, so it is asked for when one comes. The brake is set by itself and lifted by people only: a rate also falls because
nothing is sent any more.

What sign-ups ask is counted apart. Anybody may cause such a question, to mailboxes of their own too: complaints about
questions stop questions, and not what the shop's customers get.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Literal

WARN, STOP = Fraction(1, 1000), Fraction(3, 1000)
# One complaint of a small list is a rate of a percent, and no sign of anything.
WARN_FROM, STOP_FROM = 2, 3  # complaints
LEAST = 100  # deliveries
WINDOWS = {"24 hours": timedelta(hours=24), "7 days": timedelta(days=7)}
SHARES = 8  # rows that share the counting of one day: a row takes few transactions at a time
DAYS_READ = 8  # today, and what the longest window reaches back
AGAIN, SPREAD = timedelta(hours=1), 1800  # a message on hold looks again then, and up to so many seconds later

Reported = Literal["delivered", "complained", "unwanted"]  # the last: complaints about what a sign-up asks
Scope = Literal["all", "questions"]  # marketing and what sign-ups ask; or that only


@dataclass(frozen=True, slots=True)
class Counts:
    delivered: int = 0
    complained: int = 0
    unwanted: int = 0

    @property
    def with_questions(self) -> Counts:
        """With complaints about questions among the others, as mailbox providers see them."""
        return Counts(self.delivered, self.complained + self.unwanted, self.unwanted)

    @property
    def rate(self) -> Fraction:
        """Complaints for each delivery; 0 before the first one, when there is none yet."""
        return Fraction(self.complained, self.delivered) if self.delivered else Fraction(0)

    def plus(self, other: Counts) -> Counts:
        return Counts(
            self.delivered + other.delivered, self.complained + other.complained, self.unwanted + other.unwanted
        )

    def less(self, other: Counts) -> Counts:
        return Counts(
            max(0, self.delivered - other.delivered),
            max(0, self.complained - other.complained),
            max(0, self.unwanted - other.unwanted),
        )


@dataclass(frozen=True, slots=True)
class Day:
    """What one row has counted on one day (UTC), by hour."""

    delivered: Mapping[int, int] = field(default_factory=dict)
    complained: Mapping[int, int] = field(default_factory=dict)
    unwanted: Mapping[int, int] = field(default_factory=dict)

    def plus(self, what: Reported, hour: int) -> Day:
        before = getattr(self, what)
        return replace(self, **{what: {**before, hour: before.get(hour, 0) + 1}})


@dataclass(frozen=True, slots=True)
class Brake:
    """The row BRAKE: whether `scope` stands still, since when, by whose word and why; and how it was before."""

    is_on: bool
    at: datetime
    by: str  # "system", or who of ops
    why: str
    version: int = 0
    forgiven: datetime | None = None  # the hour of the last lifting: nothing older counts
    forgiven_counts: Counts = Counts()  # and of that hour itself not these
    scope: Scope = "all"

    def holds(self, scope: Scope) -> bool:
        """Whether it is on for what sign-ups ask, or for all."""
        return self.is_on and self.scope in ("all", scope)


@dataclass(frozen=True, slots=True)
class Judged:
    """`outcome` with the window that says so, the worst one; without an outcome that of 24 hours."""

    outcome: Literal["warn", "stop"] | None
    window: str
    counts: Counts
    scope: Scope = "all"

    @property
    def why(self) -> str:
        counts = self.counts
        of = f"{counts.complained} complaints on {counts.delivered} delivered mails within {self.window}"
        rate = f"{float(counts.rate * 100):.2f} %" if counts.delivered else "no rate yet"
        return f"{of}: {rate}" + (f", {counts.unwanted} about sign-ups" if self.scope == "questions" else "")


def share_of(enrolment: str) -> int:
    """The row of a day that counts this one's reports."""
    return zlib.crc32(enrolment.encode()) % SHARES


def days_read(now: datetime) -> list[date]:
    return [(now - timedelta(days=back)).date() for back in range(DAYS_READ)]


def by_hour(rows: Iterable[tuple[date, Day]]) -> dict[datetime, Counts]:
    """What several rows have counted, by the beginning of the hour."""
    found: dict[datetime, Counts] = {}
    for day, row in rows:
        for hour in row.delivered.keys() | row.complained.keys() | row.unwanted.keys():
            start = _midnight(day) + timedelta(hours=hour)
            counts = Counts(*(each.get(hour, 0) for each in (row.delivered, row.complained, row.unwanted)))
            found[start] = found.get(start, Counts()).plus(counts)
    return found


def counted(hours: Mapping[datetime, Counts], now: datetime, window: timedelta, brake: Brake | None) -> Counts:
    """All of a window, to the hour, after the last lifting."""
    since = hour_of(now - window)
    forgiven = brake.forgiven if brake is not None else None
    total = Counts()
    for start, counts in hours.items():
        if start < since or start > now or (forgiven is not None and start < forgiven):
            continue
        total = total.plus(counts.less(brake.forgiven_counts) if brake and start == forgiven else counts)
    return total


def judge(hours: Mapping[datetime, Counts], now: datetime, brake: Brake | None) -> Judged:
    found = [(name, counted(hours, now, window, brake)) for name, window in WINDOWS.items()]
    judged = [_judge(name, counts, "all") for name, counts in found]
    judged += [_judge(name, counts.with_questions, "questions") for name, counts in found]
    return max(judged, key=lambda each: (each.outcome == "stop", each.outcome == "warn"))


def _judge(window: str, counts: Counts, scope: Scope) -> Judged:
    if counts.delivered >= LEAST:
        if counts.rate >= STOP and counts.complained >= STOP_FROM:
            return Judged("stop", window, counts, scope)
        if counts.rate >= WARN and counts.complained >= WARN_FROM:
            return Judged("warn", window, counts, scope)
    return Judged(None, window, counts, scope)


def looks_again(message: str, now: datetime) -> datetime:
    """When a message on hold looks again: not all of them at once."""
    return now + AGAIN + timedelta(seconds=zlib.crc32(message.encode()) % SPREAD)


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
