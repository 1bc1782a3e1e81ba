"""A commit is stored as a whole or not at all, and what it asks for reaches the outbox once."""

from __future__ import annotations

import pytest
from anlass.domain.changes import (
    AddCall,
    AddEnrolment,
    AddEvent,
    AddSend,
    AddSuppression,
    AddWinner,
    Append,
    CatchUp,
    Change,
    CloseSend,
    CountOne,
    MarkSeen,
    Remember,
    RequireNoSuppression,
    RequireProfile,
    SaveAttributes,
    SaveCaps,
    SaveConsent,
    SaveEnrolment,
    SaveState,
    SaveTimer,
)
from anlass.domain.contest import Winner
from anlass.domain.errors import Conflict
from anlass.keys import (
    AttributesKey,
    CallKey,
    CapsKey,
    ConsentKey,
    EnrolmentKey,
    Key,
    RememberedKey,
    SeenKey,
    SendKey,
    StateKey,
    TallyKey,
    TimerKey,
    WinnerKey,
)

from tests.builders import (
    MINUTE,
    NOON,
    a_call,
    a_consent,
    a_send,
    a_state,
    a_timer,
    an_enrolment,
    an_event,
    heard,
    some_attributes,
    some_caps,
)
from tests.contract.house import House

SOON = NOON + MINUTE

A_BIT_OF_EVERYTHING: list[Change] = [
    SaveState(a_state()),
    SaveAttributes(some_attributes()),
    SaveConsent(a_consent()),
    SaveCaps(some_caps()),
    AddSuppression("abc", "email", "bounce", NOON),
    MarkSeen("u:anna", "m-1", NOON),
    Remember("u:anna", "order#1", NOON),
    AddEvent(an_event("Email Sent")),
    AddEnrolment(an_enrolment()),
    AddSend(a_send()),
    AddCall(a_call()),
    SaveTimer(a_timer(), read_generation=None),
    CountOne("j/s/1", 3, "a", "entered", NOON),
    AddWinner("j/s/1", Winner("a", NOON)),
]
KEYS: list[Key] = [
    StateKey("u:anna"),
    AttributesKey("u:anna"),
    CapsKey("u:anna"),
    ConsentKey("u:anna", "email"),
    SeenKey("u:anna", "m-1"),
    RememberedKey("u:anna", "order#1"),
    EnrolmentKey("e-1"),
    SendKey("e-1", "S#first#1"),
    CallKey("e-1", "H#tell#1"),
    TimerKey("t-1"),
    TallyKey("j/s/1", 3),
    WinnerKey("j/s/1"),
]


def test_everything_of_a_commit_is_stored(house: House) -> None:
    house.store.commit(A_BIT_OF_EVERYTHING)
    assert house.store.read(KEYS).found.keys() == set(KEYS)
    assert house.new_events() == 1


def test_nothing_of_a_commit_is_stored_if_one_condition_fails(house: House) -> None:
    with pytest.raises(Conflict):
        house.store.commit([*A_BIT_OF_EVERYTHING, RequireProfile("u:nobody")])
    assert house.store.read(KEYS).found == {}
    assert house.new_events() == 0
    assert house.outbox() == []
    house.store.commit([RequireNoSuppression("abc", "email")])


def test_a_conflict_names_every_condition_that_failed_and_no_person(house: House) -> None:
    house.store.commit([SaveState(a_state()), AddEnrolment(an_enrolment())])
    with pytest.raises(Conflict) as conflict:
        house.store.commit(
            [
                SaveState(a_state()),
                SaveAttributes(some_attributes()),
                AddEnrolment(an_enrolment()),
                AddEnrolment(an_enrolment("e-2")),
                RequireProfile("u:anna2"),
            ]
        )
    assert conflict.value.failed == {0, 2, 4}
    assert "anna" not in str(conflict.value)
    assert "AddEnrolment" in str(conflict.value)


def test_a_commit_of_nothing_is_no_error(house: House) -> None:
    house.store.commit([])


def test_a_hundred_changes_fit_into_a_commit_and_no_more(house: House) -> None:
    house.store.commit([AddSend(a_send(visit=number)) for number in range(100)])
    with pytest.raises(ValueError, match="100 changes at most"):
        house.store.commit([AddSend(a_send("e-2", visit=number)) for number in range(101)])
    assert len(house.store.enrolment("e-1")[1]) == 100
    assert house.store.enrolment("e-2") == (None, {})


def test_a_row_is_written_once_in_a_commit(house: House) -> None:
    house.store.commit([AddEnrolment(an_enrolment())])
    with pytest.raises(ValueError, match=r"changes 0 and 2 \(Append and CatchUp\) write the same row"):
        house.store.commit([Append("e-1", (heard(),), SOON), AddEvent(an_event()), CatchUp("e-1", "x", SOON)])
    assert house.event_log.get(an_event().key) is None


def test_the_outbox_shows_each_request_once_in_the_order_of_commits(house: House) -> None:
    entered = an_enrolment(awaits=frozenset(("Order Completed",)))
    house.store.commit([AddEnrolment(entered)])
    assert house.park("e-1", seq=0, owner="calendar", token="token-1")
    house.store.commit([Append("e-1", (heard("Order Completed"),), SOON)])
    quiet = an_enrolment(seq=1, appended=1, request=None)
    house.store.commit([SaveEnrolment(quiet, 0, 1, "calendar"), AddSend(a_send())])
    house.store.commit([CloseSend("e-1", "S#first#1"), SaveTimer(a_timer(), None)])
    first, appended, *rest = house.outbox()
    assert first == entered
    assert (appended.request, appended.nudge, appended.token) == ("wake", "Order Completed", "token-1")  # type: ignore[union-attr]
    assert [row.request for row in rest] == ["send", "wake", "schedule"]


def test_an_enrolment_parks_only_as_it_was_advanced(house: House) -> None:
    house.store.commit([AddEnrolment(an_enrolment(seq=3, owner="e-1-1", request="start"))])
    assert not house.park("e-1", seq=2, owner="e-1-1", token="t")
    assert not house.park("e-1", seq=3, owner="e-1-2", token="t")
    assert not house.park("e-2", seq=3, owner="e-1-1", token="t")
    assert house.park("e-1", seq=3, owner="e-1-1", token="t")
    assert house.store.enrolment("e-1")[0] == an_enrolment(seq=3, owner="e-1-1", token="t", request=None)
    house.store.commit([Append("e-1", (heard(),), SOON)])
    assert not house.park("e-1", seq=3, owner="e-1-1", token="t2")
