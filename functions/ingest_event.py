"""POST /v1/* and the short paths: API Gateway HTTP API -> the intake.

No Powertools resolver here: it keeps the current event in a class attribute (the local server runs threads), knows no
405, and would cost a cold start another 0.2 s for a dictionary of paths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from anlass import bootstrap
from anlass.domain.errors import Transient
from anlass.language.intake_http import (
    MALFORMED_BASE64,
    UNAVAILABLE,
    Answer,
    Settings,
    answer_to,
    path_of,
    request_in,
    response_of,
    route,
    settings_for,
)
from anlass.language.intake_request import UNKNOWN_KEY, Stored
from anlass.masking import masked, place_of
from anlass.ports import (
    Clock,
    EventLog,
    Keys,
)
from anlass.telemetry import emit, logger
from anlass.usecases.ingest_event import ingest_event


class Intake(Protocol):
    """What the application offers to this function."""

    @property
    def event_log(self) -> EventLog: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def public_host(self) -> str: ...


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return respond(event, bootstrap.application)


def respond(event: Mapping[str, Any], open_intake: Callable[[], Intake]) -> dict[str, Any]:
    """The HTTP response. 503 asks the SDKs to come again: nothing that was not stored is ever acknowledged."""
    try:
        answer = _answer(event, open_intake)
    except Transient as fault:
        logger.warning("not stored, client asked to retry", fault=str(fault))
        answer = _unavailable()
    except Exception as fault:  # noqa: BLE001 - becomes a 503 and a log line
        # Not logger.exception: the text and the trace of a fault may hold an address.
        logger.error("intake failed, client asked to retry", fault=type(fault).__name__, at=place_of(fault))
        answer = _unavailable()
    return response_of(answer)


def _answer(event: Mapping[str, Any], open_intake: Callable[[], Intake]) -> Answer:
    asked = route(event["requestContext"]["http"]["method"], path_of(event))
    if isinstance(asked, Answer):
        return asked
    if isinstance(asked, Settings):
        intake = open_intake()
        if intake.keys.right_of(asked.key) is None:
            return answer_to(UNKNOWN_KEY)
        return settings_for(asked.key, intake.public_host)  # not the host that was asked for, which anybody may forge
    try:
        request = request_in(event, asked)
    except ValueError:
        return answer_to(MALFORMED_BASE64)
    intake = open_intake()
    outcome = ingest_event(request, intake.event_log, intake.keys, intake.clock)
    if isinstance(outcome, Stored):
        _count(outcome, request.id)
    return answer_to(outcome)


def _count(stored: Stored, request: str) -> None:
    """The request's only line: where everything that comes of its events can be traced from."""
    about: dict[str, object] = {"correlation_ids": stored.correlation_ids, "request_id": request}
    if stored.rejected:
        about["rejected"] = Counter(bad.code for bad in stored.rejected)
    emit({"EventsAccepted": len(stored.correlation_ids), "EventsRejected": len(stored.rejected)}, **about)


def _unavailable() -> Answer:
    emit({"IntakeUnavailable": 1})
    return answer_to(UNAVAILABLE)
