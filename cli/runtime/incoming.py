"""What comes to the functions from outside as AWS hands it over: received mail, and lines of other services' logs."""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from anlass.domain.instants import iso

from infra.names import Names
from infra.topology import LogSource, MailSource


def receivers(address: str, names: Names) -> list[MailSource]:
    """Those whose rule is for this address, whatever its label."""
    local, _, domain = address.lower().rpartition("@")
    if not names.reply_domain or domain != names.reply_domain:
        return []
    return [source for source in names.topology.mail_sources if local.partition("+")[0] == source.name]


def received(to: str, sender: str, subject: str, now: datetime) -> dict[str, Any]:
    """What SES's Lambda action says of a mail; the body is never in it."""
    stamp = iso(now, "milliseconds")
    verdicts = {name: {"status": "PASS"} for name in ("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict")}
    common = {"from": [sender], "to": [to], "subject": subject}
    return {
        "Records": [
            {
                "eventSource": "aws:ses",
                "eventVersion": "1.0",
                "ses": {
                    "mail": {
                        "timestamp": stamp,
                        "source": sender,
                        "messageId": uuid.uuid4().hex,
                        "destination": [to],
                        "headers": [{"name": "From", "value": sender}, {"name": "Subject", "value": subject}],
                        "commonHeaders": common,
                    },
                    "receipt": {"timestamp": stamp, "recipients": [to], **verdicts},
                },
            }
        ]
    }


def readers(group: str, names: Names) -> list[LogSource]:
    return [source for source in names.topology.log_sources if names.log_group(source.group) == group]


def log_lines(group: str, line: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a subscription of CloudWatch Logs hands over."""
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": group,
        "logStream": "1",
        "subscriptionFilters": ["sms"],
        "logEvents": [{"id": "1", "timestamp": int(now.timestamp() * 1000), "message": json.dumps(line)}],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}
