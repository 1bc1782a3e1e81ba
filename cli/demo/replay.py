"""The same requests through two worlds: the deployed functions on moto, and the use cases in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anlass.adapters.aws.dynamodb.codec import decode_journey_row, decode_profile_row
from anlass.adapters.memory.keys import MemoryKeys
from anlass.domain.enrolment import Enrolment
from anlass.domain.profile import State
from anlass.domain.send import Send
from anlass.language.intake_request import Request, Stored
from anlass.usecases.ingest_event import ingest_event

from cli.demo.posts import Post
from cli.runtime.world import LocalRuntime
from cli.simulation import Simulation

Progress = Callable[[datetime, int], None]  # virtual time, messages taken in by now


class ReplayFailed(RuntimeError):
    """The intake did not take what the demo sent."""


@dataclass(frozen=True)
class Rows:
    """What there is in the end. `people` counts profiles; one that was merged into another is none."""

    enrolments: tuple[Enrolment, ...]
    sends: tuple[Send, ...]
    people: int
    events: int


def replay_on_runtime(runtime: LocalRuntime, posts: Iterable[Post], until: datetime, progress: Progress) -> None:
    """The sweeper looks once, at the end. On AWS it looks every five minutes; where nothing fails, it finds nothing."""
    taken = 0

    for post in posts:
        runtime.advance(post.at, lambda now: progress(now, taken), maintenance=False)  # noqa: B023 - called at once
        answer = runtime.http("POST", post.path, post.headers, post.body)
        if answer.status != 200 or answer.json().get("rejected"):
            raise ReplayFailed(f"{post.path} at {post.at.isoformat()}: {answer.status} {answer.body.decode()}")
        runtime.settle()
        taken += post.messages
        progress(post.at, taken)
    runtime.advance(until, lambda now: progress(now, taken), maintenance=False)
    runtime.advance(until)


def replay_in_memory(simulation: Simulation, posts: Iterable[Post], until: datetime, progress: Progress) -> None:
    keys, taken = MemoryKeys(), 0
    for number, post in enumerate(posts):
        simulation.advance(post.at)
        request = Request(
            id=f"request-{number}",
            endpoint=post.kind,
            body=post.body,
            content_type=post.headers["content-type"],
            authorization=post.headers["authorization"],
        )
        answer = ingest_event(request, simulation.event_log, keys, simulation.clock)
        if not isinstance(answer, Stored) or answer.rejected:
            raise ReplayFailed(f"{post.path} at {post.at.isoformat()}: {answer}")
        simulation.settle()
        taken += post.messages
        progress(post.at, taken)
    simulation.advance(until, lambda now: progress(now, taken))


def rows_of_runtime(runtime: LocalRuntime) -> Rows:
    journeys = [decode_journey_row(item) for item in _scan(runtime, "journeys")]
    profiles = [decode_profile_row(item) for item in _scan(runtime, "profiles") if item["row"]["S"] == "STATE"]
    events = sum(page["Count"] for page in _pages(runtime, "events", Select="COUNT"))
    return _rows([*journeys, *profiles], events)


def rows_of_simulation(simulation: Simulation) -> Rows:
    return _rows(simulation.store.rows(), len(simulation.event_log.stream))


def _rows(rows: Iterable[object], events: int) -> Rows:
    found = list(rows)
    return Rows(
        enrolments=tuple(sorted((r for r in found if isinstance(r, Enrolment)), key=lambda e: e.id)),
        sends=tuple(sorted((r for r in found if isinstance(r, Send)), key=lambda s: s.id)),
        people=sum(1 for r in found if isinstance(r, State) and r.pointer is None),
        events=events,
    )


def _scan(runtime: LocalRuntime, table: str) -> Iterator[dict[str, Any]]:
    for page in _pages(runtime, table):
        yield from page["Items"]


def _pages(runtime: LocalRuntime, table: str, **how: str) -> Iterator[dict[str, Any]]:
    scan = runtime.client("dynamodb").get_paginator("scan")
    yield from scan.paginate(TableName=runtime.names.physical(table), **how)
