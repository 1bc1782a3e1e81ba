"""Somebody is being erased: the row X, which lasts until everything of them is gone and proven gone.

While it runs it knows whom it erases; when it is done only hashes and counts are left.

    burying → running → verifying → done

`burying`: so many identities that one transaction does not hold their tombstones; it is gone on with in the background.
`verifying`: nothing was left, but indexes lag and whatever was being written just then was not seen yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from anlass.domain.enrolment import SWEEP_AFTER
from anlass.domain.instants import iso
from anlass.domain.owning import WHOLE, Holding, Span

ErasureStatus = Literal["burying", "running", "verifying", "done"]
AskedBy = Literal["shop", "person", "shopify"]  # the last: by a compliance webhook, which comes with that source

# Longer than any function may run: what one of them had read before the person was erased, it has written by then.
VERIFIED_AFTER = timedelta(minutes=10)
MARGIN = timedelta(days=90)  # the bucket of failures keeps what may be applied again for so long


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Who had this identity was erased then, by this erasure."""

    at: datetime
    erasure: str


@dataclass(frozen=True, slots=True)
class Shared:
    """An address that others have had before or since: from when until when it was whoever is erased."""

    identity: str
    span: Span


@dataclass(frozen=True, slots=True)
class Erasure:
    """`profile` is no id but a salted hash of it. What names somebody is empty once it is done."""

    id: str
    profile: str
    started_at: datetime
    identities: tuple[str, ...] = ()  # the person's own first
    addresses: tuple[tuple[str, str], ...] = ()  # (channel, address), for the suppression and the shop's lists
    by: AskedBy = "shop"
    status: ErasureStatus = "running"
    finished_at: datetime | None = None
    erased: Mapping[str, int] = field(default_factory=dict)  # rows by kind
    lists: tuple[str, ...] = ()  # files of the shop's content that named the person and do not any more
    mentions: tuple[str, ...] = ()  # and those in whose texts somebody must look for them
    passes: int = 0
    until: datetime | None = None  # the next pass is not to begin before
    generation: int = 1
    sweep_at: datetime | None = None
    request: Literal["erase", "schedule"] | None = "erase"
    shared: tuple[Shared, ...] = ()  # those of the identities that others have or had as well

    def knows(self, at: datetime, received_at: datetime) -> bool:
        """Whether an event belongs to whom is erased: it happened, or was told, before."""
        return is_older(at, received_at, self.started_at)

    def holding(self, identity: str) -> Holding:
        """What of it is erased."""
        spans = tuple(shared.span for shared in self.shared if shared.identity == identity)
        return Holding(spans) if spans else WHOLE


def is_older(at: datetime, received_at: datetime, erased_at: datetime) -> bool:
    """By either of its times: what arrives late tells of somebody who was erased, what is said to happen later too."""
    return at <= erased_at or received_at <= erased_at


def after_pass(
    erasure: Erasure,
    erased: Mapping[str, int],
    lists: Collection[str],
    mentions: Collection[str],
    now: datetime,
    *,
    is_complete: bool,
) -> Erasure:
    """`erased`: what this pass has found and deleted; not `is_complete`: there was too much for one run."""
    after = replace(
        erasure,
        erased=dict(sorted((Counter(erasure.erased) + Counter(erased)).items())),
        lists=tuple(sorted({*erasure.lists, *lists})),
        mentions=tuple(sorted({*erasure.mentions, *mentions})),
        generation=erasure.generation + 1,
        sweep_at=now + SWEEP_AFTER,
        request="erase",
        until=None,
    )
    if not is_complete:
        return after
    after = replace(after, passes=erasure.passes + 1)
    if erasure.status == "verifying" and not erased:
        return _done(after, now)
    until = now + VERIFIED_AFTER
    return replace(after, status="verifying", until=until, sweep_at=until + SWEEP_AFTER, request="schedule")


def _done(erasure: Erasure, now: datetime) -> Erasure:
    return replace(
        erasure,
        status="done",
        finished_at=now,
        identities=(),
        shared=(),
        addresses=(),
        until=None,
        sweep_at=None,
        request=None,
    )


# What is left, where, and until when. Nothing of it names anybody but the last three, which nobody can edit.
STAYS: tuple[tuple[str, str], ...] = (
    (
        "A salted hash of each e-mail address and phone number",
        "So that no import writes to somebody again who has been erased. Nobody can be read from it; a later double "
        "opt-in lifts it.",
    ),
    (
        "A salted hash of each identity",
        "So that nothing comes back that was still under way. It expires when everything of that time has expired.",
    ),
    (
        "What is counted of an address, by its salted hash",
        "Soft bounces, for 30 days, and tries at the code of an SMS, for two hours: nobody comes back by asking again.",
    ),
    ("What a provider calls an SMS", "An id that leads nowhere any more, for five days."),
    ("This report", "The proof of the erasure: hashes, counts and names of files, for three years."),
    ("Counts", "How many entered a journey, or the variant of a split, and how many reached its goal."),
    ("Logs", "They hold ids of events, enrolments and messages, which lead nowhere any more; 90 days at most."),
    ("Messages in queues", "Ids that lead nowhere any more, until they are taken or expire, 14 days at most."),
    (
        "Records that could not be applied",
        "In the bucket of failures, until they expire after 90 days; applied again, they are dropped.",
    ),
    ("Backups", "The tables' point-in-time recovery reaches back 35 days. After a restore, erase again."),
)


def report(erasure: Erasure) -> dict[str, Any]:
    """What was done, for the person, the shop and an authority. Holds nothing personal."""
    return {
        "erasure": erasure.id,
        "status": erasure.status,
        "asked_by": erasure.by,
        "started_at": iso(erasure.started_at),
        "finished_at": iso(erasure.finished_at) if erasure.finished_at else None,
        "passes": erasure.passes,
        "erased": dict(erasure.erased),
        "content_changed": list(erasure.lists),
        "content_to_look_at": list(erasure.mentions),
        "stays": [{"what": what, "why": why} for what, why in STAYS],
    }
