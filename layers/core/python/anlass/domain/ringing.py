"""What a ring of a lazy timer means: due → enrol; moved → ring again later; disarmed → clear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from anlass.domain.catalog import Catalog
from anlass.domain.changes import Change, DropTimer, SaveTimer
from anlass.domain.condition import Facts
from anlass.domain.enrolling import Refused, enrol
from anlass.domain.enrolment import SWEEP_AFTER, Heard
from anlass.domain.journey import Journey
from anlass.domain.matching import is_disarmed
from anlass.domain.profile import State, TimerState
from anlass.domain.timer import Timer, round_up_to_minute
from anlass.domain.trigger import LazyTrigger

Outcome = Literal["enrolled", "refused", "moved", "cleared"]


@dataclass(frozen=True, slots=True)
class Ring:
    """All of it is one commit, on the timer's generation and the state's version."""

    outcome: Outcome
    state: State
    changes: tuple[Change, ...]
    refused: str | None = None


def due_at(journey: Journey, trigger: LazyTrigger, timer: TimerState) -> datetime | None:
    """When the timer is really due, from STATE; None if it is disarmed."""
    if is_disarmed(timer) or timer.last_at is None:
        return None
    return timer.last_at + trigger.after * journey.pace


def ring(
    row: Timer,
    state: State,
    journey: Journey | None,
    trigger: LazyTrigger | None,
    catalog: Catalog,
    entry: Heard | None,
    facts: Facts,
    now: datetime,
) -> Ring:
    """`journey` None: it is live no more. `entry`: the event that counts, asked for only
    if due; None if it is gone (erased, expired) or has enrolled before."""
    timer = state.timers.get(row.trigger, TimerState())
    drop = DropTimer(row.id, row.generation)
    if timer.armed != row.id:
        return Ring("cleared", state, (drop,))  # after a merge the other row of the two goes on
    cleared = state.with_timer(row.trigger, replace(timer, armed=None))
    due = due_at(journey, trigger, timer) if journey is not None and trigger is not None else None
    if due is not None and due > now:
        rings = round_up_to_minute(due)
        later = replace(
            row, generation=row.generation + 1, due=rings, sweep_at=rings + SWEEP_AFTER, attempts=0, request="schedule"
        )
        return Ring("moved", state, (SaveTimer(later, read_generation=row.generation),))
    if journey is None or due is None or entry is None:
        return Ring("cleared", cleared, (drop,))
    # What ends the journey but not the wait may have come meanwhile, and is in no inbox.
    unheard = trigger is None or not journey.listens.keys() <= trigger.unless
    answer = enrol(journey, catalog, cleared, entry, f"{row.id}\n{entry.id}", facts, now, catch_up=unheard)
    if isinstance(answer, Refused):
        return Ring("refused", cleared, (drop,), answer.reason)
    return Ring("enrolled", answer.state, (drop, *answer.changes))
