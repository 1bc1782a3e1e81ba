"""SES's events, in the shapes that its documentation shows, into what we make of them."""

from __future__ import annotations

from typing import Any

import pytest
from anlass.language.ses_feedback import read_feedback

AT = "2026-03-02T12:00:00.000Z"
ANNA = {"emailAddress": "anna@shop.example"}
FAILED = {**ANNA, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}


def event(kind: str, where: str, **report: Any) -> dict[str, Any]:
    tags = {"enrolment": ["e-1"], "step": ["offer"], "visit": ["1"], "ses:configuration-set": ["mail"]}
    mail = {"timestamp": AT, "messageId": "ses-1", "destination": ["anna@shop.example"], "tags": tags}
    return {"source": "aws.ses", "detail": {"eventType": kind, "mail": mail, where: {"timestamp": AT, **report}}}


def bounce(type_: str, subtype: str, *recipients: dict[str, str]) -> dict[str, Any]:
    return event("Bounce", "bounce", bounceType=type_, bounceSubType=subtype, bouncedRecipients=list(recipients))


@pytest.mark.parametrize(
    ("said", "hard", "soft", "automatic"),
    [
        (bounce("Permanent", "General", FAILED), True, False, False),
        (bounce("Permanent", "NoEmail", FAILED), True, False, False),
        (bounce("Permanent", "Suppressed", ANNA), True, False, False),
        (bounce("Permanent", "OnAccountSuppressionList", ANNA), True, False, False),
        (bounce("Transient", "MailboxFull", FAILED), False, True, False),
        (bounce("Transient", "General", FAILED), False, True, False),
        (bounce("Transient", "General", ANNA), False, False, True),  # out of office
        (bounce("Transient", "MessageTooLarge", FAILED), False, False, False),
        (bounce("Transient", "ContentRejected", FAILED), False, False, False),
        (bounce("Transient", "AttachmentRejected", FAILED), False, False, False),
        (bounce("Undetermined", "Undetermined", ANNA), False, True, False),
    ],
)
def test_a_bounce_is_hard_soft_of_the_mail_or_none_at_all(
    said: dict[str, Any], hard: bool, soft: bool, automatic: bool
) -> None:
    feedback = read_feedback(said)
    assert feedback is not None
    assert (feedback.hard, feedback.soft, feedback.automatic) == (hard, soft, automatic)
    assert feedback.details == {"bounce_type": "hard" if hard else "soft"}
    assert feedback.recipients == ("anna@shop.example",)


def test_what_ses_held_back_because_of_its_own_list_never_left() -> None:
    for said in (
        bounce("Permanent", "OnAccountSuppressionList", ANNA),
        event("Complaint", "complaint", complaintSubType="OnAccountSuppressionList", complainedRecipients=[ANNA]),
    ):
        feedback = read_feedback(said)
        assert feedback is not None
        assert not feedback.tried


@pytest.mark.parametrize(
    ("name", "where", "kind", "reason"),
    [
        ("DeliveryDelay", "deliveryDelay", "delay", "MailboxFull"),
        ("Reject", "reject", "reject", "Bad content"),
        ("Rendering Failure", "failure", "reject", "not rendered"),
    ],
)
def test_delays_and_what_was_taken_and_not_sent_say_why(name: str, where: str, kind: str, reason: str) -> None:
    said = {"delayType": "MailboxFull"} if kind == "delay" else {"reason": reason}
    if where == "failure":
        said = {"errorMessage": "Attribute 'x' is not present", "templateName": "anna@shop.example"}
    feedback = read_feedback(event(name, where, **said))
    assert feedback is not None
    assert (feedback.kind, feedback.details) == (kind, {"reason": reason})


def test_who_takes_a_mail_out_of_the_spam_folder_complains_about_nothing() -> None:
    said = event("Complaint", "complaint", complaintFeedbackType="not-spam", complainedRecipients=[ANNA])
    assert read_feedback(said) is None


def test_opens_and_clicks_say_who_looked_as_far_as_a_machine_is_known_by_it() -> None:
    opened = read_feedback(event("Open", "open", userAgent="Mozilla/5.0", ipAddress="192.0.2.1"))
    clicked = read_feedback(event("Click", "click", userAgent="Chrome", link="https://shop.example/"))
    assert opened is not None
    assert clicked is not None
    assert (opened.user_agent, opened.details) == ("Mozilla/5.0", {})
    assert (clicked.user_agent, clicked.details) == ("Chrome", {"link": "https://shop.example/"})


@pytest.mark.parametrize(
    "said", [{}, {"detail": None}, event("Subscription", "subscription"), {"detail": {"eventType": "Open", "mail": {}}}]
)
def test_what_is_none_of_ours_is_nothing(said: dict[str, Any]) -> None:
    assert read_feedback(said) is None
