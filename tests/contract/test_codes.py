"""Codes of SMS and tries at them, and what expires of requests that nobody confirms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from anlass.adapters.aws.dynamodb import codec
from anlass.adapters.rows import place_of
from anlass.domain.changes import AddEvent, CountTry, IssueCode, SaveDate
from anlass.domain.keeping import Retention
from anlass.domain.profile import Attributes, Departure
from anlass.domain.subscribing import CODE_TRIES, REQUESTED, IssuedCode
from anlass.keys import CodeKey
from anlass.usecases.message_events import message_event

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


def test_visitors_expire_after_the_last_visit_and_whoever_is_known_does_not() -> None:
    kept = Retention(visitors=100 * DAY)
    visitor = a_state(visitor_since=NOON, last_seen=NOON + DAY)
    assert expires(codec.encode_state(visitor)) == NOON + 401 * DAY
    assert expires(codec.encode_state(visitor, kept)) == NOON + 101 * DAY
    assert expires(codec.encode_attributes(Attributes("a:1", seen_at=NOON), kept)) == NOON + 100 * DAY
    assert expires(codec.encode_attributes(Attributes("u:anna"), kept)) is None
    born = SaveDate("a:1", "profile.birthday", date(1990, 5, 1), NOON)
    assert expires(codec.encode_date(place_of(born), born, kept)) == NOON + 100 * DAY
    known = replace(born, seen_at=None)
    assert expires(codec.encode_date(place_of(known), known, kept)) is None


def test_the_settings_say_how_long_a_request_is_kept() -> None:
    kept = Retention(unconfirmed=10 * DAY)
    asked = an_enrolment(entry=heard(REQUESTED), status="done")
    assert expires(codec.encode_event(an_event(REQUESTED), kept)) == NOON + 10 * DAY
    assert expires(codec.encode_enrolment(asked, NOON + 3 * DAY, kept)) == NOON + 10 * DAY
    assert expires(codec.encode_send(a_send(requested_at=NOON, closed_at=NOON), kept)) == NOON + 10 * DAY
    assert expires(codec.encode_state(a_state(requested_at=NOON), kept)) == NOON + 10 * DAY


def test_what_became_of_the_question_is_forgotten_with_the_request(house: House) -> None:
    kept = Retention(unconfirmed=10 * DAY)
    told = message_event("Email Delivered", "e:nele", a_send(requested_at=NOON), NOON + 3 * DAY, {})
    house.store.commit([AddEvent(told)])
    assert house.event_log.get(told.key) == told
    assert expires(codec.encode_event(told, kept)) == NOON + 10 * DAY
    of_another = message_event("Email Delivered", "e:nele", a_send(), NOON + 3 * DAY, {})
    assert expires(codec.encode_event(of_another, kept)) == NOON + 403 * DAY


def test_what_left_is_counted_for_as_long_as_a_cap_looks_back() -> None:
    left = {"a": Departure("email", NOON, "cart"), "b": Departure("email", NOON + DAY, "cart")}
    assert expires(codec.encode_caps(some_caps(sends=left))) == NOON + 9 * DAY
    assert expires(codec.encode_caps(some_caps(sends={}))) is None
