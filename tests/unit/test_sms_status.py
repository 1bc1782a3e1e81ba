"""SNS's delivery status, as its log has it."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.language.sms_status import read_statuses

ID = "34d9b400-c6dd-5444-820d-fbeb0f1f54cf"
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def handed_over(*lines: str, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    events = [{"id": str(n), "timestamp": int(AT.timestamp() * 1000), "message": line} for n, line in enumerate(lines)]
    data = {"messageType": kind, "logGroup": "sns/eu-central-1/1/DirectPublishToPhoneNumber", "logEvents": events}
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}


def line(status: str, answer: str) -> str:
    return json.dumps(
        {
            "notification": {"messageId": ID, "timestamp": "2026-03-02 12:00:00.000"},
            "delivery": {
                "phoneCarrier": "My Phone Carrier",
                "destination": "+4915112345678",
                "priceInUSD": 0.075,
                "smsType": "Transactional",
                "providerResponse": answer,
                "dwellTimeMs": 599,
            },
            "status": status,
        }
    )


@pytest.mark.parametrize(
    ("status", "answer", "is_delivered", "is_final", "is_opt_out"),
    [
        ("SUCCESS", "Message has been accepted by phone", True, False, False),
        ("FAILURE", "Phone is currently unreachable/unavailable", False, False, False),
        ("FAILURE", "Invalid phone number", False, True, False),
        ("FAILURE", "Phone number is opted out", False, True, True),
    ],
)
def test_a_line_says_what_became_of_one_sms(
    status: str, answer: str, is_delivered: bool, is_final: bool, is_opt_out: bool
) -> None:
    (found,) = read_statuses(handed_over(line(status, answer)))
    assert (found.provider_id, found.at, found.number) == (ID, AT, "+4915112345678")
    assert (found.is_delivered, found.is_final, found.is_opt_out) == (is_delivered, is_final, is_opt_out)
    assert found.reason == (None if is_delivered else answer)


def test_what_is_no_status_is_passed_over() -> None:
    good = line("SUCCESS", "Message has been accepted by phone")
    assert len(list(read_statuses(handed_over("hello", "{}", "[]", '{"delivery": 1}', good)))) == 1
    assert list(read_statuses(handed_over(good, kind="CONTROL_MESSAGE"))) == []
