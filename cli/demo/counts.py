"""What the demo counts, from rows alone, so that two worlds can be held against each other."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send

from cli.demo.mapping import Message
from cli.demo.replay import Rows

PURCHASE = "Order Completed"
RECOVERY = timedelta(days=7)
RECOVERED = "a cart counts as recovered if its owner ordered within 7 days after a mail of cart-abandonment had left"
CART_JOURNEY = "cart-abandonment"


@dataclass(frozen=True)
class Counts:
    """Everything countable, by journey and step where it has some. Keys are text, so that it is JSON as it stands."""

    events: int  # stored: the shop's and the system's own
    profiles: int
    enrolments: dict[str, int]
    outcomes: dict[str, int]  # "journey outcome"
    running: int  # enrolments that have not ended
    exits_by_purchase: dict[str, int]
    messages: dict[str, int]  # "journey step status reason"
    carts_reminded: int
    carts_recovered: int
    timetable: str  # a digest of which message left at which minute

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def count(rows: Rows, messages: Sequence[Message]) -> Counts:
    """`messages` are what the shop sent: they tell when somebody ordered."""
    reminded = _reminded(rows.sends)
    return Counts(
        events=rows.events,
        profiles=rows.people,
        enrolments=_counted(e.journey for e in rows.enrolments),
        outcomes=_counted(f"{e.journey} {e.outcome}" for e in rows.enrolments if e.status == "done"),
        running=sum(1 for e in rows.enrolments if e.status != "done"),
        exits_by_purchase=_counted(e.journey for e in rows.enrolments if _bought(e)),
        messages=_counted(" ".join(filter(None, (s.journey, s.step, s.status, s.reason))) for s in rows.sends),
        carts_reminded=len(reminded),
        carts_recovered=_recovered(reminded, rows.enrolments, messages),
        timetable=_digest(rows.sends),
    )


def differences(one: Counts, other: Counts, names: tuple[str, str]) -> list[str]:
    """A line for each number that is not the same in both; empty if all are."""
    found = []
    for field, mine in one.to_json().items():
        its = other.to_json()[field]
        pairs = {"": (mine, its)}
        if isinstance(mine, dict):
            pairs = {key: (mine.get(key, 0), its.get(key, 0)) for key in sorted({*mine, *its})}
        for key, (a, b) in pairs.items():
            if a != b:
                found.append(f"{field} {key}".strip() + f": {a} {names[0]}, {b} {names[1]}")
    return found


def _bought(enrolment: Enrolment) -> bool:
    """It has ended by an order; the steps of an exit may take days."""
    ended = enrolment.status == "done" and enrolment.outcome in ("exit", "goal")
    return ended and enrolment.event is not None and enrolment.event.name == PURCHASE


def _reminded(sends: Iterable[Send]) -> dict[str, list[datetime]]:
    """By enrolment of the cart journey: when its mails left."""
    left: dict[str, list[datetime]] = defaultdict(list)
    for send in sends:
        if send.journey == CART_JOURNEY and send.status == "SENT" and send.closed_at is not None:
            left[send.enrolment].append(send.closed_at)
    return left


def _recovered(
    reminded: dict[str, list[datetime]], enrolments: Iterable[Enrolment], messages: Iterable[Message]
) -> int:
    orders: dict[str, list[datetime]] = defaultdict(list)
    for message in messages:
        if message.body.get("event") == PURCHASE:
            orders[f"u:{message.body['userId']}"].append(message.at)
    return sum(
        any(timedelta(0) <= order - mail <= RECOVERY for order in orders[enrolment.profile] for mail in mails)
        for enrolment in enrolments
        if (mails := reminded.get(enrolment.id))
    )


def _digest(sends: Iterable[Send]) -> str:
    left = (f"{s.id} {s.closed_at:%Y-%m-%dT%H:%M}\n" for s in sends if s.status == "SENT" and s.closed_at)
    return hashlib.sha256("".join(sorted(left)).encode()).hexdigest()[:16]


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
