"""One webhook, one attempt: sign, post, record what came of it, and when to try again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal, assert_never

from anlass.domain.call import Call, as_sent, next_attempt
from anlass.domain.changes import SaveCall
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.domain.errors import Conflict
from anlass.keys import CallKey
from anlass.ports import (
    Answered,
    Clock,
    NoAnswer,
    OutOfBounds,
    Seals,
    Shop,
    Store,
)
from anlass.wire import Webhook

SKEW = timedelta(seconds=2)  # between the clocks of two functions

# "closed": nothing is to be done any more; "early": its next attempt has been planned already.
Outcome = Literal["done", "later", "failed", "closed", "early"]


@dataclass(frozen=True, slots=True)
class Calling:
    store: Store
    shop: Shop
    seals: Seals
    clock: Clock


@dataclass(frozen=True, slots=True)
class Called:
    """What came of it, for the log: `reason` holds nothing of a person's."""

    outcome: Outcome
    reason: str | None = None
    attempts: int = 0


def call_webhook(message: Webhook, work: Calling) -> Called:
    """It may arrive twice, with the same id; it is never lost: the row remembers when to try again."""
    call = work.store.read([CallKey(message.enrolment, message.call)]).call(message.enrolment, message.call)
    now = work.clock.now()
    if call is None or call.status != "PENDING":
        return Called("closed")
    if call.until is not None and now + SKEW < call.until:
        return Called("early", attempts=call.attempts)
    after = _after(call, now, work)
    try:
        work.store.commit([SaveCall(after, call.attempts)])
    except Conflict:
        return Called("closed")  # the same message, delivered twice: the other one has recorded its attempt
    outcome: Mapping[str, Outcome] = {"DONE": "done", "FAILED": "failed", "PENDING": "later"}
    return Called(outcome[after.status], after.reason, after.attempts)


def _after(call: Call, now: datetime, work: Calling) -> Call:
    """The row after one attempt."""
    body = as_sent(call.body)
    seal = work.seals.seal(call.secret, call.id, now, body)
    if seal is None:
        return _closed(call, "FAILED", f'the secret "webhooks" holds no usable key called "{call.secret}"', now)
    call = replace(call, attempts=call.attempts + 1)
    answer = work.shop.post(call.url, _headers(call, now, seal), body.encode())
    now = work.clock.now()
    match answer:
        case Answered(status) if 200 <= status < 300:
            return _closed(replace(call, body={}), "DONE", None, now)  # what it said is the shop's now
        case Answered(HTTPStatus.GONE):
            return _closed(call, "FAILED", "it answered 410: the shop wants none of these any more", now)
        case Answered(status, retry_after):
            redirect = ", a redirect, which is not followed" if 300 <= status < 400 else ""
            return _again(call, f"it answered {status}{redirect}", now, _asked(retry_after, now))
        case NoAnswer(reason):
            return _again(call, reason, now)
        case OutOfBounds(reason):
            return _closed(call, "FAILED", reason, now)
        case _:
            assert_never(answer)


def _headers(call: Call, now: datetime, seal: str) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": "Anlass",
        "webhook-id": call.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": seal,
    }


def _again(call: Call, reason: str, now: datetime, at_least: timedelta = timedelta(0)) -> Call:
    until = next_attempt(call, now, at_least)
    if until is None:
        return _closed(call, "FAILED", f"{reason}, {call.attempts} times in three days", now)
    return replace(
        call,
        reason=reason,
        until=until,
        generation=call.generation + 1,
        sweep_at=until + SWEEP_AFTER,
        request="schedule",
    )


def _closed(call: Call, status: Literal["DONE", "FAILED"], reason: str | None, now: datetime) -> Call:
    return replace(call, status=status, reason=reason, closed_at=now, until=None, sweep_at=None, request=None)


def _asked(retry_after: str | None, now: datetime) -> timedelta:
    """How long the shop asks us to wait: seconds, or a date. Nothing where it cannot be read."""
    if retry_after is None:
        return timedelta(0)
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9:
        return timedelta(seconds=int(retry_after))
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return timedelta(0)
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta(0))
