"""From one read to one commit: several records, several people, each row named once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from anlass.adapters.rows import places
from anlass.domain.addresses import vouched_for
from anlass.domain.applying import Record, Workbench, groups
from anlass.domain.catalog import Catalog
from anlass.domain.changes import (
    AddEnrolment,
    AddEvent,
    AddStatement,
    Append,
    CatchUp,
    MarkSeen,
    NoteMerged,
    SaveAttributes,
    SaveConsent,
    SaveDate,
    SaveState,
)
from anlass.domain.enrolment import INBOX, MERGED, RESTARTED, SWEEP_AFTER
from anlass.domain.event import Event
from anlass.domain.ids import address_hash
from anlass.domain.journey import Entry, Journey
from anlass.domain.person import Person
from anlass.domain.profile import POSITION_LIFE, Live, Position, State
from anlass.domain.trigger import EventTrigger

from tests.builders import DAY, HOUR, MINUTE, NOON, a_journey, a_state, an_event, heard
from tests.unit.domain.running import out, program

HELLO = a_journey(
    "hello",
    triggers=(EventTrigger("hello/0", "Account Created"),),
    start="first",
    entry=Entry(while_active="restart"),
    exits=(out("Order Completed"),),
)
CART = program(exits=(out("Order Completed"),))


def a_bench(*people: State | Person, journeys: tuple[Journey, ...] = (CART, HELLO), redrive: bool = False) -> Workbench:
    read = [one if isinstance(one, Person) else Person(one) for one in people]
    catalog = Catalog({j.id: j for j in journeys})
    return Workbench({p.state.id: p for p in read}, catalog, {(j.id, j.version): j for j in journeys}, redrive=redrive)


def apply(bench: Workbench, *events: Event, start: int = 1, now: datetime = NOON) -> list[Any]:
    for number, event in enumerate(events, start):
        bench.apply(Record(event, "2026-01-01", str(number)), now)
    changes = bench.changes()
    places(changes)  # raises if a row is named twice
    return changes


def of(kind: type, changes: list[Any]) -> list[Any]:
    return [change for change in changes if isinstance(change, kind)]


def states(changes: list[Any]) -> dict[str, State]:
    return {change.state.id: change.state for change in of(SaveState, changes)}


def track(name: str, identity: str = "u:anna", minutes: int = 0, **fields: Any) -> Event:
    return an_event(name, NOON + minutes * MINUTE, identity, **{"id": f"{name} {minutes} {identity}", **fields})


def viewed(identity: str = "u:anna", minutes: int = 0, **fields: Any) -> Event:
    return track("Product Viewed", identity, minutes, **fields)


def live(*ids: str, journey: str = "cart") -> dict[str, Live]:
    return {id_: Live(journey, "v1", f"entry of {id_}", NOON - HOUR) for id_ in ids}


class TestPositions:
    def test_skip_what_was_applied_before(self) -> None:
        first = states(apply(a_bench(), viewed()))["u:anna"]
        assert first.positions["u:anna"] == Position("2026-01-01", "1", NOON)
        assert apply(a_bench(first), viewed()) == []
        assert states(apply(a_bench(first), viewed(minutes=1), start=2))["u:anna"].views == 2

    def test_skip_repeats_within_a_batch(self) -> None:
        bench = a_bench()
        apply(bench, viewed())
        assert states(apply(bench, viewed()))["u:anna"].views == 1

    def test_compare_as_numbers(self) -> None:
        state = a_state(positions={"u:anna": Position("2026-01-01", "9", NOON)})
        assert apply(a_bench(state), viewed(), start=10)

    def test_of_another_stream_say_nothing(self) -> None:
        state = a_state(positions={"u:anna": Position("2025-01-01", "99", NOON)})
        assert apply(a_bench(state), viewed())

    def test_are_kept_for_each_identity(self) -> None:
        state = a_state(identities=("u:anna", "a:1"), positions={"u:anna": Position("2026-01-01", "5", NOON)})
        pointer = State("a:1", version=1, pointer="u:anna", identities=("a:1",))
        saved = states(apply(a_bench(state, pointer), viewed("a:1"), start=3))["u:anna"]
        assert {i: p.sequence for i, p in saved.positions.items()} == {"u:anna": "5", "a:1": "3"}

    def test_are_dropped_when_no_stream_can_repeat_them(self) -> None:
        old = {"a:1": Position("2026-01-01", "1", NOON - POSITION_LIFE), "a:2": Position("2026-01-01", "1", NOON)}
        assert set(states(apply(a_bench(a_state(positions=old)), viewed()))["u:anna"].positions) == {"u:anna", "a:2"}

    def test_outlive_what_a_stream_can_repeat(self) -> None:
        """A stream keeps its records for 24 hours, and hands them over once more a while later."""
        first = states(apply(a_bench(), viewed()))["u:anna"]
        other = replace(viewed(minutes=24 * 60), also=None, identity="a:1")
        pointer = State("a:1", version=1, pointer="u:anna", identities=("a:1",))
        next_day = states(apply(a_bench(first, pointer), other, now=NOON + DAY))["u:anna"]
        assert apply(a_bench(next_day, pointer), viewed(), now=NOON + DAY) == []


class TestARedrive:
    def test_applies_whatever_the_position_and_leaves_it_where_it_is(self) -> None:
        """Moved back, it would let the stream apply the records behind it a second time."""
        state = a_state(positions={"u:anna": Position("2026-01-01", "8", NOON)})
        changes = apply(a_bench(state, redrive=True), viewed(), start=5)
        assert states(changes)["u:anna"].views == 1
        assert states(changes)["u:anna"].positions == state.positions

    def test_is_fenced_by_the_events_own_identity_whoever_that_is_by_now(self) -> None:
        """The same failure is driven twice, and the visitor logs in between."""
        before = apply(a_bench(redrive=True), viewed("a:1"))
        pointer = State("a:1", version=1, pointer="u:anna", identities=("a:1",))
        after = apply(a_bench(a_state(identities=("u:anna", "a:1")), pointer, redrive=True), viewed("a:1"))
        assert of(MarkSeen, before) == of(MarkSeen, after)


class TestACommit:
    def test_holds_only_rows_that_changed(self) -> None:
        assert a_bench(a_state(), a_state("u:ben")).changes() == []
        assert set(states(apply(a_bench(a_state(), a_state("u:ben")), viewed("u:ben")))) == {"u:ben"}

    def test_keeps_the_version_that_was_read(self) -> None:
        assert states(apply(a_bench(a_state(version=7)), viewed()))["u:anna"].version == 7

    def test_of_an_identify_holds_all_that_it_changes(self) -> None:
        context = {"messaging_subscriptions": [{"key": "a@shop.example", "type": "EMAIL", "status": "SUBSCRIBED"}]}
        event = an_event("identify", kind="identify", traits={"first_name": "Anna"}, context=context)
        changes = apply(a_bench(), event)
        assert [type(change) for change in changes] == [
            SaveState,
            SaveAttributes,
            SaveDate,
            SaveConsent,
            AddEvent,
            AddStatement,
        ]

    def test_tells_its_size_with_all_rows(self) -> None:
        """A script that makes up an anonymous id for each call touches as many rows as it makes calls."""
        bench = a_bench()
        apply(bench, *(viewed(minutes=n, also=f"a:{n}") for n in range(40)))
        assert bench.size == len(bench.changes()) == 81

    def test_appends_several_events_to_one_enrolment_at_once(self) -> None:
        bought = [track("Order Completed", minutes=n) for n in (1, 2)]
        [append] = of(Append, apply(a_bench(a_state(live=live("e-1"))), *bought))
        assert [h.id for h in append.heard] == [event.id for event in bought]
        assert append.nudge is None, "whatever it is, it wakes"

    def test_puts_what_follows_an_entry_in_the_same_batch_into_the_new_row(self) -> None:
        changes = apply(a_bench(), track("Account Created"), track("Order Completed", minutes=1))
        [added] = of(AddEnrolment, changes)
        assert [h.name for h in added.enrolment.inbox] == ["Order Completed"]
        assert of(Append, changes) == []

    def test_restarts_what_began_in_the_same_batch(self) -> None:
        changes = apply(a_bench(), track("Account Created"), track("Account Created", minutes=1))
        first, second = (change.enrolment for change in of(AddEnrolment, changes))
        assert [h.name for h in first.inbox] == [RESTARTED]
        assert second.inbox == ()

    def test_lets_what_ends_an_enrolment_through_where_it_has_to_catch_up_as_well(self) -> None:
        """The first event after a login merges two profiles and restarts a journey."""
        known = a_state(live=live("e-1", journey="hello"))
        stranger = a_state("a:1", views=1)
        [append] = of(Append, apply(a_bench(known, stranger), track("Account Created", also="a:1")))
        assert RESTARTED in {h.name for h in append.heard}

    def test_ends_an_enrolment_whose_inbox_is_full(self) -> None:
        assert Append("e-1", (heard(RESTARTED),), NOON).room > INBOX
        assert Append("e-1", (heard(),), NOON).room == INBOX


class TestTheEmptiedCart:
    def test_is_an_event_of_our_own(self) -> None:
        product = {"product_id": "p1", "cart_id": "c-7"}
        events = [
            track("Product Added", properties=product),
            track("Product Removed", minutes=1, properties=product),
            track("Product Removed", minutes=2, properties=product),
        ]
        [added] = of(AddEvent, apply(a_bench(), *events))
        event = added.event
        assert (event.name, event.source, event.identity) == ("Cart Emptied", "system", "u:anna")
        assert (event.at, event.properties) == (NOON + MINUTE, {"cart_id": "c-7"})

    def test_is_none_after_an_order(self) -> None:
        events = [track("Product Added", properties={"product_id": "p1"}), track("Order Completed", minutes=1)]
        assert of(AddEvent, apply(a_bench(), *events)) == []


class TestWhoIsWho:
    def test_an_event_of_two_identities_makes_them_one(self) -> None:
        changes = apply(a_bench(), viewed("a:1"), viewed(minutes=1, also="a:1"))
        saved = states(changes)
        assert (saved["u:anna"].views, saved["a:1"].pointer) == (2, "u:anna")

    def test_who_was_never_heard_of_leaves_a_pointer_too(self) -> None:
        """What this device reports later without a name must find the person."""
        assert states(apply(a_bench(), viewed(also="a:1")))["a:1"].pointer == "u:anna"

    def test_later_events_of_the_merged_identity_are_the_persons(self) -> None:
        changes = apply(a_bench(), viewed(also="a:1"), viewed("a:1", minutes=1))
        assert states(changes)["u:anna"].views == 2

    def test_it_is_merged_once(self) -> None:
        first = apply(a_bench(), viewed("a:1"), viewed(minutes=1, also="a:1"))
        people = [replace(state, version=1) for state in states(first).values()]
        second = states(apply(a_bench(*people), viewed(minutes=2, also="a:1"), start=9))
        assert set(second) == {"u:anna"}
        assert second["u:anna"].views == 3

    def test_a_device_that_somebody_else_had_first_stays_theirs(self) -> None:
        bens = State("a:1", version=1, pointer="u:ben", identities=("a:1",))
        saved = states(apply(a_bench(bens, a_state("u:ben"), a_state()), viewed(also="a:1")))
        assert set(saved) == {"u:anna"}

    def test_two_known_people_never_become_one(self) -> None:
        saved = states(apply(a_bench(a_state("u:ben", views=4)), viewed(also="u:ben")))
        assert set(saved) == {"u:anna"}

    def test_a_pointer_leads_on_to_another(self) -> None:
        chain = [
            State("e:x", version=1, pointer="a:1", identities=("e:x",)),
            State("a:1", version=1, pointer="u:anna", identities=("a:1",)),
            a_state(version=1),
        ]
        assert states(apply(a_bench(*chain), viewed("e:x")))["u:anna"].views == 1

    def test_who_was_known_by_address_is_joined_by_the_servers_identify(self) -> None:
        by_address = f"e:{address_hash('anna@shop.example')}"
        event = an_event("identify", kind="identify", traits={"email": " Anna@Shop.example"})
        saved = states(apply(a_bench(a_state(by_address, views=2)), event))
        assert (saved["u:anna"].views, saved[by_address].pointer) == (2, "u:anna")

    def test_an_address_that_nobody_was_known_by_leads_to_the_person_and_is_no_past_of_theirs(self) -> None:
        """What is told of the address from now on is told of them; nothing is looked for under it before that."""
        by_address = f"e:{address_hash('anna@shop.example')}"
        saved = states(apply(a_bench(), an_identify("anna@shop.example")))
        assert (saved[by_address].pointer, saved["u:anna"].identities) == ("u:anna", ("u:anna",))

    def test_what_is_told_of_an_address_is_part_of_the_past_of_who_has_it(self) -> None:
        by_address = f"e:{address_hash('anna@shop.example')}"
        saved = states(apply(a_bench(), an_identify("anna@shop.example"), viewed(by_address, minutes=1)))
        assert (saved["u:anna"].views, saved["u:anna"].identities) == (1, ("u:anna", by_address))

    def test_an_address_that_is_given_up_leads_to_nobody(self) -> None:
        old, new = (f"e:{address_hash(f'{name}@shop.example')}" for name in ("old", "new"))
        saved = states(apply(a_bench(), an_identify("old@shop.example"), an_identify("new@shop.example", NOON + DAY)))
        assert (saved[old].pointer, saved[new].pointer) == (None, "u:anna")

    def test_an_address_of_two_people_leads_to_the_first_of_them(self) -> None:
        by_address = f"e:{address_hash('both@shop.example')}"
        ben = replace(an_identify("both@shop.example", NOON + DAY), identity="u:ben")
        assert states(apply(a_bench(), an_identify("both@shop.example"), ben))[by_address].pointer == "u:anna"

    def test_who_is_joined_is_noted_for_good(self) -> None:
        changes = apply(a_bench(a_state("a:1", views=2)), viewed(also="a:1"))
        assert [(c.profile, c.identity) for c in of(NoteMerged, changes)] == [("u:anna", "a:1")]

    def test_an_address_from_a_browser_joins_nobody(self) -> None:
        traits = {"email": "anna@shop.example"}
        assert len(vouched_for(an_event("identify", kind="identify", traits=traits))) == 1
        assert vouched_for(an_event("identify", kind="identify", traits=traits, source="browser")) == []
        assert vouched_for(an_event(traits=traits)) == []

    def test_a_journey_live_on_both_sides_goes_on_once(self) -> None:
        bench = a_bench(a_state(live=live("known")), a_state("a:1", live=live("strange")))
        changes = apply(bench, viewed(also="a:1"))
        [append] = of(Append, changes)
        assert (append.enrolment, [h.name for h in append.heard]) == ("strange", [MERGED])
        assert [c.enrolment for c in of(CatchUp, changes)] == ["known"]

    def test_it_goes_on_once_even_if_a_second_device_is_joined_in_the_same_batch(self) -> None:
        people = [a_state(live=live("known")), a_state("a:1", live=live("one")), a_state("a:2", live=live("two"))]
        changes = apply(a_bench(*people), viewed(also="a:1"), viewed(minutes=1, also="a:2"))
        assert {a.enrolment for a in of(Append, changes)} == {"one", "two"}
        assert {c.enrolment for c in of(CatchUp, changes)} == {"known"}
        assert {c.sweep_at for c in of(CatchUp, changes)} == {NOON + SWEEP_AFTER}


def an_identify(email: str, at: datetime = NOON) -> Event:
    return an_event("identify", at, kind="identify", traits={"email": email}, id=f"{email} {at}")


class TestGroups:
    def record(self, identity: str, number: int, also: str | None = None, at: datetime = NOON) -> Record:
        return Record(an_event(at=at, identity=identity, id=f"m{number}", also=also), "s", str(number))

    def numbers(self, records: list[Record], people: dict[str, list[str]] | None = None) -> list[list[str]]:
        return [[r.sequence for r in group] for group in groups(records, people or {})]

    def test_keep_people_apart_and_each_ones_records_in_order(self) -> None:
        records = [self.record("u:a", 1), self.record("u:b", 2), self.record("u:a", 3, at=NOON - DAY)]
        assert self.numbers(records) == [["1", "3"], ["2"]]

    def test_join_those_that_a_later_record_vouches_for(self) -> None:
        records = [self.record("a:1", 1), self.record("u:b", 2), self.record("u:a", 3, also="a:1")]
        assert self.numbers(records) == [["1", "3"], ["2"]]

    def test_join_those_that_were_merged_before(self) -> None:
        records = [self.record("a:1", 1), self.record("a:2", 2), self.record("u:a", 3)]
        assert self.numbers(records, {"a:1": ["u:a"], "a:2": ["u:a"]}) == [["1", "2", "3"]]

    def test_join_long_chains(self) -> None:
        records = [self.record(f"u:{n}", n, also=f"u:{n + 1}") for n in range(50)]
        assert len(self.numbers(list(reversed(records)))) == 1

    def test_of_nothing_are_none(self) -> None:
        assert groups([], {}) == []
