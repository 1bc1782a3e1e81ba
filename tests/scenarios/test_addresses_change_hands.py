"""An address is one person's today and another's tomorrow: what lies below it is parted by time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.domain.applying import Record
from anlass.domain.changes import Change
from anlass.domain.enrolment import Enrolment
from anlass.domain.feedback import Feedback
from anlass.domain.ids import address_hash
from anlass.domain.profile import State
from anlass.keys import StateKey
from anlass.language.naming_people import identities_of
from anlass.usecases.begin_erasure import begin_erasure
from anlass.usecases.export_person import Asked, export_person
from anlass.usecases.people import owner_of
from anlass.usecases.record_feedback import record_feedback
from anlass.usecases.whole_person import whole_person

from cli.runtime.world import LocalRuntime
from tests.between import Between, matched
from tests.remains import erase, people_of, remains, settle, state_of_erasure
from tests.shipped import both_worlds, shipped
from tests.shop import an_event, journey, mails, template
from tests.subscriber import asks, code, link, may_get, person, presses, types
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, MotoWorld, World, identify, track

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
OLD, NEW, NUMBER, OTHER = "anna@old.example", "anna@new.example", "+491701234567", "+491707654321"
AT_OLD = f"e:{address_hash(OLD)}"
NEWS = journey("newsletter", topic="news", trigger={"type": "event", "event": "Content Shared"}, steps=[mails("n1")])
LATER = journey(
    "later",
    topic="news",
    trigger={"type": "event", "event": "Subscription Confirmed"},
    steps=[{"wait": "5 days"}, {"id": "later", "send": {"template": "n1"}}],
)
FILES = shipped("double-opt-in") | template("n1") | NEWS | LATER
world = both_worlds(FILES, START)


def memory() -> MemoryWorld:
    return MemoryWorld(FILES, START)


def signs_up(world: World, address: str = OLD, name: str = "Annabella") -> None:
    """By double opt-in, from now on; takes two hours."""
    at = people_of(world).clock.now() + MINUTE
    world.advance(at)
    asks(world, email=address, first_name=name, topics=["news"])
    world.advance(at + HOUR)
    assert presses(world, link(world)) == 200
    world.advance(at + 2 * HOUR)


def is_told_of(world: World, user: str, at: datetime, status: str = "DID_NOT_SUBSCRIBE", **traits: Any) -> None:
    world.advance(at)
    world.batch(identify(user, at, status=status, **traits))


def moves(world: World) -> None:
    """Anna signs up at the old address, turns out to be a customer, and has another address a day later."""
    signs_up(world)
    is_told_of(world, "anna", START + 3 * HOUR, email=OLD)
    is_told_of(world, "anna", START + DAY, status="SUBSCRIBED", email=NEW)
    world.advance(START + 2 * DAY)


def exported(world: World, identity: str) -> dict[str, Any]:
    found = export_person(Asked(identity), people_of(world))
    return json.loads(json.dumps(found)) if found is not None else {}


def state(world: World, identity: str = AT_OLD) -> State:
    found = people_of(world).store.read([StateKey(identity)]).state(identity)
    assert found is not None
    return found


def rows_below(world: World, identity: str) -> set[str]:
    return {kept.kind for kept in people_of(world).archive.profile_rows(identity)}


def test_the_link_of_an_old_mail_still_means_her(world: World) -> None:
    signs_up(world)
    is_told_of(world, "anna", START + 3 * HOUR, email=OLD)
    world.batch(track("Content Shared", START + 3 * HOUR, "anna"))
    world.advance(START + 4 * HOUR)
    is_told_of(world, "anna", START + DAY, status="SUBSCRIBED", email=NEW)
    assert may_get(world, NEW, "news")
    assert presses(world, link(world, "unsubscribe", 0), "unsubscribe") == 200
    assert not may_get(world, NEW, "news")


def test_she_is_erased_with_all_that_lies_below_the_address_that_she_had(world: World) -> None:
    moves(world)
    begun = erase(world, "u:anna")
    world.advance(START + 3 * DAY)
    assert remains(world, "u:anna", OLD, NEW, "Annabella", AT_OLD, "203.0.113") == []
    done = state_of_erasure(world, begun)
    assert (done.status, done.shared) == ("done", ())
    assert {"PROOF", "LEDGER", "E", "S"} <= set(done.erased)


def test_her_export_holds_what_she_said_at_the_address_that_she_had(world: World) -> None:
    moves(world)
    export = exported(world, "u:anna")
    assert [proof["address"] for proof in export["proofs"]] == [OLD]
    assert {"confirmed", "granted"} == {line["act"] for line in export["ledger"]}
    assert "Subscription Requested" in {event["name"] for event in export["events"]}
    assert {"channel": "email", "address": OLD} in export["addresses"]


def test_of_an_address_that_nobody_has_nobody_is_known(world: World) -> None:
    moves(world)
    assert exported(world, AT_OLD) == {}
    assert begin_erasure(AT_OLD, "shop", people_of(world)) is None
    assert person(world, OLD) is None
    assert not rows_below(world, AT_OLD) & {"CONSENT", "PROFILE", "CAPS", "DATE"}


def test_who_has_the_address_next_begins_with_nothing(world: World) -> None:
    moves(world)
    is_told_of(world, "ben", START + 2 * DAY, email=OLD)
    ben = person(world, OLD)
    assert ben is not None
    assert ben.attributes is not None
    assert (ben.state.id, dict(ben.attributes.traits), ben.consents) == ("u:ben", {"email": OLD}, {})
    export = exported(world, "u:ben")
    assert (export["proofs"], export["ledger"], export["enrolments"], export["messages"]) == ([], [], [], [])
    assert [event["name"] for event in export["events"]] == ["identify"]
    assert "anna" not in json.dumps({**export, "addresses": [], "events": [], "traits": {}}).replace(OLD, "")


def both(world: World) -> None:
    """Anna had the address; Ben has it now, and signed up there himself."""
    moves(world)
    world.advance(START + 3 * DAY)
    signs_up(world, OLD, "Benedikt")
    is_told_of(world, "ben", START + 4 * DAY, email=OLD)


def but_for_time(export: dict[str, Any]) -> dict[str, Any]:
    """Without what tells when, or how often, something was stored."""
    states = [{name: value for name, value in row.items() if name != "version"} for row in export["state"]]
    return {**{name: value for name, value in export.items() if name not in ("made_at", "summary")}, "state": states}


def test_erasing_her_leaves_who_has_her_address_now(world: World) -> None:
    both(world)
    before = exported(world, "u:ben")
    assert [proof["address"] for proof in before["proofs"]] == [OLD]
    erase(world, "u:anna")
    world.advance(START + 5 * DAY)
    assert remains(world, "u:anna", NEW, "Annabella") == []
    assert but_for_time(exported(world, "u:ben")) == but_for_time(before)
    assert may_get(world, OLD, "news")
    world.batch(track("Content Shared", START + 5 * DAY, "ben"))
    world.advance(START + 6 * DAY)
    assert world.told()[-1].endswith(f"{OLD} n1")


def test_erasing_who_has_her_address_now_leaves_her(world: World) -> None:
    both(world)
    before = exported(world, "u:anna")
    erase(world, "u:ben")
    world.advance(START + 5 * DAY)
    assert remains(world, "u:ben", "Benedikt") == []
    after = exported(world, "u:anna")
    assert {s["address"] for s in after["suppressions"]} == {OLD}, "so that no import writes to Ben again"
    assert but_for_time({**after, "suppressions": before["suppressions"]}) == but_for_time(before)
    erase(world, "u:anna")
    world.advance(START + 6 * DAY)
    assert remains(world, "u:anna", "u:ben", OLD, NEW, "Annabella", "Benedikt", AT_OLD) == []


def test_erasing_somebody_known_by_the_address_alone_leaves_who_had_it_before(world: World) -> None:
    moves(world)
    world.advance(START + 3 * DAY)
    signs_up(world, OLD, "Benedikt")
    before = exported(world, "u:anna")
    begun = begin_erasure(AT_OLD, "shop", people_of(world))
    assert begun is not None
    settle(world)
    world.advance(START + 4 * DAY)
    assert remains(world, "Benedikt") == []
    assert [proof["address"] for proof in exported(world, "u:anna")["proofs"]] == [OLD]
    assert exported(world, "u:anna")["ledger"] == before["ledger"]
    again = begin_erasure(AT_OLD, "shop", people_of(world))
    assert again is not None
    assert (again.id, again.status) == (begun.id, "done")
    signs_up(world, OLD, "Cleo")
    assert [proof["confirmed_at"][:10] for proof in exported(world, AT_OLD)["proofs"]] == ["2026-06-05"]


def test_a_journey_that_she_entered_at_the_old_address_goes_on_for_her(world: World) -> None:
    moves(world)
    is_told_of(world, "ben", START + 2 * DAY, email=OLD)
    world.advance(START + 6 * DAY)
    assert world.told()[-1].endswith(f"{NEW} later")
    assert state(world, "u:anna").live == {}
    assert presses(world, link(world, "unsubscribe"), "unsubscribe") == 200
    assert not may_get(world, NEW, "news")
    assert state(world, "u:ben").live == {}


# In memory, where one can be at every moment.


def test_an_address_that_comes_and_goes_is_hers_all_the_time() -> None:
    world = memory()
    signs_up(world)
    for day, address in enumerate((OLD, NEW, OLD, NEW)):
        is_told_of(world, "anna", START + (day + 1) * DAY, email=address)
        holder = whole_person("u:anna", people_of(world).store, people_of(world).archive)
        assert AT_OLD in holder.identities
    assert [owner.profile for owner in state(world).former] == ["u:anna"]
    assert (state(world).pointer, state(world, f"e:{address_hash(NEW)}").pointer) == (None, "u:anna")
    erase(world, "u:anna")
    world.advance(START + 9 * DAY)
    assert remains(world, "u:anna", OLD, NEW, "Annabella", AT_OLD) == []


def test_an_address_that_led_to_her_by_way_of_a_device_is_given_up_too() -> None:
    """Address → device → customer; and a number → the address."""
    world = memory()
    signs_up(world)
    by_device = identify("x", START + 3 * HOUR, email=OLD, phone=NUMBER, status="DID_NOT_SUBSCRIBE")
    world.advance(START + 3 * HOUR)
    world.batch({**{k: v for k, v in by_device.items() if k != "userId"}, "anonymousId": "device-1"})
    assert state(world).pointer == "a:device-1"
    world.batch(identify("anna", START + 3 * HOUR, "device-1", email=OLD))
    is_told_of(world, "anna", START + DAY, email=NEW)
    assert (state(world).pointer, state(world).is_vacant) == (None, True)
    signs_up(world, OLD, "Benedikt")
    assert owner_of(AT_OLD, people_of(world).store)[0] == AT_OLD
    assert owner_of(AT_OLD, people_of(world).store, START + HOUR)[0] == "u:anna"
    assert owner_of(f"e:{address_hash(NUMBER)}", people_of(world).store)[0] == "u:anna"
    erase(world, "u:anna")
    world.advance(START + 3 * DAY)
    assert remains(world, "u:anna", "device-1", NEW, NUMBER, "Annabella") == []
    assert len(exported(world, AT_OLD)["proofs"]) == 1


def test_a_number_that_led_to_an_address_stays_hers_when_somebody_else_gets_that() -> None:
    world = memory()
    only_by_address = identify("x", START, email=OLD, phone=NUMBER)
    world.batch({k: v for k, v in only_by_address.items() if k != "userId"})
    at_number = f"e:{address_hash(NUMBER)}"
    assert state(world, at_number).pointer == AT_OLD
    is_told_of(world, "anna", START + HOUR, email=OLD)
    is_told_of(world, "anna", START + DAY, email=NEW)
    is_told_of(world, "ben", START + 2 * DAY, email=OLD)
    assert owner_of(at_number, people_of(world).store)[0] == "u:anna"
    assert at_number not in exported(world, "u:ben")["identities"]
    erase(world, "u:anna")
    world.advance(START + 3 * DAY)
    assert remains(world, "u:anna", NEW, NUMBER, at_number) == []


def test_of_two_who_share_an_address_the_first_has_it_until_they_have_another() -> None:
    world = memory()
    signs_up(world)
    is_told_of(world, "anna", START + DAY, email=OLD)
    is_told_of(world, "ben", START + DAY + HOUR, email=OLD)
    assert state(world).pointer == "u:anna"
    assert exported(world, "u:ben")["proofs"] == []
    is_told_of(world, "anna", START + 2 * DAY, email=NEW)
    assert state(world).is_vacant
    is_told_of(world, "ben", START + 3 * DAY, email=OLD)
    assert state(world).pointer == "u:ben"
    assert exported(world, "u:ben")["proofs"] == []


def test_an_old_word_that_comes_late_takes_no_address_back() -> None:
    world = memory()
    moves(world)
    world.batch(identify("anna", START + 4 * HOUR, email=OLD, status="DID_NOT_SUBSCRIBE"))
    assert state(world).is_vacant
    signs_up(world, OLD, "Benedikt")
    world.batch(identify("anna", START + 5 * HOUR, email=OLD, status="DID_NOT_SUBSCRIBE"))
    assert state(world).pointer is None
    assert len(exported(world, "u:anna")["proofs"]) == 1


def test_what_is_delivered_or_driven_again_changes_nothing() -> None:
    world = memory()
    both(world)
    simulation = world.simulation
    before = {each: but_for_time(exported(world, each)) for each in ("u:anna", "u:ben")}
    simulation.deliver_again(events=100, rows=100)
    assert {each: but_for_time(exported(world, each)) for each in before} == before
    records = [Record(event, "memory", sequence) for sequence, event in simulation.event_log.stream]
    assert matched(simulation, records, simulation.store, redrive=True) == []
    assert state(world).pointer == "u:ben"
    assert [proof["confirmed_at"] for proof in exported(world, "u:ben")["proofs"]] == [
        proof["confirmed_at"] for proof in before["u:ben"]["proofs"]
    ]
    assert exported(world, "u:anna")["ledger"] == before["u:anna"]["ledger"]


def test_what_was_told_before_and_is_read_after_is_told_of_her() -> None:
    """Two shards of the stream, one of which lags."""
    world = memory()
    signs_up(world)
    is_told_of(world, "anna", START + 3 * HOUR, email=OLD)
    simulation = world.simulation
    lagging = replace(an_event("Product Viewed", START + 4 * HOUR, note="Annabella"), identity=AT_OLD)
    is_told_of(world, "anna", START + DAY, email=NEW)
    simulation.event_log.put([lagging])
    simulation.settle()
    assert (state(world, "u:anna").views, state(world).is_vacant) == (1, True)
    erase(world, "u:anna")
    simulation.event_log.put([replace(lagging, id="again", moment="~#again")])
    simulation.settle()
    world.advance(START + 2 * DAY)
    assert remains(world, "Annabella", AT_OLD) == []


def test_what_is_reported_of_a_mail_to_the_old_address_is_told_of_her() -> None:
    world = memory()
    moves(world)
    simulation = world.simulation
    (enrolment,) = (row for row in simulation.store.rows() if isinstance(row, Enrolment) and row.journey != "later")
    reported = Feedback("delivery", enrolment.id, "ask", 1, "report-1", START + 2 * DAY, (OLD,))
    record_feedback(reported, store=simulation.store, hashes=simulation.hashes)
    simulation.settle()
    assert state(world).is_vacant
    assert "Email Delivered" in {event["name"] for event in exported(world, "u:anna")["events"]}


def test_a_consent_of_long_ago_that_the_shop_tells_now_is_of_who_has_the_address_now() -> None:
    world = memory()
    moves(world)
    hers = exported(world, "u:anna")["ledger"]
    world.advance(START + 3 * DAY)
    told = identify("x", START - 100 * DAY, email=OLD)
    world.batch({name: value for name, value in told.items() if name != "userId"})
    assert exported(world, "u:anna")["ledger"] == hers
    assert [line["at"][:10] for line in exported(world, AT_OLD)["ledger"]] == ["2026-02-21"]
    erase(world, "u:anna")
    world.advance(START + 4 * DAY)
    assert len(exported(world, AT_OLD)["ledger"]) == 1


def test_somebody_of_many_names_leaves_the_address_to_who_has_it_now() -> None:
    """More than one transaction holds."""
    world = memory()
    both(world)
    for device in range(60):
        world.batch(identify("anna", START + 5 * DAY, f"device-{device}", email=NEW))
    begun = begin_erasure("u:anna", "shop", world.simulation.people)
    assert begun is not None
    assert begun.status == "burying"
    settle(world)
    world.advance(START + 6 * DAY)
    assert remains(world, "u:anna", NEW, "Annabella", "a:device") == []
    assert (state_of_erasure(world, begun).status, state(world).pointer) == ("done", "u:ben")
    assert [proof["address"] for proof in exported(world, "u:ben")["proofs"]] == [OLD]


def gives_up(world: MemoryWorld) -> Record:
    """The word of Anna's new address, that nobody has read yet."""
    signs_up(world)
    is_told_of(world, "anna", START + 3 * HOUR, email=OLD)
    world.advance(START + DAY)
    event = an_event("identify", START + DAY, "anna", kind="identify", traits={"email": NEW})
    world.simulation.event_log.put([event])
    return Record(event, "memory", "999999")


def test_she_is_erased_while_her_new_address_is_being_stored() -> None:
    world = memory()
    record = gives_up(world)
    simulation = world.simulation
    left = matched(
        simulation, [record], Between(simulation, lambda: begin_erasure("u:anna", "shop", simulation.people))
    )
    assert left == []
    simulation.settle()
    world.advance(START + 2 * DAY)
    assert remains(world, "u:anna", OLD, NEW, "Annabella", AT_OLD) == []


def test_somebody_asks_for_her_address_while_she_gives_it_up() -> None:
    world = memory()
    record = gives_up(world)
    simulation = world.simulation
    asked = replace(an_event("Product Viewed", START + DAY), identity=AT_OLD)

    def meanwhile() -> None:
        assert matched(simulation, [Record(asked, "another shard", "1")], simulation.store) == []

    assert matched(simulation, [record], Between(simulation, meanwhile)) == []
    assert state(world, "u:anna").views == 1, "she had it then"
    assert state(world).is_vacant


def test_she_changes_her_address_while_she_is_being_erased() -> None:
    world = memory()
    signs_up(world)
    is_told_of(world, "anna", START + 3 * HOUR, email=OLD)
    world.advance(START + DAY)
    simulation = world.simulation
    work = simulation.people

    def moves_meanwhile() -> None:
        simulation.event_log.put([an_event("identify", START + DAY, "anna", kind="identify", traits={"email": NEW})])
        simulation.settle()

    begun = begin_erasure("u:anna", "shop", replace(work, store=Between(simulation, moves_meanwhile)))
    assert begun is not None
    simulation.settle()
    world.advance(START + 2 * DAY)
    assert remains(world, "u:anna", OLD, NEW, "Annabella", AT_OLD) == []


class Crash(Exception):
    """The process dies."""


class Dying:
    """A store that dies at its n-th commit: before it, or just after."""

    def __init__(self, inner: Any, at: int, *, after: bool) -> None:
        self._inner, self._left, self._after = inner, at, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, changes: Sequence[Change]) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Crash
        self._inner.commit(changes)
        if self._left == 0:
            raise Crash


@pytest.mark.parametrize("after", [False, True], ids=["before it is done", "after it was done"])
@pytest.mark.parametrize("at", [1, 2])
def test_a_crash_while_she_gives_it_up_ends_the_same(at: int, after: bool) -> None:
    world = memory()
    record = gives_up(world)
    simulation = world.simulation
    for store in (Dying(simulation.store, at, after=after), simulation.store):
        try:
            matched(simulation, [record], store)
        except Crash:
            continue
    assert [owner.profile for owner in state(world).former] == ["u:anna"]
    assert not rows_below(world, AT_OLD) & {"CONSENT", "PROFILE", "CAPS", "DATE"}
    simulation.settle()
    erase(world, "u:anna")
    world.advance(START + 2 * DAY)
    assert remains(world, "u:anna", OLD, NEW, "Annabella", AT_OLD) == []


# Phone numbers.


def test_the_shop_joins_who_confirmed_a_number_with_the_person(world: World) -> None:
    asks(world, phone=NUMBER, topics=["news"])
    world.advance(START + MINUTE)
    assert types(world, NUMBER, code(world))
    is_told_of(world, "anna", START + HOUR, email=NEW, phone="+49 170 123 45 67")
    export = exported(world, "u:anna")
    assert [proof["address"] for proof in export["proofs"]] == [NUMBER]
    assert "sms" in {consent["channel"] for consent in export["consents"] if consent["below"] == "u:anna"}
    assert owner_of(identities_of("+49 170 1234567")[0], people_of(world).store)[0] == "u:anna"
    erase(world, "u:anna")
    world.advance(START + DAY)
    assert remains(world, "u:anna", NEW, NUMBER, f"e:{address_hash(NUMBER)}") == []


def test_a_number_is_given_up_and_got_by_somebody_else() -> None:
    world = memory()
    asks(world, phone=NUMBER, topics=["news"])
    world.advance(START + MINUTE)
    assert types(world, NUMBER, code(world))
    is_told_of(world, "anna", START + HOUR, phone=NUMBER)
    is_told_of(world, "anna", START + DAY, phone=OTHER)
    is_told_of(world, "ben", START + 2 * DAY, phone=NUMBER)
    assert owner_of(f"e:{address_hash(NUMBER)}", people_of(world).store)[0] == "u:ben"
    assert (exported(world, "u:ben")["proofs"], len(exported(world, "u:anna")["proofs"])) == ([], 1)
    erase(world, "u:anna")
    world.advance(START + 3 * DAY)
    assert remains(world, "u:anna", OTHER) == []
    assert exported(world, "u:ben")["traits"]["phone"] == NUMBER


def test_a_number_from_a_browser_and_one_that_may_be_of_several_countries_join_nobody() -> None:
    world = memory()
    asks(world, phone=NUMBER, topics=["news"])
    world.advance(START + MINUTE)
    is_told_of(world, "anna", START + HOUR, phone="0170 1234567")
    told = {"phone": NUMBER}
    world.simulation.ingest(an_event("identify", START + HOUR, "eve", kind="identify", source="browser", traits=told))
    assert state(world, f"e:{address_hash(NUMBER)}").pointer is None


def test_one_form_with_address_and_number_makes_two_until_the_shop_says_that_they_are_one() -> None:
    world = memory()
    for asked in ({"email": OLD}, {"phone": NUMBER}):
        asks(world, first_name="Annabella", topics=["news"], **asked)
    world.advance(START + MINUTE)
    assert presses(world, link(world)) == 200
    assert types(world, NUMBER, code(world))
    erase(world, AT_OLD)
    world.advance(START + HOUR)
    assert remains(world, OLD, AT_OLD) == []
    assert may_get(world, NUMBER, "news", "sms")
    erase(world, identities_of(NUMBER)[0])
    world.advance(START + 2 * HOUR)
    assert remains(world, "Annabella", NUMBER) == []


# What else is told of a person under several names.


def test_who_never_confirmed_and_is_erased_gets_nothing_after_an_import(world: World) -> None:
    asks(world, email=OLD, topics=["news"])
    world.advance(START + HOUR)
    erase(world, AT_OLD)
    is_told_of(world, "imported", START + DAY, status="SUBSCRIBED", email=OLD)
    world.batch(track("Content Shared", START + DAY, "imported"))
    world.advance(START + 2 * DAY)
    assert [told for told in world.told() if not told.endswith(" ask")] == []


def test_an_address_that_stands_in_events_alone_is_objected_for_too() -> None:
    world = memory()
    for day, address in enumerate((OLD, NEW)):
        is_told_of(world, "anna", START + day * DAY, email=address)
    erase(world, "u:anna")
    is_told_of(world, "imported", START + 2 * DAY, status="SUBSCRIBED", email=OLD)
    world.batch(track("Content Shared", START + 2 * DAY, "imported"))
    world.advance(START + 3 * DAY)
    assert world.told() == []


def test_a_friend_whose_address_somebody_told_is_not_objected_for() -> None:
    world = memory()
    is_told_of(world, "anna", START, email=OLD)
    world.batch(track("Friend Invited", START, "anna", email="cleo@friend.example"))
    begun = erase(world, "u:anna")
    assert state_of_erasure(world, begun).addresses == (("email", OLD),)


def test_the_proof_of_a_consent_expires_after_its_withdrawal_under_whatever_name_it_came() -> None:
    with LocalRuntime(START) as runtime:
        world = MotoWorld(runtime, FILES)
        signs_up(world)
        is_told_of(world, "anna", START + 3 * HOUR, email=OLD)
        world.batch(track("Content Shared", START + 3 * HOUR, "anna"))
        world.advance(START + 4 * HOUR)
        assert presses(world, link(world, "unsubscribe"), "unsubscribe") == 200
        table = runtime.names.physical("profiles")
        items = runtime.client("dynamodb").scan(TableName=table)["Items"]
        proofs = [item for item in items if item["row"]["S"].startswith(("PROOF#", "LEDGER#"))]
        assert {item["profile"]["S"] for item in proofs} == {AT_OLD, "u:anna"}
        assert all("ttl" in item for item in proofs)
