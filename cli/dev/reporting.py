"""What a provider would report of a message that left this machine: SES to the bus, SNS to its log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from anlass.bootstrap import Application
from anlass.domain.send import Send, split_message_id
from anlass.keys import SendKey
from anlass.usecases.people import who_got

from cli.dev.looking import iso
from cli.runtime.world import LocalRuntime

_Report = Callable[[list[dict[str, str]]], dict[str, Any]]

# By the word that is asked for: SES's `eventType`, EventBridge's `detail-type`, where the report stands, and the report
# on these recipients.
_OF_MAILS: dict[str, tuple[str, str, str, _Report]] = {
    "delivery": ("Delivery", "Email Delivered", "delivery", lambda about: {"recipients": about}),
    "delay": (
        "DeliveryDelay",
        "Email Delivery Delayed",
        "deliveryDelay",
        lambda about: {"delayType": "MailboxFull", "delayedRecipients": about},
    ),
    "open": ("Open", "Email Opened", "open", lambda _: {}),
    "click": ("Click", "Email Clicked", "click", lambda _: {"link": "https://shop.example/"}),
    "bounce": (
        "Bounce",
        "Email Bounced",
        "bounce",
        lambda about: {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": about},
    ),
    "soft_bounce": (
        "Bounce",
        "Email Bounced",
        "bounce",
        lambda about: {
            "bounceType": "Transient",
            "bounceSubType": "MailboxFull",
            "bouncedRecipients": [{**each, "action": "failed", "status": "4.2.2"} for each in about],
        },
    ),
    "auto_reply": (
        "Bounce",
        "Email Bounced",
        "bounce",
        lambda about: {"bounceType": "Transient", "bounceSubType": "General", "bouncedRecipients": about},
    ),
    "complaint": (
        "Complaint",
        "Email Complaint Received",
        "complaint",
        lambda about: {"complainedRecipients": about, "complaintFeedbackType": "abuse"},
    ),
    "reject": ("Reject", "Email Rejected", "reject", lambda _: {"reason": "Bad content"}),
}
_OF_SMS = {  # what operators answer, as SNS writes it
    "delivery": "Message has been accepted by phone",
    "soft_bounce": "Phone is currently unreachable/unavailable",
    "bounce": "Invalid phone number",
    "opt_out": "Phone number is opted out",
}
FEEDBACK = frozenset((*_OF_MAILS, *_OF_SMS, "unsubscribe"))
MORE = ("link", "userAgent", "ipAddress", "id")  # that a request may say of a report


def report(runtime: LocalRuntime, app: Application, message_id: str, kind: str, more: Mapping[str, Any]) -> bool:
    """Sets off what the provider's report sets off; False: no such message left, or nothing reports that of it."""
    parts = split_message_id(message_id)
    send = app.store.read([SendKey(*parts)]).send(*parts) if parts is not None else None
    if send is None:
        return False
    if send.channel == "sms":
        return _report_sms(runtime, app, send, kind)
    if kind == "unsubscribe":
        address = app.links.unsubscribe_address(send.id)
        return address is not None and runtime.receive_mail(address, "somebody@example.com", "unsubscribe")
    event = feedback_event(runtime, app, message_id, kind, more)
    if event is None:
        return False
    runtime.emit_bus(event)
    return True


def feedback_event(
    runtime: LocalRuntime, app: Application, message_id: str, kind: str, more: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """The event that SES would put on the default bus; None if no such mail left."""
    parts = split_message_id(message_id)
    if parts is None or kind not in _OF_MAILS:
        return None
    send = app.store.read([SendKey(*parts)]).send(*parts)
    mail = next((m for m in runtime.sent_mails() if send and m.tags == _tags(send)), None)
    if mail is None:
        return None
    name, detail_type, where, made = _OF_MAILS[kind]
    said = {key: str(value) for key, value in (more or {}).items() if key in MORE}
    feedback = {"feedbackId": said.pop("id")} if "id" in said else {}
    about = [{"emailAddress": address} for address in mail.to]
    return {
        "source": "aws.ses",
        "detail-type": detail_type,
        "detail": {
            "eventType": name,
            "mail": {
                "timestamp": iso(mail.at),
                "messageId": mail.id,
                "destination": list(mail.to),
                "tags": {"ses:configuration-set": [mail.configuration_set], **{t: [v] for t, v in mail.tags.items()}},
            },
            where: {"timestamp": iso(runtime.clock.now()), **made(about), **said, **feedback},
        },
    }


def _report_sms(runtime: LocalRuntime, app: Application, send: Send, kind: str) -> bool:
    person, _ = who_got(send, app.store)
    answer = _OF_SMS.get(kind)
    if answer is None or send.provider_id is None:
        return False
    number = (person.address("sms") if person is not None else None) or "+491510000000"
    line = {
        "notification": {"messageId": send.provider_id, "timestamp": f"{runtime.clock.now():%Y-%m-%d %H:%M:%S.000}"},
        "delivery": {"destination": number, "providerResponse": answer, "smsType": "Promotional", "dwellTimeMs": 599},
        "status": "SUCCESS" if kind == "delivery" else "FAILURE",
    }
    suffix = "" if kind == "delivery" else "/Failure"
    group = runtime.names.log_group("sns/${Region}/${Account}/DirectPublishToPhoneNumber")
    return runtime.write_log(group + suffix, line)


def _tags(send: Send) -> dict[str, str]:
    return {"enrolment": send.enrolment, "step": send.step, "visit": str(send.visit)}
