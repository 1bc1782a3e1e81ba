"""What travels in queues and schedules, and nothing else: ids, never names, addresses or what somebody did.

A profile's id may be an address, if the shop's user ids are: it stands in queues only, which our own key encrypts and
which forget within days.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class Wake:
    """Queue `wake`: something came that this enrolment waits for. `token` is the parked execution's, if any."""

    enrolment: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Queue `start`: begin an execution of this name. A used name is not used again by AWS for 90 days."""

    enrolment: str
    name: str


@dataclass(frozen=True, slots=True)
class Due:
    """Queue `due`: the calendar rings for a timer row or for an enrolment that waits on the calendar."""

    kind: str  # "timer" | "enrolment"
    id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Deliver:
    """Queues `email`, later `sms` and `push`: this send wants to leave. `tries` counts delayed copies."""

    enrolment: str
    send: str  # sort key of the send's row: "S#<step>#<visit>"
    profile: str | None = None  # saves the last look a read; in schedules, which lie for weeks, nobody is named
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Webhook:
    """Queue `webhook`: the shop wants to be called, or called again."""

    enrolment: str
    call: str  # sort key of the webhook's row: "H#<step>#<visit>"


@dataclass(frozen=True, slots=True)
class Erase:
    """Queue `erase`: somebody is being erased; go on with it."""

    erasure: str


Message = Wake | Start | Due | Deliver | Webhook | Erase
_Message = TypeVar("_Message", bound=Message)


@dataclass(frozen=True, slots=True)
class Selection:
    """What the machine `select` is asked: whom to look for. `kind` names the function that does (usecases/selecting).

    `trigger` is its key, `day` a local date, `since` a time: all as text, "" where the kind has none.
    """

    kind: str
    journey: str = ""
    version: str = ""
    trigger: str = ""
    day: str = ""
    since: str = ""


def encode(message: Message) -> str:
    return json.dumps({k: v for k, v in asdict(message).items() if v is not None}, separators=(",", ":"))


def decode(kind: type[_Message], body: str) -> _Message:
    """The message in a queue's body. A body that is not ours raises: it belongs in the dead-letter queue."""
    return kind(**json.loads(body))
