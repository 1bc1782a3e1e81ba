"""The outbox: what stored rows ask for goes to queues and to the calendar, and nothing else happens here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from anlass.domain.call import Call
from anlass.domain.enrolment import Enrolment
from anlass.domain.erasure import Erasure
from anlass.domain.ids import event_id
from anlass.domain.send import Send
from anlass.domain.timer import Timer, round_up_to_minute, schedule_name
from anlass.keys import JourneyRow
from anlass.ports import (
    Calendar,
    Clock,
    QueueName,
    Queues,
    Rings,
)
from anlass.wire import Deliver, Due, Erase, Message, Start, Wake, Webhook

SOON = 900  # seconds: SQS delays this long, and a delayed message costs no schedule


def dispatch(rows: Sequence[JourneyRow], *, queues: Queues) -> None:
    """Forwards wakes, starts, sends, webhooks and erasures, each kind in few requests. Raises Transient."""
    waiting: dict[QueueName, list[Message]] = {}
    for row in rows:
        if isinstance(row, Enrolment) and row.request == "wake" and is_awaited(row):
            waiting.setdefault("wake", []).append(Wake(row.id, row.token))
        elif isinstance(row, Enrolment) and row.request == "start":
            waiting.setdefault("start", []).append(Start(row.id, row.owner))
        elif isinstance(row, Send) and row.request == "send":
            waiting.setdefault("email", []).append(Deliver(row.enrolment, row.row, row.profile))
        elif isinstance(row, Call) and row.request == "call":
            waiting.setdefault("webhook", []).append(Webhook(row.enrolment, row.row))
        elif isinstance(row, Erasure) and row.request == "erase":
            waiting.setdefault("erase", []).append(Erase(row.id))
    for queue, messages in waiting.items():
        queues.send(queue, messages)


def is_awaited(row: Enrolment) -> bool:
    """Only what the enrolment waits for wakes it; the rest stays in its inbox until it looks."""
    return row.nudge is None or row.nudge in row.awaits or row.status == "closing"


def keep_calendar(row: JourneyRow, *, calendar: Calendar, queues: Queues, clock: Clock) -> None:
    """Writes the one schedule that a row asks for."""
    match row:
        case Timer():
            name, at = schedule_name(row.id, row.generation), row.due
            queue: Rings = "due"
            message: Message = Due("timer", row.id, row.generation)
        case Enrolment() if row.due is not None:
            name, at, queue = schedule_name(row.id, row.generation), row.due, "due"
            message = Due("enrolment", row.id, row.generation)
        case Send() if row.until is not None:
            name, at, queue = schedule_name(event_id(row.id), row.generation), row.until, "email"
            message = Deliver(row.enrolment, row.row)
        case Call() if row.until is not None:
            name, at, queue = schedule_name(event_id(row.id), row.generation), row.until, "webhook"
            message = Webhook(row.enrolment, row.row)
        case Erasure() if row.until is not None:
            # Minutes, always: the calendar has nothing to do with it.
            queues.send("erase", [Erase(row.id)], delay=min(_seconds(row.until, clock), SOON))
            return
        case _:
            return
    delay = _seconds(at, clock)
    if delay <= SOON:
        queues.send(queue, [message], delay=delay)
    else:
        calendar.schedule(name, round_up_to_minute(at), queue, message)


def _seconds(until: datetime, clock: Clock) -> int:
    """Whole ones, rounded up."""
    return max(0, math.ceil((until - clock.now()).total_seconds()))
