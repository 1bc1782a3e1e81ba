"""Codes of SMS and tries at them, and what expires of requests that nobody confirms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from anlass.adapters.aws.dynamodb import codec
from anlass.domain.changes import CountTry, IssueCode
from anlass.domain.keeping import Retention
from anlass.domain.profile import Departure
from anlass.domain.subscribing import CODE_TRIES, REQUESTED, IssuedCode
from anlass.keys import CodeKey

from tests.builders import DAY, HOUR, MINUTE, NOON, a_send, a_state, an_enrolment, an_event, heard, some_caps
from tests.contract.house import House


def code(house: House) -> IssuedCode:
    return house.store.read([CodeKey("hash")]).code("hash")


def test_tries_count_whether_a_code_is_out_or_not(house: House) -> None:
    assert code(house) == IssuedCode("hash")
    for _ in range(3):
        house.store.commit([CountTry("hash", NOON)])
    assert code(house) == IssuedCode("hash", tries=3)


def test_a_new_code_takes_the_place_of_the_one_before_and_of_the_tries_at_it(house: House) -> None:
    house.store.commit([IssueCode("hash", "e-1.ask.1", NOON)])
    house.store.commit([CountTry("hash", NOON)])
    assert code(house) == IssuedCode("hash", "e-1.ask.1", NOON, 1)
    house.store.commit([IssueCode("hash", "e-2.ask.1", NOON + HOUR)])
    assert code(house) == IssuedCode("hash", "e-2.ask.1", NOON + HOUR)


@pytest.mark.parametrize(
    ("after", "tries", "taken"),
    [
        (timedelta(0), 1, True),
        (30 * MINUTE, CODE_TRIES, True),
        (30 * MINUTE + timedelta(seconds=1), 1, False),
        (MINUTE, CODE_TRIES + 1, False),
    ],
)
def test_a_code_is_taken_for_half_an_hour_and_five_times(after: timedelta, tries: int, taken: bool) -> None:
    assert IssuedCode("hash", "e-1.ask.1", NOON, tries).takes(NOON + after) is taken


def test_no_code_takes_nothing() -> None:
    assert not IssuedCode("hash", tries=1).takes(NOON)


def expires(item: dict[str, Any]) -> datetime | None:
    return datetime.fromtimestamp(int(item["ttl"]["N"]), NOON.tzinfo) if "ttl" in item else None


def test_requests_and_all_that_came_of_them_expire_after_thirty_days() -> None:
    asked = an_enrolment(entry=heard(REQUESTED), status="done")
    assert expires(codec.encode_event(an_event(REQUESTED))) == NOON + 30 * DAY
    assert expires(codec.encode_enrolment(asked, NOON + 3 * DAY)) == NOON + 30 * DAY
    assert expires(codec.encode_send(a_send(requested_at=NOON, closed_at=NOON))) == NOON + 30 * DAY
    assert expires(codec.encode_state(a_state(requested_at=NOON))) == NOON + 30 * DAY
    assert expires(codec.encode_state(a_state())) is None


def test_the_settings_say_how_long_a_request_is_kept() -> None:
    kept = Retention(unconfirmed=10 * DAY)
    asked = an_enrolment(entry=heard(REQUESTED), status="done")
    assert expires(codec.encode_event(an_event(REQUESTED), kept)) == NOON + 10 * DAY
    assert expires(codec.encode_enrolment(asked, NOON + 3 * DAY, kept)) == NOON + 10 * DAY
    assert expires(codec.encode_send(a_send(requested_at=NOON, closed_at=NOON), kept)) == NOON + 10 * DAY
    assert expires(codec.encode_state(a_state(requested_at=NOON), kept)) == NOON + 10 * DAY


def test_what_left_is_counted_for_as_long_as_a_cap_looks_back() -> None:
    left = {"a": Departure("email", NOON, "cart"), "b": Departure("email", NOON + DAY, "cart")}
    assert expires(codec.encode_caps(some_caps(sends=left))) == NOON + 9 * DAY
    assert expires(codec.encode_caps(some_caps(sends={}))) is None
