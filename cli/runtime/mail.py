"""The mails that left through SES, and the SMS through SNS, as they were handed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from anlass.adapters.memory.clock import VirtualClock

from cli.runtime.aws_calls import AwsCall, AwsReply


@dataclass(frozen=True)
class SentMail:
    id: str  # SES's message id
    at: datetime
    raw: bytes  # RFC 5322
    to: tuple[str, ...]
    tags: dict[str, str]
    configuration_set: str | None
    tracking: dict[str, str] = field(default_factory=dict)  # what SES was told to watch


@dataclass(frozen=True)
class SentText:
    id: str  # SNS's message id
    at: datetime
    to: str
    text: str
    attributes: dict[str, str]  # SenderID, SMSType, MaxPrice


class Outbox:
    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.mails: list[SentMail] = []
        self.texts: list[SentText] = []

    def observe(self, call: AwsCall, reply: AwsReply) -> None:
        if (call.service, call.operation) == ("sns", "Publish") and reply.status < 300:
            self._texted(call, reply)
        if (call.service, call.operation) != ("sesv2", "SendEmail") or reply.status >= 300:
            return
        if "Raw" not in call.params["Content"]:
            raise ValueError("a mail left without raw MIME: its headers, the unsubscribe ones too, would be SES's")
        self.mails.append(
            SentMail(
                id=reply.parsed["MessageId"],
                at=self._clock.now(),
                raw=bytes(call.params["Content"]["Raw"]["Data"]),
                to=tuple(call.params.get("Destination", {}).get("ToAddresses", ())),
                tags={tag["Name"]: tag["Value"] for tag in call.params.get("EmailTags", ())},
                configuration_set=call.params.get("ConfigurationSetName"),
                tracking=dict(call.params.get("ConfigurationOverrides", {}).get("Tracking", {})),
            )
        )

    def _texted(self, call: AwsCall, reply: AwsReply) -> None:
        attributes = call.params.get("MessageAttributes", {})
        self.texts.append(
            SentText(
                id=reply.parsed["MessageId"],
                at=self._clock.now(),
                to=call.params["PhoneNumber"],
                text=call.params["Message"],
                attributes={name.rpartition(".")[2]: said["StringValue"] for name, said in attributes.items()},
            )
        )
