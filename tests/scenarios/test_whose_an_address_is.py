"""An address that somebody typed, had, or got after an erasure: whose it is, and what follows from it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from anlass.domain.changes import AddEvent
from anlass.domain.event import Event
from anlass.domain.identifying import own_event
from anlass.domain.ids import address_hash
from anlass.domain.instants import iso
from anlass.domain.profile import State
from anlass.domain.suppression import Suppression
from anlass.keys import StateKey, SuppressionKey
from anlass.usecases.export_person import EVENTS, Asked, export_person
from anlass.usecases.people import owner_of

from tests.remains import erase, people_of, remains
from tests.shipped import shipped
from tests.shop import journey, mails, template
from tests.subscriber import asks, code, link, may_get, presses, types
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, identify, track

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
HERS, NEW, OTHER, NUMBER = "anna@old.example", "anna@new.example", "cleo@shop.example", "+491701234567"
NEWS = journey("newsletter", topic="news", trigger={"type": "event", "event": "Content Shared"}, steps=[mails("n1")])


def shop() -> MemoryWorld:
    return MemoryWorld(shipped("double-opt-in", "welcome") | template("n1") | NEWS, START)


def sign(address: str) -> str:
    return f"e:{address_hash(address)}"


def owner(world: MemoryWorld, address: str) -> str | None:
    return owner_of(sign(address), world.simulation.store)[0]


def tells(world: MemoryWorld, user: str, at: datetime, **traits: Any) -> None:
    world.advance(at)
    world.batch(identify(user, at, **traits))


def state(world: MemoryWorld, identity: str) -> State:
    found = world.simulation.store.read([StateKey(identity)]).state(identity)
    assert found is not None
    return found


def suppression(world: MemoryWorld, address: str, channel: str = "email") -> Suppression | None:
    key = SuppressionKey(world.simulation.hashes.of(address), channel)
    return world.simulation.store.read([key]).suppression(key.address_hash, channel)


def exported(world: MemoryWorld, identity: str, after: str | None = None, most: int = EVENTS) -> dict[str, Any]:
    found = export_person(Asked(identity, after, most), people_of(world))
    return json.loads(json.dumps(found)) if found is not None else {}


def test_what_was_told_of_whoever_was_erased_is_not_told_of_who_has_the_address_next() -> None:
    world = shop()
    world.advance(START + HOUR)
    asks(world, email=HERS, first_name="Annabella")
    tells(world, "anna", START + HOUR + MINUTE, email=HERS, status="DID_NOT_SUBSCRIBE")
    erase(world, "u:anna")
    tells(world, "cleo", START + 3 * HOUR, email=HERS, status="DID_NOT_SUBSCRIBE")
    before = len(world.told())
    world.simulation.deliver_again(20)
    world.advance(START + DAY)
    assert len(world.told()) == before
    assert remains(world, "Annabella") == []
    assert set(state(world, "u:cleo").erased) == {sign(HERS)}


def test_of_two_erasures_at_one_address_the_last_one_counts() -> None:
    world = shop()
    tells(world, "anna", START, email=HERS)
    erase(world, "u:anna")
    tells(world, "cleo", START + HOUR, email=HERS)
    tells(world, "cleo", START + 2 * HOUR, email=OTHER)
    tells(world, "dan", START + 3 * HOUR, email=HERS)
    world.advance(START + 4 * HOUR)
    erase(world, "u:dan")
    tells(world, "cleo", START + 5 * HOUR, email=HERS)
    assert state(world, "u:cleo").erased[sign(HERS)] == START + 4 * HOUR


def test_an_address_that_is_left_and_taken_again_within_one_batch() -> None:
    world = shop()
    world.batch(*(identify("anna", START + n * MINUTE - HOUR, email=a) for n, a in enumerate((HERS, NEW, HERS))))
    assert owner(world, HERS) == "u:anna"


def test_who_becomes_known_by_more_between_two_pages_is_told_each_event_once() -> None:
    world = shop()
    tells(world, "anna", START, email=HERS, status="DID_NOT_SUBSCRIBE")
    world.batch(*(track("Content Viewed", START + n * MINUTE, "anna") for n in range(1100)))
    before, first = exported(world, "u:anna")["events"], exported(world, "u:anna", most=1)
    assert first["next"] is not None
    for device in ("one", "two", "three", "four"):
        world.batch(track("Product Viewed", START, None, device, product_id="beans"))
        world.batch(track("Content Viewed", START + HOUR, "anna", device))
    found, after = list(first["events"]), first["next"]
    while after is not None:
        page = exported(world, "u:anna", after, 1)
        found, after = [*found, *page["events"]], page["next"]
    told = [(event["identity"], event["moment"]) for event in found]
    assert len(told) == len(set(told))
    assert {(event["identity"], event["moment"]) for event in before} <= set(told)


def happens(world: MemoryWorld, event: Event) -> None:
    world.simulation.store.commit([AddEvent(event)])
    world.simulation.settle()


def types_into_a_browser(world: MemoryWorld, device: str, address: str) -> None:
    at = world.simulation.clock.now()
    said = Event(f"a:{device}", f"{iso(at, 'milliseconds')}#typed", "typed", "identify", "", at, at, "browser")
    happens(world, replace(said, traits={"email": address}))


def test_who_shares_an_address_is_erased_without_a_word_for_the_other_one() -> None:
    world = shop()
    tells(world, "anna", START, email=HERS)
    tells(world, "ben", START, email=HERS, status="DID_NOT_SUBSCRIBE")
    assert erase(world, "u:ben").addresses == ()
    world.advance(START + DAY)
    assert may_get(world, HERS, "news")
    assert suppression(world, HERS) is None


def test_a_number_that_is_somebody_elses_however_it_is_written() -> None:
    world = shop()
    tells(world, "anna", START, email=HERS, phone=NUMBER)
    asks(world, phone=NUMBER)
    world.advance(START + MINUTE)
    assert types(world, NUMBER, code(world))
    tells(world, "ben", START + HOUR, email=OTHER, phone="0170 1234567")
    assert erase(world, "u:ben").addresses == (("email", OTHER),)
    assert may_get(world, NUMBER, "news", "sms")


def test_what_a_browser_typed_is_nobodys_address() -> None:
    world = shop()
    tells(world, "anna", START, email=HERS)
    world.batch(track("Content Shared", START, "anna"))
    world.advance(START + HOUR)
    assert presses(world, link(world, "unsubscribe"), "unsubscribe") == 200
    types_into_a_browser(world, "device", HERS)
    tells(world, "mallory", START + HOUR, email=OTHER)
    world.batch(track("Content Viewed", START + HOUR, "mallory", "device"))
    assert exported(world, "u:mallory")["suppressions"] == []
    assert exported(world, "u:anna")["suppressions"] != []
    types_into_a_browser(world, "elsewhere", NEW)
    assert exported(world, "a:elsewhere")["addresses"] == [{"channel": "email", "address": NEW}]
    assert erase(world, "a:elsewhere").addresses == ()
    assert erase(world, "u:mallory").addresses == (("email", OTHER),)


def test_who_asks_at_an_address_and_never_confirms_takes_no_objection_away() -> None:
    world = shop()
    tells(world, "anna", START, email=HERS)
    tells(world, "anna", START + HOUR, email=NEW)
    world.advance(START + HOUR + MINUTE)
    asks(world, email=HERS)
    world.advance(START + 2 * HOUR)
    assert dict.fromkeys(address for _, address in erase(world, "u:anna").addresses) == {NEW: None, HERS: None}
    assert suppression(world, HERS) is not None


def test_who_confirms_at_an_address_that_was_hers_is_not_objected_for() -> None:
    world = shop()
    tells(world, "anna", START, email=HERS)
    tells(world, "anna", START + HOUR, email=NEW)
    world.advance(START + HOUR + MINUTE)
    asks(world, email=HERS, topics=["news"])
    world.advance(START + 2 * HOUR)
    assert presses(world, link(world)) == 200
    world.advance(START + 3 * HOUR)
    asks(world, email=HERS, topics=["offers"])
    world.advance(START + 4 * HOUR)
    assert erase(world, "u:anna").addresses == (("email", NEW),)
    assert may_get(world, HERS, "news")


def test_a_number_that_she_herself_replaces_is_free() -> None:
    world = shop()
    tells(world, "anna", START, email=HERS, phone=NUMBER)
    at = START + HOUR
    told = {"set": {"phone": "+491707654321"}, "add_tags": [], "remove_tags": []}
    world.advance(at)
    happens(world, own_event("u:anna", "@update", ("preferences",), at, at, told))
    assert owner(world, NUMBER) != "u:anna"
    tells(world, "cleo", START + 2 * HOUR, email=OTHER, phone=NUMBER)
    assert owner(world, NUMBER) == "u:cleo"


def test_an_address_of_a_device_that_turns_out_to_be_hers_is_free_when_she_has_another() -> None:
    world = shop()
    world.batch(
        {name: value for name, value in identify("x", START, "device", email=OTHER).items() if name != "userId"}
    )
    tells(world, "anna", START, email=HERS)
    world.advance(START + HOUR)
    world.batch(track("Content Viewed", START + HOUR, "anna", "device"))
    assert (owner(world, HERS), owner(world, OTHER)) == ("u:anna", sign(OTHER))
    tells(world, "cleo", START + 2 * HOUR, email=OTHER)
    assert owner(world, OTHER) == "u:cleo"
