"""Everything that is kept of one person is found, by its id, and can be thrown away."""

from __future__ import annotations

from anlass.domain.changes import (
    AddCall,
    AddEnrolment,
    AddEvent,
    AddProof,
    AddSend,
    AddStatement,
    Change,
    MarkSeen,
    NoteMerged,
    Remember,
    SaveAttributes,
    SaveCaps,
    SaveConsent,
    SaveDate,
    SaveState,
    SaveTimer,
)
from anlass.domain.consent import Grant
from anlass.domain.event import Event
from anlass.domain.ledger import Proof, Statement, stated
from anlass.ports import Kept, Page

from tests.builders import (
    DAY,
    NOON,
    a_call,
    a_consent,
    a_send,
    a_state,
    a_timer,
    an_enrolment,
    an_event,
    some_attributes,
    some_caps,
)
from tests.contract.house import House

SAID = stated(Grant("anna@shop.example", "news", "granted", NOON, "person", "double opt-in"), "u:anna", "email", "m-1")
PROOF = Proof(
    "p-1",
    "u:anna",
    "email",
    "anna@shop.example",
    "2026-11",
    "https://shop.example/news",
    NOON,
    "192.0.2.1",
    NOON,
    None,
    "e-1.ask.1",
    NOON,
    "Bitte bestätigen",
    "…",
)
BELOW_THE_PROFILE: list[Change] = [
    SaveState(a_state()),
    SaveAttributes(some_attributes()),
    SaveDate("u:anna", "profile.birthday", NOON.date()),
    SaveConsent(a_consent()),
    SaveCaps(some_caps()),
    AddStatement(SAID),
    AddProof(PROOF),
    MarkSeen("u:anna", "m-1", NOON),
    Remember("u:anna", "order#1", NOON),
    NoteMerged("u:anna", "a:device", NOON),
]
ON_THEIR_WAY: list[Change] = [
    AddEnrolment(an_enrolment()),
    AddSend(a_send()),
    AddCall(a_call()),
    SaveTimer(a_timer(), read_generation=None),
]


def names(kept: list[Kept]) -> set[str]:
    return {each.sort for each in kept}


def test_all_rows_below_a_profile_are_found_and_no_others(house: House) -> None:
    house.store.commit([*BELOW_THE_PROFILE, SaveState(a_state("u:ben"))])
    found = house.archive.profile_rows("u:anna")
    assert len(found) == len(BELOW_THE_PROFILE)
    assert {"STATE", "PROFILE", "CONSENT#email", "CAPS", "DATE#birthday", "MERGED#a:device"} <= names(found)
    assert next(each.row for each in found if isinstance(each.row, Statement)) == SAID
    assert next(each.row for each in found if isinstance(each.row, Proof)) == PROOF


def test_what_is_on_its_way_to_a_person_is_found_by_the_person(house: House) -> None:
    house.store.commit([*ON_THEIR_WAY, AddEnrolment(an_enrolment("e-2", profile="u:ben"))])
    found = house.archive.journey_rows("u:anna")
    assert [(each.partition, each.sort) for each in found] == [
        ("e-1", "E"),
        ("e-1", "H#tell#1"),
        ("e-1", "S#first#1"),
        ("t-1", "T"),
    ]
    assert all(each.row is not None for each in found)


def test_hundreds_of_messages_are_found(house: House) -> None:
    for start in range(0, 250, 100):
        house.store.commit([AddSend(a_send(visit=visit)) for visit in range(start, min(start + 100, 250))])
    assert len(house.archive.journey_rows("u:anna")) == 250


def test_events_come_page_by_page_oldest_first(house: House) -> None:
    house.event_log.put([an_event(at=NOON + n * DAY, id=f"m-{n:03}", moment=f"{n:03}#m") for n in range(230)])
    house.event_log.put([an_event(identity="u:ben")])
    seen: list[str] = []
    page: Page[Event] = house.archive.events("u:anna", None)
    while True:
        seen += [event.id for event in page.found]
        if page.after is None:
            break
        page = house.archive.events("u:anna", page.after)
    assert seen == [f"m-{n:03}" for n in range(230)]


def test_what_is_dropped_is_gone_from_every_table_and_the_rest_stays(house: House) -> None:
    house.store.commit([*BELOW_THE_PROFILE, SaveState(a_state("u:ben"))])
    house.store.commit(ON_THEIR_WAY)
    house.store.commit([AddEvent(an_event()), AddEvent(an_event(identity="u:ben"))])
    events = [Kept("events", e.identity, e.moment) for e in house.archive.events("u:anna", None).found]
    house.archive.drop([*house.archive.profile_rows("u:anna"), *house.archive.journey_rows("u:anna"), *events])
    assert house.archive.profile_rows("u:anna") == []
    assert house.archive.journey_rows("u:anna") == []
    assert house.archive.events("u:anna", None).found == ()
    assert names(house.archive.profile_rows("u:ben")) == {"STATE"}
    assert len(house.archive.events("u:ben", None).found) == 1


def test_dropping_twice_changes_nothing(house: House) -> None:
    house.store.commit([SaveState(a_state())])
    rows = house.archive.profile_rows("u:anna")
    house.archive.drop([*rows, *rows])
    house.archive.drop(rows)
    assert house.archive.profile_rows("u:anna") == []
