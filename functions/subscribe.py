"""POST /v1/subscribe and /v1/subscribe/confirm: the first half of double opt-in, and the second one by SMS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from anlass import bootstrap
from anlass.domain.errors import Transient
from anlass.language.intake_http import (
    MALFORMED_BASE64,
    UNAVAILABLE,
    Answer,
    answer_to,
    path_of,
    request_in,
    response_of,
)
from anlass.language.intake_request import Refused
from anlass.language.subscription import Problem, Sender, read_code
from anlass.masking import masked, place_of
from anlass.telemetry import emit, logger
from anlass.usecases.admit_request import Admitted, admit_request
from anlass.usecases.confirm_subscription import confirm_code
from anlass.usecases.request_subscription import NotOpen, request_subscription

LIMIT = 16 * 1024  # bytes
# Whoever asks learns nothing: known, suppressed, subscribed and new addresses are answered alike.
ACCEPTED: Final = Answer(202, {"success": True})
CONFIRMED: Final = Answer(200, {"success": True})
CODE_WRONG: Final = Refused(400, "code_wrong", "This code is wrong, too old or used up. Ask for a new one.")
NOT_OPEN: Final = Refused(503, "not_open", "Nothing is published yet; upload settings.json first.")


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    try:
        return response_of(_answer(event))
    except NotOpen:
        return response_of(answer_to(NOT_OPEN))
    except Transient as fault:
        logger.warning("not stored, client asked to retry", fault=str(fault))
    except Exception as fault:  # noqa: BLE001 - becomes a 503 and a log line, without its text: it may hold an address
        logger.error("subscribing failed, client asked to retry", fault=type(fault).__name__, at=place_of(fault))
    emit({"IntakeUnavailable": 1})
    return response_of(answer_to(UNAVAILABLE))


def _answer(event: Mapping[str, Any]) -> Answer:
    method = event["requestContext"]["http"]["method"]
    if method == "OPTIONS":
        return Answer(204, None)
    if method != "POST":
        refused = answer_to(Refused(405, "method_not_allowed", "Use POST."))
        return Answer(refused.status, refused.body, {"allow": "POST, OPTIONS"})
    try:
        request = request_in(event, None)
    except ValueError:
        return answer_to(MALFORMED_BASE64)
    admitted = admit_request(request, bootstrap.application().keys, LIMIT)
    if isinstance(admitted, Refused):
        return answer_to(admitted)
    ip = event["requestContext"]["http"].get("sourceIp")
    return _confirm(admitted, ip) if path_of(event).endswith("/confirm") else _ask(admitted, ip)


def _ask(admitted: Admitted, ip: str | None) -> Answer:
    done = request_subscription(admitted.body.value, Sender(admitted.right, ip), bootstrap.application())
    if isinstance(done, tuple):
        return _refuse(done)
    if done is None:
        logger.warning("asked for one mailbox too often, nothing stored")
        emit({"AskedTooOften": 1})
    else:
        emit({"EventsAccepted": 1}, correlation_ids=[done])
    return ACCEPTED


def _confirm(admitted: Admitted, ip: str | None) -> Answer:
    typed = read_code(admitted.body.value, Sender(admitted.right, ip))
    if isinstance(typed, Problem):
        return answer_to(Refused(400, "code_invalid", typed.message))
    done = confirm_code(typed.phone, typed.code, typed.ip, bootstrap.application())
    return CONFIRMED if done.outcome in ("confirmed", "already") else answer_to(CODE_WRONG)


def _refuse(problems: tuple[Problem, ...]) -> Answer:
    listed = [{"field": each.field, "message": each.message} for each in problems]
    message = "; ".join(map(str, problems))
    return Answer(400, {"code": "subscription_invalid", "message": message, "problems": listed})
