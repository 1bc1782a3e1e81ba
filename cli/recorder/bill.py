"""What a usage costs, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cli.recorder.prices import BASE_MS, PRICES, REQUEST_MS
from cli.recorder.usage import Usage
from infra.topology import JOURNEY, TOPOLOGY, Topology

# Which handlers make up which part of the work. The state machine is the actor of its own writes.
EVENTS = ("ingest_event", "match_events")
JOURNEYS = (
    *("dispatch", "keep_calendar", "ring_timer", "start_journey", "wake_enrolment", "advance_enrolment"),
    *("quarantine_enrolment", "plan_day", "select_people", JOURNEY),
)
MESSAGES = ("deliver_message", "record_feedback")
JOURNEY_QUEUES = ("due", "start", "wake")
MESSAGE_QUEUES = ("email",)


@dataclass(frozen=True, slots=True)
class Line:
    price: str  # its name in PRICES
    quantity: float

    @property
    def usd(self) -> Decimal:
        return PRICES[self.price].of(self.quantity)


@dataclass(frozen=True)
class Bill:
    lines: tuple[Line, ...]

    @property
    def usd(self) -> Decimal:
        return sum((line.usd for line in self.lines), Decimal(0))

    def without(self, *prices: str) -> Bill:
        return Bill(tuple(line for line in self.lines if line.price not in prices))

    def per(self, number: float, of: float) -> Bill:
        """The bill of `number` such things, where this one was for `of` of them."""
        return Bill(tuple(Line(line.price, line.quantity * number / of) for line in self.lines))


def events_bill(usage: Usage) -> Bill:
    """Taking events in and matching them."""
    part = usage.of(*EVENTS)
    return _bill(part, [Line("http", part.invocations["ingest_event"])])


def journeys_bill(usage: Usage) -> Bill:
    """Orchestration: timers, starts, waits, wake-ups."""
    more = [Line("transition", usage.transitions), Line("schedule", usage.rings)]
    return _bill(usage.of(*JOURNEYS), [*more, _polls(usage, JOURNEY_QUEUES)])


def messages_bill(usage: Usage) -> Bill:
    """From the queue to the record, the provider's fee as its own line. Dispatch is part of the orchestration."""
    part = usage.of(*MESSAGES)
    return _bill(
        part, [Line("mail", part.count(service="sesv2", operation="SendEmail")), _polls(usage, MESSAGE_QUEUES)]
    )


def _polls(usage: Usage, queues: Iterable[str]) -> Line:
    return Line("sqs", 2 * sum(usage.polls[queue] for queue in queues))


def _bill(usage: Usage, more: Iterable[Line]) -> Bill:
    lines = [
        *more,
        Line("lambda", usage.invocations.total()),
        Line("lambda-time", _gigabyte_seconds(usage, TOPOLOGY)),
        Line("write", usage.write_units),
        Line("read", usage.read_units),
        Line("sqs", usage.count(service="sqs")),
        Line("secret", usage.count(service="secrets-manager")),
    ]
    joined: dict[str, float] = {}
    for line in lines:
        joined[line.price] = joined.get(line.price, 0) + line.quantity
    return Bill(tuple(Line(price, quantity) for price, quantity in joined.items() if quantity))


def _gigabyte_seconds(usage: Usage, topology: Topology) -> float:
    """By the assumption that `prices.py` states."""
    return sum(
        (usage.invocations[f.name] * BASE_MS + usage.count(actor=f.name) * REQUEST_MS) / 1000 * f.memory_mib / 1024
        for f in topology.functions
    )
