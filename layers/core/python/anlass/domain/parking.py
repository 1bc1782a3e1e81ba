"""Who waits for a parked enrolment: an execution up to the wait border, the calendar beyond it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from anlass.domain.enrolment import CALENDAR, TURNS, Enrolment, execution_name


@dataclass(frozen=True, slots=True)
class Route:
    """What the state machine does next. `seconds` ≥ 1 until the row is due; `seq` guards the token."""

    next: Literal["park", "done"]
    seconds: int = 0
    seq: str = ""


DONE = Route("done")


def hand_over(enrolment: Enrolment, before: Enrolment, runner: str, now: datetime, border: timedelta) -> Enrolment:
    """The row with its next owner and, where somebody else must act, the request for it (the outbox).

    `runner` is who advanced it: the calendar or the name of an execution.
    """
    row = replace(enrolment, token=None, request=None, nudge=None, turns=before.turns + 1)
    if row.status != "active" or row.due is None:
        return replace(row, owner=CALENDAR)
    if row.due - now <= border:
        if runner != CALENDAR and row.turns < TURNS:
            return row
        generation = row.generation + 1
        return replace(
            row,
            generation=generation,
            owner=execution_name(row.id, generation),
            turns=0,
            request="start",
        )
    if runner == CALENDAR and before.due == row.due and before.generation > 0:
        return row  # its schedule stands already
    return replace(row, generation=row.generation + 1, owner=CALENDAR, turns=0, request="schedule")


def route(enrolment: Enrolment, runner: str, now: datetime) -> Route:
    """The row's present route for this runner; done for everyone who does not own it."""
    if enrolment.owner != runner or runner == CALENDAR or enrolment.status != "active" or enrolment.due is None:
        return DONE
    return Route("park", max(1, math.ceil((enrolment.due - now).total_seconds())), str(enrolment.seq))
