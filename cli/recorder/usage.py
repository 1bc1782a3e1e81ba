"""What was used, countable and subtractable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import NamedTuple


class Request(NamedTuple):
    """Who asked which service for what, and of which table, queue, … (logical name; "" where none is named)."""

    actor: str
    service: str
    operation: str
    resource: str


@dataclass(frozen=True)
class Usage:
    """Counts since some beginning; `later - earlier` is what happened between.

    `items`: messages in sends to queues, items in batch writes (a request may carry many).
    `polls`: per queue the receives that brought something; the poller deletes as often. AWS bills both.
    """

    requests: Counter[Request] = field(default_factory=Counter)
    items: Counter[Request] = field(default_factory=Counter)
    writes: Counter[Request] = field(default_factory=Counter)  # DynamoDB write request units
    half_reads: Counter[Request] = field(default_factory=Counter)  # halves of DynamoDB read request units
    invocations: Counter[str] = field(default_factory=Counter)  # by function
    polls: Counter[str] = field(default_factory=Counter)  # by queue
    rings: int = 0  # of the calendar
    transitions: int = 0  # of the state machine

    def __sub__(self, earlier: Usage) -> Usage:
        return Usage(**{f.name: getattr(self, f.name) - getattr(earlier, f.name) for f in fields(self)})

    def of(self, *actors: str) -> Usage:
        """The part of these functions (or of the state machine, by its name); polls, rings and transitions aside."""
        return Usage(
            requests=_only(self.requests, actors),
            items=_only(self.items, actors),
            writes=_only(self.writes, actors),
            half_reads=_only(self.half_reads, actors),
            invocations=Counter({name: n for name, n in self.invocations.items() if name in actors}),
        )

    def count(self, actor: str = "", service: str = "", operation: str = "", resource: str = "") -> int:
        """Requests of this kind; "" stands for any."""
        return _sum(self.requests, actor, service, operation, resource)

    def count_items(self, actor: str = "", service: str = "", operation: str = "", resource: str = "") -> int:
        return _sum(self.items, actor, service, operation, resource)

    @property
    def write_units(self) -> int:
        return self.writes.total()

    @property
    def read_units(self) -> float:
        return self.half_reads.total() / 2

    @property
    def actors(self) -> list[str]:
        return sorted({request.actor for request in self.requests} | set(self.invocations))

    def told(self) -> str:
        """For messages of tests and for reading: every kind of request with its count."""
        lines = [
            f"{number} × {r.actor}: {r.service}.{r.operation} {r.resource}".rstrip()
            for r, number in sorted(self.requests.items())
        ]
        lines += [f"{number} × poller: receive and delete on {queue}" for queue, number in sorted(self.polls.items())]
        return "\n".join(lines)


def _only(counts: Counter[Request], actors: tuple[str, ...]) -> Counter[Request]:
    return Counter({request: number for request, number in counts.items() if request.actor in actors})


def _sum(counts: Counter[Request], *wanted: str) -> int:
    return sum(
        number
        for request, number in counts.items()
        if all(not want or want == have for want, have in zip(wanted, request, strict=True))
    )
