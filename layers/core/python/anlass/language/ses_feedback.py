"""SES's own events, as EventBridge delivers them, into what we make of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anlass.domain.comparing import as_time
from anlass.domain.feedback import Feedback, Kind

_KINDS: dict[str, Kind] = {
    "Send": "send",
    "Delivery": "delivery",
    "Open": "open",
    "Click": "click",
    "Bounce": "bounce",
    "Complaint": "complaint",
    "Reject": "reject",
}


def read_feedback(event: Mapping[str, Any]) -> Feedback | None:
    """None: a kind we have no use for, or a mail without our tags (somebody else's, on the same account)."""
    detail: Mapping[str, Any] = event.get("detail") or {}
    kind = _KINDS.get(str(detail.get("eventType")))
    mail: Mapping[str, Any] = detail.get("mail") or {}
    tags = {name: values[0] for name, values in (mail.get("tags") or {}).items() if values}
    if kind is None or not {"enrolment", "step", "visit"} <= tags.keys() or not str(tags["visit"]).isdigit():
        return None
    report: Mapping[str, Any] = detail.get(kind) or {}
    stamp = report.get("timestamp") or mail.get("timestamp") or event.get("time")
    at = as_time(stamp)
    if at is None:
        return None
    details: dict[str, Any] = {}
    if kind == "bounce":
        details["bounce_type"] = "hard" if report.get("bounceType") == "Permanent" else "soft"
    if kind == "click":
        details["link"] = report.get("link")
    affected = report.get("bouncedRecipients") or report.get("complainedRecipients")
    recipients = [r.get("emailAddress") for r in affected] if affected else mail.get("destination") or []
    return Feedback(
        kind,
        tags["enrolment"],
        tags["step"],
        int(tags["visit"]),
        id=str(report.get("feedbackId") or stamp),
        at=at,
        recipients=tuple(str(r) for r in recipients if r),
        hard=details.get("bounce_type") == "hard",
        details=details,
    )
