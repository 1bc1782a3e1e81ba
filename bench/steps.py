"""A journey of ten steps in memory, from the id of the enrolment to its end.

`transitions` goes through ten states with the id beside it: no conditions, no messages, no waits, nothing remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace

from anlass.domain.condition import Facts
from anlass.domain.engine import advance
from anlass.domain.enrolment import Enrolment, Heard
from anlass.domain.ids import enrolment_id
from anlass.domain.quick import maker
from anlass.domain.send import Send
from anlass.domain.step import Ask
from anlass.language.compiler import journey_from
from transitions import Machine

from bench.measuring import Subject, least_times
from bench.report import OURS, Found, Goal, Line

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CAUSE = "u:anna\n2026-03-02T12:00:00.000Z#m-1"
STEPS = 10
A_SECOND, NEVER_UNDER = 300_000, 100_000
FACTS: Facts = {
    "now": NOON,
    "profile": {"first_name": "Anna", "country": "DE", "orders": {"count": 0}},
    "history": {},
    "reachable": {"email"},
    "active": set(),
    "finished": set(),
}


def _branch(field: str, op: str, value: object) -> dict[str, object]:
    return {"branch": [{"when": {"field": field, "op": op, "value": value}, "steps": []}, {"else": []}]}


JOURNEY = journey_from(
    {
        "id": "ten-steps",
        "why": "To see how long it takes.",
        "status": "live",
        "trigger": {"type": "event", "event": "Product Viewed"},
        "exit": [{"event": "Order Completed", "steps": []}],
        "steps": [
            {"id": "first", "send": {"template": "first"}},
            {"wait": "1 day"},
            _branch("entry.properties.category", "eq", "coffee"),
            {"id": "second", "send": {"template": "second"}},
            {"wait": "2 days"},
            _branch("profile.orders.count", "gte", 1),
            {"id": "third", "send": {"template": "third"}},
            {"wait_for": {"first_of": [{"event": "Product Reviewed", "steps": []}], "timeout": "3 days"}},
            _branch("profile.country", "eq", "DE"),
            {"exit": "done"},
        ],
    }
)


def steps() -> Found:
    seconds = least_times([Subject(OURS, _playing(), STEPS), Subject("transitions", _going_through_states(), STEPS)])
    a_second = 1 / seconds[OURS]
    goals = (
        Goal("steps a second on one core", a_second, A_SECOND, at_most=False),
        Goal("… and never fewer than", a_second, NEVER_UNDER, at_most=False),
    )
    return Found((Line("a step of a journey of ten, ids included", seconds),), goals)


def _playing() -> Callable[[], Enrolment]:
    entry = Heard("m-1", "Product Viewed", NOON, {"category": "coffee"})
    entered = maker(Enrolment)
    gone: dict[str, Send] = {}

    def play() -> Enrolment:
        """Each advance comes when the one before said; the messages leave in between."""
        id_ = enrolment_id(JOURNEY.id, CAUSE)
        row, now = entered(id_, JOURNEY.id, JOURNEY.version, "u:anna", entry, NOON, JOURNEY.start, NOON), NOON
        sends: dict[str, Send] = {}
        while row.status != "done":
            decision = advance(JOURNEY, row, sends, now, facts=FACTS, zone=UTC)
            if isinstance(decision, Ask):
                raise TypeError(f"everything is known, and yet it asks: {decision}")
            row = decision.enrolment
            for send in decision.sends:
                sends[send.row] = gone.get(send.row) or gone.setdefault(send.row, _left(send))
            now = row.due or now
        return row

    ended = play()
    passed = [*ended.steps, ended.outcome]
    if len(passed) != STEPS or ended.outcome != "done":
        raise RuntimeError(f"it did not go through all steps: {passed}")
    return play


def _left(send: Send) -> Send:
    """As delivery would have it; made once, because that is not a step's work."""
    return replace(send, status="SENT", closed_at=send.created_at, request=None)


def _going_through_states() -> Callable[[], str]:
    model = SimpleNamespace()
    states = [f"s{number}" for number in range(STEPS + 1)]
    machine = Machine(model, states=states, initial=states[0], auto_transitions=False)
    for here, there in pairwise(states):
        machine.add_transition("go", here, there)

    def play() -> str:
        id_ = enrolment_id(JOURNEY.id, CAUSE)
        machine.set_state(states[0], model)
        for _ in range(STEPS):
            model.go()
        return id_

    play()
    if model.state != states[-1]:
        raise RuntimeError(f"it did not go through all states: {model.state}")
    return play
