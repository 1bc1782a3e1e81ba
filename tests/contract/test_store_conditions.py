"""The condition of every change: it holds, and it fails, as `domain/changes.py` says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from anlass.domain.changes import (
    AddCall,
    AddEnrolment,
    AddErasure,
    AddEvent,
    AddObjection,
    AddSend,
    AddSuppression,
    AddTombstone,
    AddWinner,
    Append,
    CatchUp,
    Change,
    CloseSend,
    CountOne,
    DropEvent,
    DropState,
    DropTimer,
    ForgetLive,
    LiftObjection,
    MarkSeen,
    Remember,
    RequireConsent,
    RequireNoSuppression,
    RequireNotErased,
    RequireProfile,
    SaveAttributes,
    SaveCall,
    SaveCaps,
    SaveConsent,
    SaveDenials,
    SaveEnrolment,
    SaveErasure,
    SaveSend,
    SaveState,
    SaveTimer,
)
from anlass.domain.contest import SHARES, Standing, Tally, Winner
from anlass.domain.engine import CLOSED
from anlass.domain.enrolment import INBOX
from anlass.domain.erasure import Erasure, Tombstone
from anlass.domain.errors import Conflict
from anlass.domain.profile import Live, Owner
from anlass.domain.suppression import Denials, Suppression
from anlass.keys import (
    AttributesKey,
    CallKey,
    CapsKey,
    ConsentKey,
    EnrolmentKey,
    ErasureKey,
    Key,
    RememberedKey,
    Row,
    SeenKey,
    SendKey,
    StateKey,
    SuppressionKey,
    TallyKey,
    TimerKey,
    TombstoneKey,
    WinnerKey,
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
    an_event,
    heard,
    some_attributes,
    some_caps,
)
from tests.contract.house import House

SOON = NOON + MINUTE
NOBODY = "u:nobody"


def holds(house: House, change: Change) -> None:
    house.store.commit([change])


def fails(house: House, change: Change) -> None:
    """Alone, as a plain write, and beside another one, in a transaction."""
    with pytest.raises(Conflict) as alone:
        house.store.commit([change])
    assert alone.value.failed == {0}
    with pytest.raises(Conflict) as together:
        house.store.commit([AddEvent(an_event()), change])
    assert together.value.failed == {1}
    assert house.event_log.get(an_event().key) is None


def stored(house: House, key: Key) -> Row | None:
    return house.store.read([key]).found.get(key)


VERSIONED: list[tuple[type, object, Key]] = [
    (SaveState, a_state(), StateKey("u:anna")),
    (SaveAttributes, some_attributes(), AttributesKey("u:anna")),
    (SaveConsent, a_consent(), ConsentKey("u:anna", "email")),
    (SaveCaps, some_caps(), CapsKey("u:anna")),
]


@pytest.mark.parametrize(("save", "row", "key"), VERSIONED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_versioned_row_is_saved_by_whoever_read_it_last(house: House, save: type, row: object, key: Key) -> None:
    fails(house, save(replace(row, version=1)))  # type: ignore[type-var]
    holds(house, save(row))
    assert stored(house, key) == replace(row, version=1)  # type: ignore[type-var]
    fails(house, save(row))
    holds(house, save(replace(row, version=1)))  # type: ignore[type-var]
    assert stored(house, key) == replace(row, version=2)  # type: ignore[type-var]
    fails(house, save(replace(row, version=1)))  # type: ignore[type-var]


def test_a_finished_enrolment_is_forgotten_without_reading_the_state(house: House) -> None:
    one, other = (Live("cart", "v1", f"m-{n}", NOON) for n in "12")
    holds(house, SaveState(a_state(views=7, live={"e-1": one, "e-2": other})))
    holds(house, ForgetLive("u:anna", "e-1"))
    assert stored(house, StateKey("u:anna")) == a_state(version=2, views=7, live={"e-2": other})
    holds(house, ForgetLive("u:anna", "e-2"))
    holds(house, ForgetLive("u:anna", "e-2"))
    assert stored(house, StateKey("u:anna")) == a_state(version=4, views=7)
    fails(house, SaveState(a_state(version=1)))
    holds(house, SaveState(a_state(version=4)))


def test_an_enrolment_of_who_had_the_address_before_is_not_forgotten_in_the_state_of_who_has_it_now(
    house: House,
) -> None:
    holds(house, SaveState(a_state("e:1", former=(Owner("u:anna", NOON),))))
    fails(house, ForgetLive("e:1", "e-1", NOON - DAY))
    fails(house, ForgetLive("e:1", "e-1", NOON))
    holds(house, ForgetLive("e:1", "e-1", NOON + DAY))
    holds(house, SaveState(a_state("e:2")))
    holds(house, ForgetLive("e:2", "e-1", NOON - DAY))


@pytest.mark.parametrize(
    "change", [ForgetLive("u:anna", "e-1"), RequireProfile("u:anna")], ids=lambda c: type(c).__name__
)
def test_only_a_profile_that_is_there_and_unmerged_will_do(house: House, change: Change) -> None:
    fails(house, change)
    holds(house, SaveState(a_state()))
    holds(house, change)
    version = house.store.read([StateKey("u:anna")]).state("u:anna").version  # type: ignore[union-attr]
    holds(house, SaveState(a_state(version=version, pointer="u:other")))
    fails(house, change)


def test_a_consent_must_be_the_one_that_was_looked_at(house: House) -> None:
    holds(house, RequireConsent("u:anna", "email", 0))
    fails(house, RequireConsent("u:anna", "email", 1))
    holds(house, SaveConsent(a_consent()))
    holds(house, RequireConsent("u:anna", "email", 1))
    fails(house, RequireConsent("u:anna", "email", 0))
    holds(house, RequireConsent("u:anna", "sms", 0))


def test_a_suppression_counts_for_its_channel_and_can_be_said_again(house: House) -> None:
    holds(house, RequireNoSuppression("abc", "email"))
    holds(house, AddSuppression("abc", "email", "bounce", NOON))
    fails(house, RequireNoSuppression("abc", "email"))
    holds(house, AddSuppression("abc", "email", "complaint", NOON + DAY))
    fails(house, RequireNoSuppression("abc", "email"))
    holds(house, RequireNoSuppression("abc", "sms"))
    holds(house, RequireNoSuppression("abd", "email"))


def test_of_two_who_suppress_an_address_at_once_one_is_the_first(house: House) -> None:
    holds(house, AddObjection("abc", "email", ("news",), NOON))
    holds(house, AddSuppression("abc", "email", "complaint", NOON, is_first=True))
    fails(house, AddSuppression("abc", "email", "complaint", NOON, is_first=True))
    holds(house, AddSuppression("abd", "email", "complaint", NOON, is_first=True))


def test_an_objection_stops_marketing_on_its_topic_and_nothing_else(house: House) -> None:
    holds(house, AddObjection("abc", "email", ("news",), NOON))
    fails(house, RequireNoSuppression("abc", "email", "news"))
    holds(house, RequireNoSuppression("abc", "email", "offers"))
    holds(house, RequireNoSuppression("abc", "email"))
    holds(house, RequireNoSuppression("abc", "sms", "news"))


def test_who_objects_to_all_is_asked_for_again_topic_by_topic(house: House) -> None:
    holds(house, AddObjection("abc", "email", ("*",), NOON))
    fails(house, RequireNoSuppression("abc", "email", "news"))
    holds(house, LiftObjection("abc", "email", ("news",), NOON + DAY))
    holds(house, RequireNoSuppression("abc", "email", "news"))
    fails(house, RequireNoSuppression("abc", "email", "offers"))
    holds(house, AddObjection("abc", "email", ("*",), NOON + 2 * DAY))
    fails(house, RequireNoSuppression("abc", "email", "news"))


def test_what_the_shop_denied_for_two_it_takes_back_for_each(house: House) -> None:
    both = Denials(frozenset({"anna", "ben"}), NOON + DAY)
    holds(house, SaveDenials("abc", "email", Denials(), Denials(frozenset({"anna"}), NOON)))
    holds(house, SaveDenials("abc", "email", Denials(frozenset({"anna"}), NOON), both))
    holds(house, RequireNoSuppression("abc", "email"))
    fails(house, RequireNoSuppression("abc", "email", "news"))
    ben = Denials(frozenset({"ben"}), NOON + DAY)
    holds(house, SaveDenials("abc", "email", both, ben))
    fails(house, RequireNoSuppression("abc", "email", "news"))
    holds(house, LiftObjection("abc", "email", ("news",), NOON + 2 * DAY))
    holds(house, RequireNoSuppression("abc", "email", "news"))
    fails(house, RequireNoSuppression("abc", "email", "offers"))
    found = house.store.read([SuppressionKey("abc", "email")]).suppression("abc", "email")
    lifted, denied = {"news": NOON + 2 * DAY}, {"@shop": NOON + DAY}
    assert found == Suppression("abc", "email", objections=denied, lifted=lifted, denied_by=frozenset({"ben"}))
    assert (found.stops("offers"), found.stops("news"), found.stops(None)) == ("objection", None, None)
    holds(house, SaveDenials("abc", "email", ben, Denials(frozenset(), NOON + DAY)))
    holds(house, RequireNoSuppression("abc", "email", "offers"))


def test_of_two_who_write_what_the_shop_denied_the_second_looks_again(house: House) -> None:
    holds(house, SaveDenials("abc", "email", Denials(), Denials(frozenset({"anna"}), NOON)))
    fails(house, SaveDenials("abc", "email", Denials(), Denials(frozenset({"ben"}), NOON - DAY)))
    fails(house, SaveDenials("abc", "email", Denials(frozenset({"anna"}), NOON - DAY), Denials()))


def test_an_older_yes_and_a_yes_of_the_same_moment_lift_nothing(house: House) -> None:
    holds(house, LiftObjection("abc", "email", ("news", "*"), NOON))
    holds(house, AddObjection("abc", "email", ("news",), NOON))
    fails(house, RequireNoSuppression("abc", "email", "news"))


def test_a_yes_to_marketing_opens_no_mailbox_that_is_not_there(house: House) -> None:
    holds(house, AddSuppression("abc", "email", "bounce", NOON))
    holds(house, LiftObjection("abc", "email", ("news", "*"), NOON + DAY))
    fails(house, RequireNoSuppression("abc", "email", "news"))
    fails(house, RequireNoSuppression("abc", "email"))


def test_what_an_address_said_is_read_as_it_was_said(house: House) -> None:
    holds(house, AddObjection("abc", "email", ("news", "*"), NOON))
    holds(house, LiftObjection("abc", "email", ("news",), NOON + DAY))
    holds(house, AddSuppression("abc", "email", "complaint", NOON + 2 * DAY))
    found = house.store.read([SuppressionKey("abc", "email")]).suppression("abc", "email")
    assert found == Suppression(
        "abc", "email", "complaint", NOON + 2 * DAY, {"news": NOON, "*": NOON}, {"news": NOON + DAY}
    )


def test_who_was_erased_is_not_born_of_what_is_older(house: House) -> None:
    holds(house, RequireNotErased("abc", NOON))
    holds(house, AddTombstone("abc", NOON, NOON + 400 * DAY, "x-1"))
    fails(house, RequireNotErased("abc", NOON - DAY))
    fails(house, RequireNotErased("abc", NOON))
    holds(house, RequireNotErased("abc", NOON + MINUTE))
    assert house.store.read([TombstoneKey("abc")]).tombstone("abc") == Tombstone(NOON, "x-1")


def test_a_state_is_dropped_as_it_was_looked_at(house: House) -> None:
    holds(house, SaveState(a_state()))
    fails(house, DropState("u:anna", 2))
    holds(house, DropState("u:anna", 1))
    fails(house, DropState("u:anna", 1))
    fails(house, RequireProfile("u:anna"))


def test_an_event_is_dropped_and_dropped_again(house: House) -> None:
    event = an_event()
    holds(house, AddEvent(event))
    holds(house, DropEvent(event.key))
    holds(house, DropEvent(event.key))
    assert house.event_log.get(event.key) is None


def test_one_erasure_of_a_person_runs_at_a_time(house: House) -> None:
    erasure = Erasure("x-1", "u:anna", NOON, ("u:anna",), (("email", "anna@shop.example"),))
    holds(house, AddErasure(erasure))
    fails(house, AddErasure(erasure))
    done = replace(erasure, profile="", identities=(), addresses=(), status="done", generation=2, request=None)
    fails(house, SaveErasure(done, 2))
    holds(house, SaveErasure(done, 1))
    assert house.store.read([ErasureKey("x-1")]).erasure("x-1") == done
    holds(house, AddErasure(erasure))


def test_an_event_is_marked_as_seen_once(house: House) -> None:
    holds(house, MarkSeen("u:anna", "m-1", NOON))
    assert stored(house, SeenKey("u:anna", "m-1")) == NOON
    fails(house, MarkSeen("u:anna", "m-1", NOON))
    holds(house, MarkSeen("u:anna", "m-2", NOON))


def test_what_is_remembered_can_be_said_again(house: House) -> None:
    for at in (NOON, NOON + DAY):
        holds(house, Remember("u:anna", "order#1", at, until=NOON + 7 * DAY))
        assert stored(house, RememberedKey("u:anna", "order#1")) == at
    assert stored(house, RememberedKey("u:ben", "order#1")) is None
    assert stored(house, RememberedKey("u:anna", "order#2")) is None


def test_a_system_event_added_again_is_no_second_one(house: House) -> None:
    holds(house, AddEvent(an_event("Email Sent")))
    holds(house, AddEvent(an_event("Email Sent")))
    house.store.commit([AddEvent(an_event("Email Sent")), MarkSeen("u:anna", "m-1", NOON)])
    assert house.event_log.get(an_event("Email Sent").key) == an_event("Email Sent")
    assert house.new_events() == 1


def test_an_enrolment_is_added_once(house: House) -> None:
    holds(house, AddEnrolment(an_enrolment()))
    assert stored(house, EnrolmentKey("e-1")) == an_enrolment()
    fails(house, AddEnrolment(an_enrolment(step="other")))


def test_an_enrolment_is_saved_if_nobody_touched_it(house: House) -> None:
    read = an_enrolment(seq=3, appended=2, owner="e-1-1")
    holds(house, AddEnrolment(read))
    moved = replace(read, seq=4, step="second", request=None)
    for seq, appended, owner in ((2, 2, "e-1-1"), (3, 1, "e-1-1"), (3, 2, "calendar")):
        fails(house, SaveEnrolment(moved, seq, appended, owner))
    holds(house, SaveEnrolment(moved, 3, 2, "e-1-1"))
    assert stored(house, EnrolmentKey("e-1")) == moved
    fails(house, SaveEnrolment(moved, 3, 2, "e-1-1"))
    fails(house, SaveEnrolment(an_enrolment("e-2"), 0, 0, "calendar"))


def test_appended_events_wait_in_the_inbox_and_ask_for_a_wake(house: House) -> None:
    row = an_enrolment(inbox=(heard("A"),), request=None, nudge="old", sweep_at=NOON + DAY)
    holds(house, AddEnrolment(row))
    holds(house, Append("e-1", (heard("B"),), SOON))
    row = replace(row, inbox=(heard("A"), heard("B")), appended=1, request="wake", nudge="B", sweep_at=SOON)
    assert stored(house, EnrolmentKey("e-1")) == row
    fails(house, SaveEnrolment(an_enrolment(seq=1), 0, 0, "calendar"))
    holds(house, Append("e-1", (heard("C"), heard("D")), SOON))
    row = replace(row, inbox=(*row.inbox, heard("C"), heard("D")), appended=2, nudge=None)
    assert stored(house, EnrolmentKey("e-1")) == row


def test_nothing_is_appended_where_no_enrolment_is(house: House) -> None:
    fails(house, Append("e-1", (heard(),), SOON))
    fails(house, CatchUp("e-1", "Order Completed", SOON))
    fails(house, CloseSend("e-1", "S#first#1"))
    assert house.store.enrolment("e-1") == (None, {})


def test_a_full_inbox_takes_no_more_but_the_flag_to_catch_up(house: House) -> None:
    almost = tuple(heard(f"E{number}") for number in range(INBOX - 1))
    holds(house, AddEnrolment(an_enrolment(inbox=almost)))
    holds(house, Append("e-1", (heard("last"),), SOON))
    fails(house, Append("e-1", (heard("too much"),), SOON))
    holds(house, CatchUp("e-1", "too much", SOON))
    full = an_enrolment(inbox=(*almost, heard("last")), appended=2, catch_up=True, nudge="too much", sweep_at=SOON)
    assert stored(house, EnrolmentKey("e-1")) == full


def test_a_send_that_left_is_closed_and_the_enrolment_told(house: House) -> None:
    row = an_enrolment(open=frozenset(("S#first#1", "S#second#1")), request=None)
    holds(house, AddEnrolment(row))
    holds(house, CloseSend("e-1", "S#first#1"))
    row = replace(row, open=frozenset(("S#second#1",)), appended=1, request="wake", nudge=CLOSED)
    assert stored(house, EnrolmentKey("e-1")) == row
    holds(house, CloseSend("e-1", "S#second#1"))
    holds(house, CloseSend("e-1", "S#second#1"))
    assert stored(house, EnrolmentKey("e-1")) == replace(row, open=frozenset(), appended=3)


def test_a_send_is_added_once(house: House) -> None:
    holds(house, AddSend(a_send()))
    fails(house, AddSend(a_send(template="other")))
    holds(house, AddSend(a_send(visit=2)))
    assert stored(house, SendKey("e-1", "S#first#1")) == a_send()


def test_a_send_is_saved_by_whoever_holds_its_claim(house: House) -> None:
    claimed = a_send(status="SENDING", claim="attempt-1", claim_until=NOON + MINUTE, request=None)
    fails(house, SaveSend(claimed, "PENDING", None))
    holds(house, AddSend(a_send()))
    fails(house, SaveSend(claimed, "SENDING", None))
    fails(house, SaveSend(claimed, "PENDING", "attempt-0"))
    holds(house, SaveSend(claimed, "PENDING", None))
    sent = replace(claimed, status="SENT", provider_id="ses-1", closed_at=NOON, sweep_at=None)
    fails(house, SaveSend(sent, "SENDING", None))
    fails(house, SaveSend(sent, "SENDING", "attempt-2"))
    holds(house, SaveSend(sent, "SENDING", "attempt-1"))
    assert stored(house, SendKey("e-1", "S#first#1")) == sent


def test_a_webhook_is_added_once(house: House) -> None:
    holds(house, AddCall(a_call()))
    fails(house, AddCall(a_call(url="https://other.example")))
    holds(house, AddCall(a_call(visit=2)))
    assert stored(house, CallKey("e-1", "H#tell#1")) == a_call()


def test_an_attempt_is_recorded_once_and_never_after_the_last(house: House) -> None:
    fails(house, SaveCall(a_call(attempts=1), read_attempts=0))
    holds(house, AddCall(a_call()))
    tried = a_call(attempts=1, until=SOON, reason="it answered 500", request="schedule", generation=2)
    fails(house, SaveCall(tried, read_attempts=1))
    holds(house, SaveCall(tried, read_attempts=0))
    assert stored(house, CallKey("e-1", "H#tell#1")) == tried
    fails(house, SaveCall(tried, read_attempts=0))
    done = replace(tried, attempts=2, status="DONE", closed_at=SOON, sweep_at=None, request=None)
    holds(house, SaveCall(done, read_attempts=1))
    fails(house, SaveCall(replace(done, status="FAILED"), read_attempts=2))
    assert stored(house, CallKey("e-1", "H#tell#1")) == done


def test_a_contest_counts_one_by_one_in_shares_and_keeps_when_it_began(house: House) -> None:
    holds(house, CountOne("j/s/1", 0, "a", "entered", NOON))
    holds(house, CountOne("j/s/1", 0, "a", "entered", NOON + DAY))
    holds(house, CountOne("j/s/1", 0, "a", "reached", NOON + DAY))
    holds(house, CountOne("j/s/1", 5, "b-2", "entered", NOON - DAY))
    holds(house, CountOne("j/s/2", 5, "b-2", "entered", NOON))
    assert stored(house, TallyKey("j/s/1", 0)) == Tally(NOON, {"a": 2}, {"a": 1})
    assert stored(house, TallyKey("j/s/1", 1)) is None
    rows = house.store.read(TallyKey("j/s/1", share) for share in range(SHARES))
    assert rows.standing("j/s/1") == Standing(Tally(NOON - DAY, {"a": 2, "b-2": 1}, {"a": 1}))


def test_a_contest_has_one_winner(house: House) -> None:
    holds(house, AddWinner("j/s/1", Winner("a", NOON)))
    fails(house, AddWinner("j/s/1", Winner("b", NOON + DAY)))
    assert house.store.read([WinnerKey("j/s/1")]).standing("j/s/1") == Standing(winner=Winner("a", NOON))


def test_a_timer_moves_on_by_generations(house: House) -> None:
    later = a_timer(generation=2, due=NOON + 2 * HOUR)
    fails(house, SaveTimer(later, read_generation=1))
    fails(house, DropTimer("t-1", 1))
    holds(house, SaveTimer(a_timer(), read_generation=None))
    fails(house, SaveTimer(a_timer(), read_generation=None))
    fails(house, SaveTimer(later, read_generation=2))
    holds(house, SaveTimer(later, read_generation=1))
    assert stored(house, TimerKey("t-1")) == later
    fails(house, DropTimer("t-1", 1))
    holds(house, DropTimer("t-1", 2))
    assert stored(house, TimerKey("t-1")) is None
    holds(house, SaveTimer(a_timer(), read_generation=None))
