"""What a function could not do is said to the queue or stream it came from, by name, and so comes again."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

CONTEXT = SimpleNamespace(aws_request_id="request-1", get_remaining_time_in_millis=lambda: 30_000)


@pytest.mark.parametrize("name", ["wake_enrolment", "start_journey", "ring_timer", "deliver_message"])
def test_a_message_that_fails_stays_in_its_queue(name: str) -> None:
    records: list[dict[str, Any]] = [
        {"messageId": id_, "receiptHandle": id_, "eventSource": "aws:sqs", "attributes": {}, "body": '{"kind": "odd"}'}
        for id_ in ("m-1", "m-2")
    ]
    assert handle(name, records) == {"batchItemFailures": [{"itemIdentifier": "m-1"}, {"itemIdentifier": "m-2"}]}


def test_a_row_whose_schedule_fails_is_named_to_its_stream() -> None:
    image = {"id": {"S": "t-1"}, "row": {"S": "T"}, "request": {"S": "schedule"}}
    record = {"eventSource": "aws:dynamodb", "dynamodb": {"SequenceNumber": "7", "NewImage": image}}
    assert handle("keep_calendar", [record]) == {"batchItemFailures": [{"itemIdentifier": "7"}]}


def handle(function: str, records: list[dict[str, Any]]) -> Any:
    return import_module(f"functions.{function}").handler({"Records": records}, CONTEXT)
