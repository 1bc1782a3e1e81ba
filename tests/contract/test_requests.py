"""What the AWS adapters ask for: how many requests, and what they do when AWS is busy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from anlass.domain.changes import (
    AddEnrolment,
    AddEvent,
    AddSend,
    AddSuppression,
    Append,
    Change,
    DropTimer,
    MarkSeen,
    Remember,
    RequireProfile,
    SaveEnrolment,
    SaveState,
    SaveTimer,
)
from anlass.domain.errors import Conflict, Transient
from anlass.keys import (
    EnrolmentKey,
    Key,
    StateKey,
)
from botocore.exceptions import ReadTimeoutError

from cli.runtime.aws_calls import AwsReply
from tests.builders import MINUTE, NOON, a_send, a_state, a_timer, an_enrolment, an_event, heard
from tests.contract.house import AwsHouse, answer, breaks, goes_through, refusal

URL = "https://dynamodb.eu-central-1.amazonaws.com"

SINGLE: list[tuple[Change, str]] = [
    (SaveState(a_state()), "PutItem"),
    (AddEnrolment(an_enrolment("e-2")), "PutItem"),
    (AddEvent(an_event()), "PutItem"),
    (MarkSeen("u:anna", "m-1", NOON), "PutItem"),
    (Remember("u:anna", "order#1", NOON), "PutItem"),
    (SaveEnrolment(an_enrolment(seq=1), 0, 0, "calendar"), "PutItem"),
    (Append("e-1", (heard(),), NOON), "UpdateItem"),
    (AddSuppression("abc", "email", "bounce", NOON), "UpdateItem"),
    (DropTimer("t-1", 1), "DeleteItem"),
]


@pytest.mark.parametrize(("change", "operation"), SINGLE, ids=lambda value: type(value).__name__)
def test_a_single_change_is_one_plain_write(aws: AwsHouse, change: Change, operation: str) -> None:
    aws.store.commit([AddEnrolment(an_enrolment()), SaveTimer(a_timer(), None)])
    aws.wire.forget()
    aws.store.commit([change])
    assert aws.wire.requests == {operation: 1}


def test_many_changes_are_one_transaction(aws: AwsHouse) -> None:
    aws.store.commit([AddSend(a_send(visit=number)) for number in range(100)])
    assert aws.wire.requests == {"TransactWriteItems": 1}


def test_a_mere_requirement_is_a_transaction_because_nothing_else_checks(aws: AwsHouse) -> None:
    with pytest.raises(Conflict):
        aws.store.commit([RequireProfile("u:anna")])
    assert aws.wire.requests == {"TransactWriteItems": 1}


def test_a_hundred_rows_of_both_tables_are_one_request(aws: AwsHouse) -> None:
    keys: list[Key] = [key for n in range(50) for key in (StateKey(f"u:{n}"), EnrolmentKey(f"e-{n}"))]
    aws.store.read(keys)
    assert aws.wire.requests == {"BatchGetItem": 1}
    aws.store.read([*keys, StateKey("u:50")])
    assert aws.wire.requests == {"BatchGetItem": 3}
    aws.store.read([])
    assert aws.wire.requests == {"BatchGetItem": 3}


def test_an_enrolment_and_its_sends_are_one_consistent_request(aws: AwsHouse) -> None:
    aws.store.commit([AddEnrolment(an_enrolment()), AddSend(a_send())])
    aws.wire.forget()
    aws.store.enrolment("e-1")
    ((operation, body),) = aws.wire.sent
    assert (operation, body["ConsistentRead"]) == ("Query", True)


def test_twenty_five_events_are_one_request(aws: AwsHouse) -> None:
    aws.event_log.put([an_event(id=f"m-{number}") for number in range(60)])
    assert [len(body["RequestItems"]["local-events"]) for _, body in aws.wire.sent] == [25, 25, 10]


def test_events_that_were_left_are_stored_by_the_next_attempt(aws: AwsHouse) -> None:
    events = [an_event(id=f"m-{number}") for number in range(3)]

    def takes_the_first(body: Mapping[str, Any]) -> AwsReply | None:
        left = {table: requests[1:] for table, requests in body["RequestItems"].items()}
        return answer(UnprocessedItems=left)(body)

    aws.wire.script("BatchWriteItem", takes_the_first, takes_the_first, goes_through)
    aws.event_log.put(events)
    assert [len(body["RequestItems"]["local-events"]) for _, body in aws.wire.sent] == [3, 2, 1]
    assert aws.pauses == [0.05, 0.1]
    assert aws.event_log.get(events[2].key) == events[2]


def test_events_that_are_left_again_and_again_make_the_caller_come_again(aws: AwsHouse) -> None:
    def takes_nothing(body: Mapping[str, Any]) -> AwsReply | None:
        return answer(UnprocessedItems=body["RequestItems"])(body)

    aws.wire.script("BatchWriteItem", *[takes_nothing] * 6)
    with pytest.raises(Transient, match="storing 3 events: 3 were left"):
        aws.event_log.put([an_event(id=f"m-{number}") for number in range(3)])
    assert aws.pauses == [0.05, 0.1, 0.2, 0.4, 0.8]


def test_rows_that_were_left_unread_are_asked_for_again(aws: AwsHouse) -> None:
    aws.store.commit([SaveState(a_state()), AddEnrolment(an_enrolment())])

    def reads_nothing(body: Mapping[str, Any]) -> AwsReply | None:
        return answer(Responses={}, UnprocessedKeys=body["RequestItems"])(body)

    aws.wire.script("BatchGetItem", reads_nothing, reads_nothing)
    rows = aws.store.read([StateKey("u:anna"), EnrolmentKey("e-1")])
    assert len(rows.found) == 2
    aws.wire.script("BatchGetItem", *[reads_nothing] * 6)
    with pytest.raises(Transient, match="reading 1 rows"):
        aws.store.read([StateKey("u:anna")])


def cancelled(*codes: str) -> Any:
    return refusal(400, "TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


def test_a_commit_that_met_another_one_is_tried_again(aws: AwsHouse) -> None:
    aws.wire.script(
        "TransactWriteItems", cancelled("TransactionConflict", "None"), cancelled("None", "ThrottlingError")
    )
    aws.store.commit([SaveState(a_state()), AddEnrolment(an_enrolment())])
    assert aws.wire.requests["TransactWriteItems"] == 3
    aws.wire.script("PutItem", refusal(400, "TransactionConflictException"))
    aws.store.commit([AddEnrolment(an_enrolment("e-2"))])
    assert aws.pauses == [0.05, 0.1, 0.05]


def test_a_commit_that_meets_others_again_and_again_makes_the_caller_come_again(aws: AwsHouse) -> None:
    aws.wire.script("TransactWriteItems", *[cancelled("TransactionConflict", "None")] * 6)
    with pytest.raises(Transient, match="committing 2 changes"):
        aws.store.commit([SaveState(a_state()), AddEnrolment(an_enrolment())])


def test_a_failed_condition_outweighs_a_meeting(aws: AwsHouse) -> None:
    aws.wire.script("TransactWriteItems", cancelled("TransactionConflict", "ConditionalCheckFailed"))
    with pytest.raises(Conflict) as conflict:
        aws.store.commit([SaveState(a_state()), AddEnrolment(an_enrolment())])
    assert conflict.value.failed == {1}


@pytest.mark.parametrize(
    "trouble",
    [
        refusal(400, "ThrottlingException"),
        refusal(400, "ProvisionedThroughputExceededException"),
        refusal(500, "InternalServerError"),
        breaks(ReadTimeoutError(endpoint_url=URL)),
    ],
)
def test_a_busy_table_is_transient(aws: AwsHouse, trouble: Any) -> None:
    for operation in ("TransactWriteItems", "PutItem", "BatchGetItem", "Query", "BatchWriteItem", "GetItem"):
        aws.wire.script(operation, *[trouble] * 3)
    with pytest.raises(Transient):
        aws.store.commit([SaveState(a_state()), AddEnrolment(an_enrolment())])
    with pytest.raises(Transient):
        aws.store.commit([SaveState(a_state())])
    with pytest.raises(Transient):
        aws.store.read([StateKey("u:anna")])
    with pytest.raises(Transient):
        aws.store.enrolment("e-1")
    with pytest.raises(Transient):
        aws.store.overdue(NOON, 10)
    with pytest.raises(Transient):
        aws.event_log.put([an_event()])
    with pytest.raises(Transient):
        aws.event_log.get(an_event().key)
    with pytest.raises(Transient):
        aws.event_log.of_person(["u:anna"], NOON, NOON + MINUTE)
    with pytest.raises(Transient):
        aws.definitions.fresh_index()
