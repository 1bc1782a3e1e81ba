"""A world small enough to see through: one of each thing, and handlers that a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from cli.runtime.world import LocalRuntime
from infra.topology import TOPOLOGY as PRODUCT
from infra.topology import (
    BucketSource,
    BusSource,
    Function,
    Index,
    Queue,
    QueueSource,
    RateSource,
    Route,
    StreamSource,
    Table,
    Topology,
)

NOON = datetime(2024, 4, 26, 12, tzinfo=UTC)
INSERTS = ({"eventName": ["INSERT"]},)
Handler = Callable[[Any, Any], Any]


def nothing(event: Any, context: Any) -> None:
    """Answers as a function that has nothing to say."""


def topology(**changes: Any) -> Topology:
    parts: dict[str, Any] = {
        "tables": (
            Table("rows", "id", "row", stream="NEW_AND_OLD_IMAGES", indexes=(Index("sweep", "shard", "at"),)),
            Table("journeys", "id", "row"),  # the state machine's file names it
        ),
        "queues": (Queue("jobs", visibility_seconds=90, max_receives=3),),
        "functions": tuple(
            Function(name, 10, 256, ("ROWS_TABLE", "JOBS_QUEUE_URL"))
            for name in ("read_rows", "do_job", "answer", "take_file", "hear", "sweep")
        )
        + tuple(Function(task.function, 10, 256) for machine in PRODUCT.machines for task in machine.tasks),
        "streams": (StreamSource("rows", "read_rows", 10, INSERTS, max_retries=2),),
        "queue_sources": (QueueSource("jobs", "do_job", 10, max_concurrency=5),),
        "routes": (
            Route("ANY", "/v1/{proxy+}", "answer"),
            Route("ANY", "/b", "answer"),
            Route("GET", "/page/{token}", "answer"),
        ),
        "buckets": ("content", "failures"),
        "bucket_sources": (BucketSource("content", "content/", "take_file"),),
        "bus_sources": (BusSource("feedback", {"source": ["aws.ses"]}, "hear"),),
        "rates": (RateSource("sweep", 300, "sweep"),),
        "rotations": (),
        "asynchronous": PRODUCT.asynchronous,
        "machines": PRODUCT.machines,
        "secrets": ("keys",),
        "schedule_group": "group",
    }
    return Topology(**(parts | changes))


def world(handlers: Mapping[str, Handler] | None = None, *, start: datetime = NOON, **changes: Any) -> LocalRuntime:
    """Not started: use it as a context manager. Functions without a handler do nothing."""
    described = topology(**changes)
    everything = {function.name: nothing for function in described.functions}
    return LocalRuntime(start, topology=described, handlers=everything | dict(handlers or {}))


def put(runtime: LocalRuntime, *ids: str, **attributes: str) -> None:
    """Rows of the table `rows`."""
    for row in ids:
        item = {"id": {"S": row}, "row": {"S": "E"}, **{name: {"S": value} for name, value in attributes.items()}}
        runtime.client("dynamodb").put_item(TableName="local-rows", Item=item)


class Seen:
    """A handler that remembers what it was given, and fails as often as a test wants."""

    def __init__(self, answer: Callable[[Any], Any] = lambda event: None) -> None:
        self.events: list[Any] = []
        self._answer = answer

    def __call__(self, event: Any, context: Any) -> Any:
        self.events.append(event)
        return self._answer(event)

    @property
    def ids(self) -> list[list[str]]:
        """Row ids of each invocation by a stream."""
        return [[record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]] for event in self.events]

    @property
    def bodies(self) -> list[list[str]]:
        """Bodies of each invocation by a queue."""
        return [[record["body"] for record in event["Records"]] for event in self.events]
