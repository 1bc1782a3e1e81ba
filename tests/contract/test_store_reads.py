from __future__ import annotations

import hashlib
from datetime import timedelta

from anlass.domain.changes import (
    AddCall,
    AddEnrolment,
    AddSend,
    Append,
    MarkSeen,
    Remember,
    SaveAttributes,
    SaveConsent,
    SaveEnrolment,
    SaveState,
    SaveTimer,
)
from anlass.keys import (
    AttributesKey,
    CallKey,
    ConsentKey,
    EnrolmentKey,
    Key,
    RememberedKey,
    SeenKey,
    SendKey,
    StateKey,
    TimerKey,
)

from tests.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    a_call,
    a_consent,
    a_send,
    a_state,
    a_timer,
    an_enrolment,
    heard,
    some_attributes,
)
from tests.contract.house import House


def test_any_mix_of_rows_is_read_at_once(house: House) -> None:
    house.store.commit(
        [
            SaveState(a_state()),
            SaveAttributes(some_attributes()),
            SaveConsent(a_consent()),
            MarkSeen("u:anna", "m-1", NOON),
            Remember("u:anna", "order#1", NOON - DAY),
            AddEnrolment(an_enrolment()),
            AddSend(a_send()),
            AddCall(a_call()),
            SaveTimer(a_timer(), None),
        ]
    )
    keys: list[Key] = [
        StateKey("u:anna"),
        AttributesKey("u:anna"),
        ConsentKey("u:anna", "email"),
        ConsentKey("u:anna", "sms"),
        SeenKey("u:anna", "m-1"),
        RememberedKey("u:anna", "order#1"),
        RememberedKey("u:anna", "order#2"),
        EnrolmentKey("e-1"),
        EnrolmentKey("e-2"),
        SendKey("e-1", "S#first#1"),
        CallKey("e-1", "H#tell#1"),
        TimerKey("t-1"),
    ]
    for consistent in (True, False):
        rows = house.store.read([*keys, *keys], consistent=consistent)
        assert rows.state("u:anna") == a_state(version=1)
        assert rows.attributes("u:anna") == some_attributes(version=1)
        assert rows.consent("u:anna", "email") == a_consent(version=1)
        assert rows.consent("u:anna", "sms") is None
        assert rows.caps("u:anna") is None
        assert rows.seen("u:anna", "m-1")
        assert not rows.seen("u:anna", "m-2")
        assert rows.remembered() == {("u:anna", "order#1"): NOON - DAY}
        assert rows.enrolment("e-1") == an_enrolment()
        assert rows.enrolment("e-2") is None
        assert rows.send("e-1", "S#first#1") == a_send()
        assert rows.call("e-1", "H#tell#1") == a_call()
        assert rows.timer("t-1") == a_timer()


def test_more_than_a_hundred_rows_are_read(house: House) -> None:
    house.store.commit([SaveState(a_state(f"u:{number}")) for number in range(100)])
    house.store.commit([AddEnrolment(an_enrolment(f"e-{number}")) for number in range(100)])
    keys: list[Key] = [key for number in range(120) for key in (StateKey(f"u:{number}"), EnrolmentKey(f"e-{number}"))]
    assert len(house.store.read(keys).found) == 200


def test_nothing_is_read_for_no_keys(house: House) -> None:
    assert house.store.read([]).found == {}


def test_an_enrolment_comes_with_all_its_sends_however_many_pages_they_fill(house: House) -> None:
    sends = {f"S#first#{number}": a_send(visit=number, reason=_noise(number)) for number in range(1, 41)}
    house.store.commit([AddEnrolment(an_enrolment()), *map(AddSend, sends.values())])
    house.store.commit([AddEnrolment(an_enrolment("e-2")), AddSend(a_send("e-2"))])
    house.store.commit([AddCall(a_call())])
    enrolment, found = house.store.enrolment("e-1")
    assert enrolment == an_enrolment()
    assert found == sends


def test_rows_past_their_time_are_found_oldest_first(house: House) -> None:
    late = [
        an_enrolment("e-late", sweep_at=NOON - HOUR),
        an_enrolment("e-now", sweep_at=NOON),
        an_enrolment("e-later", sweep_at=NOON + timedelta(microseconds=1)),
        an_enrolment("e-done", sweep_at=None),
    ]
    stuck, timer = a_send("e-late", sweep_at=NOON - MINUTE), a_timer(sweep_at=NOON - 2 * HOUR)
    untold = a_call("e-late", sweep_at=NOON - 2 * MINUTE)
    house.store.commit([*map(AddEnrolment, late), AddSend(stuck), AddCall(untold), SaveTimer(timer, None)])
    assert house.store.overdue(NOON, 100) == [timer, late[0], untold, stuck, late[1]]
    assert house.store.overdue(NOON, 100) == [timer, late[0], untold, stuck, late[1]]
    assert house.store.overdue(NOON, 2) == [timer, late[0]]


def test_a_row_that_moved_on_is_overdue_no_more(house: House) -> None:
    house.store.commit([AddEnrolment(an_enrolment(f"e-{n}", sweep_at=NOON)) for n in range(30)])
    for number in range(29):
        moved = an_enrolment(f"e-{number}", seq=1, sweep_at=NOON + HOUR if number % 2 else None)
        house.store.commit([SaveEnrolment(moved, 0, 0, "calendar")])
    assert [row.id for row in house.store.overdue(NOON, 100)] == ["e-29"]
    assert len(house.store.overdue(NOON + HOUR, 100)) == 15


def test_an_append_makes_the_sweeper_look_soon(house: House) -> None:
    house.store.commit([AddEnrolment(an_enrolment(sweep_at=None))])
    house.store.commit([Append("e-1", (heard(),), NOON + MINUTE)])
    assert house.store.overdue(NOON, 10) == []
    assert [row.id for row in house.store.overdue(NOON + MINUTE, 10)] == ["e-1"]


def _noise(seed: int) -> str:
    """40 KB that no compression makes small."""
    return hashlib.shake_128(str(seed).encode()).hexdigest(20_000)
