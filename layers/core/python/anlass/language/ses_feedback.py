"""SES's own events, as EventBridge delivers them, into what we make of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anlass.domain.comparing import as_time
from anlass.domain.feedback import Feedback, Kind
from anlass.domain.send import VISIT

# By `eventType`: what it is, and under which name the report stands in the event.
_KINDS: dict[str, tuple[Kind, str]] = {
    "Send": ("send", "send"),
    "Delivery": ("delivery", "delivery"),
    "DeliveryDelay": ("delay", "deliveryDelay"),
    "Open": ("open", "open"),
    "Click": ("click", "click"),
    "Bounce": ("bounce", "bounce"),
    "Complaint": ("complaint", "complaint"),
    "Reject": ("reject", "reject"),
    "Rendering Failure": ("reject", "failure"),
}
_ON_A_LIST = frozenset(("Suppressed", "OnAccountSuppressionList", "UnsubscribedRecipient"))  # SES did not even try
_OF_THE_MAIL = frozenset(("MessageTooLarge", "ContentRejected", "AttachmentRejected"))  # not of the mailbox


def read_feedback(event: Mapping[str, Any]) -> Feedback | None:
    """None: a kind we have no use for, or a mail without our tags (somebody else's, on the same account)."""
    detail: Mapping[str, Any] = event.get("detail") or {}
    found = _KINDS.get(str(detail.get("eventType")))
    mail: Mapping[str, Any] = detail.get("mail") or {}
    tags = {name: values[0] for name, values in (mail.get("tags") or {}).items() if values}
    if found is None or not {"enrolment", "step", "visit"} <= tags.keys() or not VISIT.fullmatch(str(tags["visit"])):
        return None
    kind, name = found
    report: Mapping[str, Any] = detail.get(name) or {}
    stamp = report.get("timestamp") or mail.get("timestamp") or event.get("time")
    at = as_time(stamp)
    if at is None or report.get("complaintFeedbackType") == "not-spam":  # the opposite of a complaint
        return None
    affected = report.get("bouncedRecipients") or report.get("complainedRecipients")
    recipients = [r.get("emailAddress") for r in affected] if affected else mail.get("destination") or []
    bounce = _bounce(report, affected or []) if kind == "bounce" else None
    return Feedback(
        kind,
        tags["enrolment"],
        tags["step"],
        int(tags["visit"]),
        id=str(report.get("feedbackId") or stamp),
        at=at,
        recipients=tuple(str(r) for r in recipients if r),
        hard=bounce == "hard",
        soft=bounce == "soft",
        automatic=bounce == "automatic",
        tried=not {report.get("bounceSubType"), report.get("complaintSubType")} & _ON_A_LIST,
        user_agent=_text(report.get("userAgent")) if kind in ("open", "click") else None,
        details=_details(kind, report, bounce),
    )


def _details(kind: Kind, report: Mapping[str, Any], bounce: str | None) -> dict[str, Any]:
    match kind:
        case "bounce":
            return {"bounce_type": "hard" if bounce == "hard" else "soft"}
        case "click":
            return {"link": report.get("link")}
        case "delay":
            return {"reason": report.get("delayType")}
        case "reject":
            return {"reason": "not rendered" if "errorMessage" in report else report.get("reason")}
        case _:
            return {}


def _bounce(report: Mapping[str, Any], affected: list[Mapping[str, Any]]) -> str:
    """`hard`; `soft`: the mailbox refused for now; `message`: this very mail was refused; `automatic`: it arrived, and
    something answered that somebody is away."""
    type_, subtype = report.get("bounceType"), report.get("bounceSubType")
    if type_ == "Permanent" or subtype in _ON_A_LIST:
        return "hard"
    if subtype in _OF_THE_MAIL:
        return "message"
    if type_ == "Transient" and subtype == "General" and not any(_failed(each) for each in affected):
        return "automatic"
    return "soft"


def _failed(recipient: Mapping[str, Any]) -> bool:
    """Whether a mail server said so (RFC 3464), and not an automatic answer, which SES takes for a bounce too."""
    return recipient.get("action") in ("failed", "delayed") or str(recipient.get("status") or "")[:1] in ("4", "5")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
