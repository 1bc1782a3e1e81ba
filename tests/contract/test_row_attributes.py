"""What others look at in a row: the state machine, the streams' filters, the sweeper's index, the expiry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.adapters.aws.dynamodb import codec
from anlass.domain.changes import AddEnrolment, AddSuppression, Append, CatchUp, Remember, SaveEnrolment
from anlass.domain.erasure import Erasure
from anlass.keys import SeenKey

from tests.builders import DAY, HOUR, NOON, a_call, a_send, an_enrolment, an_event, heard
from tests.contract.house import AwsHouse


def test_the_state_machine_finds_what_it_looks_at(aws: AwsHouse) -> None:
    row = an_enrolment(seq=7, owner="e-1-2", generation=2, due=NOON + HOUR, awaits=frozenset(("A", "B")), request=None)
    aws.store.commit([AddEnrolment(row)])
    item = aws.item("journeys", id="e-1", row="E")
    assert item["seq"] == {"N": "7"}
    assert item["owner"] == {"S": "e-1-2"}
    assert item["inbox"] == {"L": []}
    assert item["awaits"]["SS"] == ["A", "B"]
    assert item["due"] == {"S": "2026-03-02T13:00:00.000000Z"}
    assert item["sweep_at"] == {"S": "2026-03-02T12:05:00.000000Z"}
    assert {"task_token", "request", "nudge", "open", "catch_up", "ttl"}.isdisjoint(item)
    assert aws.park("e-1", 7, "e-1-2", "token")
    aws.store.commit(
        [
            Append("e-1", (heard("A"),), NOON),
        ]
    )
    item = aws.item("journeys", id="e-1", row="E")
    assert item["task_token"] == {"S": "token"}
    assert item["request"] == {"S": "wake"}
    assert item["nudge"] == {"S": "A"}


def test_a_row_without_a_sweep_is_not_in_the_index(aws: AwsHouse) -> None:
    aws.store.commit([AddEnrolment(an_enrolment())])
    assert "sweep_shard" in aws.item("journeys", id="e-1", row="E")
    aws.store.commit([SaveEnrolment(an_enrolment(seq=1, status="done", sweep_at=None), 0, 0, "calendar")])
    assert {"sweep_shard", "sweep_at"}.isdisjoint(aws.item("journeys", id="e-1", row="E"))


@pytest.mark.parametrize(
    "change",
    [Append("e-1", (heard(),), NOON), CatchUp("e-1", "A", NOON)],
    ids=lambda change: type(change).__name__,
)
def test_a_word_from_outside_puts_a_row_into_the_index(aws: AwsHouse, change: Append | CatchUp) -> None:
    aws.store.commit([AddEnrolment(an_enrolment(sweep_at=None))])
    aws.store.commit([change])
    assert {"sweep_shard", "sweep_at", "request"} <= aws.item("journeys", id="e-1", row="E").keys()


def expiry(item: dict[str, Any]) -> datetime | None:
    return datetime.fromtimestamp(int(item["ttl"]["N"]), UTC) if "ttl" in item else None


def test_what_is_over_is_kept_for_four_hundred_days() -> None:
    long_after = NOON + 90 * DAY
    assert expiry(codec.encode_enrolment(an_enrolment(), long_after)) is None
    assert expiry(codec.encode_enrolment(an_enrolment(status="done"), long_after)) == long_after + 400 * DAY
    assert expiry(codec.encode_send(a_send())) is None
    assert expiry(codec.encode_send(a_send(status="SENT", closed_at=NOON))) == NOON + 400 * DAY
    assert expiry(codec.encode_call(a_call())) is None
    assert expiry(codec.encode_call(a_call(status="DONE", closed_at=NOON))) == NOON + 400 * DAY
    late = an_event(at=NOON - 300 * DAY, received_at=NOON)
    assert expiry(codec.encode_event(late)) == NOON + 400 * DAY
    assert expiry(codec.encode_seen(SeenKey("u:anna", "m-1"), NOON)) == NOON + 30 * DAY


def test_the_proof_of_an_erasure_is_kept_for_three_years() -> None:
    """As its report says."""
    erasure = Erasure("x-1", "@hash", NOON, sweep_at=NOON)
    assert expiry(codec.encode_erasure(erasure, NOON)) is None
    done = replace(erasure, status="done", finished_at=NOON + DAY, sweep_at=None, request=None)
    assert expiry(codec.encode_erasure(done, NOON + DAY)) == NOON + DAY + 3 * 365 * DAY


def test_what_is_remembered_expires_when_it_no_longer_matters_and_is_with_the_persons_rows(aws: AwsHouse) -> None:
    aws.store.commit([Remember("u:anna", "order#1", NOON), Remember("u:anna", "entry#cart#2", NOON, NOON + DAY)])
    assert expiry(aws.item("profiles", profile="u:anna", row="REMEMBERED#order#1")) is None
    assert expiry(aws.item("profiles", profile="u:anna", row="REMEMBERED#entry#cart#2")) == NOON + DAY


def test_suppressions_never_expire_and_hold_no_address(aws: AwsHouse) -> None:
    aws.store.commit([AddSuppression("abc", "email", "bounce", NOON)])
    item = aws.item("profiles", profile="@abc", row="SUPPRESSED#email")
    assert item.keys() == {"profile", "row", "reason", "at"}
    assert item["reason"] == {"S": "bounce"}
