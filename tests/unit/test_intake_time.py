"""When a thing happened, by our clock."""

from datetime import UTC, datetime, timedelta

import pytest
from anlass.domain.instants import iso
from anlass.language.intake_time import corrected, parse_timestamp

from tests.gateway import NOON, Desk

HOUR = timedelta(hours=1)
YEARS = timedelta(days=3650)
VIEW = {"type": "track", "event": "Product Viewed", "userId": "u1", "messageId": "m1"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00z",
        "2026-11-20T12:00:00.000Z",
        "2026-11-20T12:00:00.000000+00:00",
        "2026-11-20T12:00:00.000000000Z",
        "2026-11-20T13:00:00+0100",
        "2026-11-20 12:00:00",
        " 2026-11-20t12:00:00 ",
    ],
)
def test_the_sdks_ways_to_write_a_time_are_read(text: str) -> None:
    assert parse_timestamp(text) == NOON


@pytest.mark.parametrize("value", ["", "noon", "2026-13-01", "\ud800", "1" * 100, None, 5, [], {}, True, 1.5])
def test_anything_else_is_no_time(value: object) -> None:
    assert parse_timestamp(value) is None


def test_a_clock_that_is_wrong_by_an_hour_is_corrected() -> None:
    taken, sent = NOON - 2 * HOUR, NOON - HOUR
    assert corrected(taken, sent, NOON) == NOON - HOUR
    assert corrected(NOON + HOUR, NOON + HOUR, NOON) == NOON


def test_a_clock_that_is_wrong_by_years_is_corrected_too() -> None:
    assert corrected(NOON - YEARS - HOUR, NOON - YEARS, NOON) == NOON - HOUR


def test_a_time_that_was_set_by_hand_is_trusted() -> None:
    history = NOON - YEARS
    assert corrected(history, NOON, NOON) == history
    # The same, seen by a server whose clock stands at that history, or runs ahead of the client's.
    assert corrected(history, NOON, history) == history
    assert corrected(NOON + 3 * HOUR, NOON, NOON + 3 * HOUR) == NOON + 3 * HOUR


def test_the_way_of_the_request_blurs_no_time() -> None:
    assert corrected(NOON - HOUR, NOON - timedelta(seconds=4), NOON) == NOON - HOUR


def test_a_time_read_from_our_own_clock_is_trusted() -> None:
    assert corrected(NOON, NOON + timedelta(minutes=2), NOON) == NOON


def test_without_a_time_of_sending_nothing_is_corrected() -> None:
    assert corrected(NOON - HOUR, None, NOON) == NOON - HOUR


@pytest.mark.parametrize("stamp", ["1970-01-01T00:00:00Z", "2026-11-20T11:00:00Z", "9999-12-31T23:59:59.999999Z"])
@pytest.mark.parametrize("sent", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z"])
def test_no_pair_of_times_is_too_far_apart_for_an_answer(stamp: str, sent: str) -> None:
    answer = Desk().take({**VIEW, "timestamp": stamp}, sentAt=sent)
    assert [bad["code"] for bad in answer.get("rejected", [])] in ([], ["timestamp_in_future"])


def test_the_key_holds_the_clients_own_time_so_that_a_retry_has_the_same() -> None:
    keys, times = set(), []
    for sent in ("2026-11-20T10:00:00Z", "2026-11-20T10:30:00Z"):
        event = Desk().event({**VIEW, "timestamp": "2026-11-20T09:59:00Z"}, sentAt=sent)
        keys.add(event.key)
        times.append(event.at)
    assert {key.moment for key in keys} == {"2026-11-20T09:59:00.000Z#m1"}
    assert times == [NOON - timedelta(minutes=1), NOON - timedelta(minutes=31)]


def test_a_browser_says_in_the_message_when_it_was_sent() -> None:
    event = Desk().event({**VIEW, "timestamp": "2026-11-20T09:59:00Z", "sentAt": "2026-11-20T10:00:00Z"})
    assert event.at == NOON - timedelta(minutes=1)


def test_rudderstacks_browser_sdk_calls_its_clock_original() -> None:
    event = Desk().event({**VIEW, "originalTimestamp": "2026-11-20T09:59:00Z"}, sentAt="2026-11-20T10:00:00Z")
    assert event.at == NOON - timedelta(minutes=1)
    assert event.moment == "2026-11-20T09:59:00.000Z#m1"


def test_a_forwarders_corrected_time_is_not_corrected_again() -> None:
    event = Desk().event(
        {**VIEW, "timestamp": "2026-11-20T11:59:00Z", "originalTimestamp": "2026-11-20T09:59:00Z"},
        sentAt="2026-11-20T10:00:00Z",
    )
    assert event.at == NOON - timedelta(minutes=1)


def test_an_unreadable_time_of_sending_costs_no_event() -> None:
    assert Desk().event({**VIEW, "timestamp": "2026-11-20T11:00:00Z"}, sentAt="soon").at == NOON - HOUR


def test_a_day_of_future_is_taken_and_no_more() -> None:
    assert Desk().event({**VIEW, "timestamp": "2026-11-21T12:00:00Z"}).at == NOON + 24 * HOUR


def test_a_fast_clock_is_judged_after_its_correction() -> None:
    event = Desk().event({**VIEW, "timestamp": "2027-06-01T00:00:00Z"}, sentAt="2027-06-01T00:00:10Z")
    assert event.at == NOON - timedelta(seconds=10)


def test_times_are_written_sortable() -> None:
    assert iso(datetime(2026, 1, 2, 3, 4, 5, 6789, tzinfo=UTC), "milliseconds") == "2026-01-02T03:04:05.006Z"
