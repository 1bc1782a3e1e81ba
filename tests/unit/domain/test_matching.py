"""What one event means to one person: timers, enrolments on their way, journeys that begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from anlass.domain.arming import is_disarmed
from anlass.domain.catalog import Catalog
from anlass.domain.changes import AddEnrolment, Append, SaveTimer
from anlass.domain.condition import Behaviour, Compare, Items, compile_condition
from anlass.domain.enrolment import RESTARTED, SWEEP_AFTER, Enrolment
from anlass.domain.event import Event
from anlass.domain.ids import short
from anlass.domain.journey import TEST_PACE, Entry, Journey
from anlass.domain.keeping import ENTRY_ROOM, INBOX_ROOM, kept
from anlass.domain.matching import Reaction, react
from anlass.domain.person import History, Person
from anlass.domain.profile import (
    LIVE_AT_MOST,
    LIVE_BY_BROWSERS,
    LIVE_ENROLMENTS,
    LIVE_FOR_SERVERS,
    Entered,
    Live,
    State,
    TimerState,
)
from anlass.domain.timer import Timer
from anlass.domain.trigger import EventTrigger, LazyTrigger, Trigger

from tests.builders import DAY, HOUR, MINUTE, NOON, a_journey, a_state, an_event, heard, some_attributes
from tests.unit.domain.running import goal, out, program, wait_for

UNLESS = frozenset({"Order Completed", "Cart Emptied"})
LAZY = LazyTrigger("cart/0", frozenset({"Product Added"}), None, UNLESS, ((None, HOUR),))
AT_ONCE = EventTrigger("hello/0", "Account Created")


def cart(**fields: Any) -> Journey:
    return a_journey("cart", triggers=(LAZY,), **fields)


def hello(*triggers: Trigger, **fields: Any) -> Journey:
    return a_journey("hello", **{"triggers": triggers or (AT_ONCE,), "start": "first", **fields})


def reacts(
    event: Event,
    *journeys: Journey,
    state: State | None = None,
    now: datetime | None = None,
    history: History | None = None,
    test_people: frozenset[str] = frozenset(),
    traits: dict[str, Any] | None = None,
) -> Reaction:
    """The versions that are live are those that enrolments are pinned to."""
    catalog = Catalog({j.id: j for j in journeys}, test_people=test_people)
    person = Person(state or a_state(), some_attributes(traits=traits or {}))
    pinned = {(j.id, j.version): j for j in journeys}
    return react(event, person, catalog, pinned, history or {}, now or event.received_at)


def timer(reaction: Reaction) -> TimerState:
    return reaction.state.timers["cart/0"]


def rows(reaction: Reaction) -> list[Timer]:
    return [change.timer for change in reaction.changes if isinstance(change, SaveTimer)]


def entered(reaction: Reaction) -> list[Enrolment]:
    return [change.enrolment for change in reaction.changes if isinstance(change, AddEnrolment)]


def told(reaction: Reaction) -> dict[str, list[str]]:
    return {c.enrolment: [h.name for h in c.heard] for c in reaction.changes if isinstance(c, Append)}


def added(at: datetime = NOON, **fields: Any) -> Event:
    return an_event("Product Added", at, **{"id": f"added {at}", **fields})


def ordered(at: datetime = NOON, **fields: Any) -> Event:
    return an_event("Order Completed", at, **{"id": f"ordered {at}", **fields})


def created(at: datetime = NOON, **fields: Any) -> Event:
    return an_event("Account Created", at, **{"id": f"created {at}", **fields})


class TestALazyTimer:
    def test_is_armed_by_the_first_event_with_one_row_and_one_schedule(self) -> None:
        reaction = reacts(added(NOON + timedelta(seconds=20)), cart())
        [row] = rows(reaction)
        assert timer(reaction).armed == row.id
        assert timer(reaction).last_at == NOON + timedelta(seconds=20)
        assert (row.generation, row.request, row.trigger) == (1, "schedule", "cart/0")
        assert row.due == NOON + HOUR + MINUTE, "a ring never comes before it is due"
        assert row.sweep_at == row.due + SWEEP_AFTER

    def test_only_moves_a_time_with_every_further_event(self) -> None:
        first = reacts(added(), cart())
        second = reacts(added(NOON + 5 * MINUTE), cart(), state=first.state)
        assert second.changes == ()
        assert timer(second).last_at == NOON + 5 * MINUTE
        assert timer(second).last == added(NOON + 5 * MINUTE).key
        assert timer(second).armed == timer(first).armed

    def test_is_not_moved_back_by_an_older_event(self) -> None:
        first = reacts(added(NOON + 5 * MINUTE), cart())
        assert reacts(added(), cart(), state=first.state).state == first.state

    def test_is_not_armed_anew_by_the_very_event_that_had_its_ring(self) -> None:
        """A redrive long after: the enrolment that it would make exists."""
        first = reacts(added(), cart())
        rung = first.state.with_timer("cart/0", replace(timer(first), armed=None))
        again = reacts(added(), cart(), state=rung)
        assert (again.state, again.changes) == (rung, ())

    def test_is_disarmed_by_what_came_after(self) -> None:
        armed = reacts(added(), cart())
        bought = reacts(ordered(NOON + MINUTE), cart(), state=armed.state)
        assert is_disarmed(timer(bought))
        assert not is_disarmed(timer(reacts(ordered(NOON - MINUTE), cart(), state=armed.state)))

    def test_is_disarmed_by_what_came_at_the_same_moment(self) -> None:
        assert is_disarmed(timer(reacts(ordered(), cart(), state=reacts(added(), cart()).state)))

    def test_is_not_armed_by_a_cart_that_arrives_after_its_purchase(self) -> None:
        bought = reacts(ordered(NOON + MINUTE), cart())
        late = reacts(added(), cart(), state=bought.state)
        assert rows(late) == []
        assert is_disarmed(timer(late))

    def test_is_armed_again_by_a_cart_after_the_purchase(self) -> None:
        bought = reacts(ordered(), cart(), state=reacts(added(NOON - HOUR), cart()).state)
        cleared = bought.state.with_timer("cart/0", replace(timer(bought), armed=None))
        again = reacts(added(NOON + MINUTE), cart(), state=cleared)
        assert len(rows(again)) == 1
        assert not is_disarmed(timer(again))

    def test_that_still_waits_for_its_ring_is_taken_up_again_by_a_new_cart(self) -> None:
        bought = reacts(ordered(), cart(), state=reacts(added(NOON - MINUTE), cart()).state)
        again = reacts(added(NOON + MINUTE), cart(), state=bought.state)
        assert rows(again) == []
        assert timer(again).armed is not None
        assert not is_disarmed(timer(again))

    def test_remembers_the_latest_of_what_disarms(self) -> None:
        later = reacts(ordered(NOON + HOUR), cart())
        assert timer(reacts(ordered(), cart(), state=later.state)).unless_at == NOON + HOUR

    def test_does_not_remember_history_that_can_disarm_nothing_any_more(self) -> None:
        old = ordered(NOON - 400 * DAY, received_at=NOON)
        assert reacts(old, cart()).state.timers == {}

    def test_is_armed_by_imports_and_by_what_is_too_old_never(self) -> None:
        imported = added(received_at=NOON + MINUTE, context={"import": True})
        old = added(NOON - 2 * DAY, received_at=NOON)
        for event in (imported, old):
            reaction = reacts(event, cart())
            assert reaction.changes == ()
            assert reaction.state == a_state()

    def test_is_armed_by_a_late_event_whose_time_lies_ahead(self) -> None:
        long = a_journey("cart", triggers=(replace(LAZY, delays=((None, 30 * DAY),)),))
        [row] = rows(reacts(added(NOON - 2 * DAY, received_at=NOON), long))
        assert row.due == NOON + 28 * DAY

    def test_rings_at_once_where_its_time_has_passed_on_the_way(self) -> None:
        [row] = rows(reacts(added(NOON - 2 * HOUR, received_at=NOON), cart()))
        assert row.due == NOON

    def test_in_test_has_minutes_for_days(self) -> None:
        journey = a_journey("cart", triggers=(replace(LAZY, delays=((None, DAY),)),), status="test")
        assert journey.pace == TEST_PACE
        [row] = rows(reacts(added(), journey))
        assert row.due == NOON + MINUTE

    def test_is_armed_by_events_that_pass_where_only(self) -> None:
        big = compile_condition(Compare("event.properties.price", "gte", 20))
        journey = a_journey("cart", triggers=(replace(LAZY, where=big),))
        assert rows(reacts(added(properties={"price": "19.99"}), journey)) == []
        assert len(rows(reacts(added(properties={"price": "20"}), journey))) == 1

    @pytest.mark.parametrize("fields", [{"status": "off"}, {"in_flight": "drain"}])
    def test_of_a_journey_that_takes_nobody_is_not_armed(self, fields: dict[str, Any]) -> None:
        assert rows(reacts(added(), cart(**fields))) == []

    def test_of_a_paused_journey_keeps_its_time(self) -> None:
        """The journey may go on before it rings, and then the latest cart counts."""
        armed = a_state(timers={"cart/0": TimerState("t-1", NOON)})
        paused = cart(status="off")
        assert reacts(added(NOON + HOUR), paused, state=armed).state.timers["cart/0"].last_at == NOON + HOUR
        bought = reacts(an_event("Order Completed", NOON + HOUR), paused, state=armed)
        assert bought.state.timers["cart/0"].unless_at == NOON + HOUR

    def test_has_another_row_for_each_person_and_occasion(self) -> None:
        ids = {
            rows(reacts(event, cart(), state=a_state(person)))[0].id
            for event in (added(), added(NOON + MINUTE))
            for person in ("u:anna", "u:ben")
        }
        assert len(ids) == 4


class TestEntering:
    def test_makes_a_row_that_asks_to_be_advanced(self) -> None:
        reaction = reacts(created(properties={"plan": "a"}), hello())
        [row] = entered(reaction)
        assert (row.journey, row.version, row.profile, row.step, row.request) == (
            "hello",
            "v1",
            "u:anna",
            "first",
            "wake",
        )
        assert (row.entry.name, row.entry.properties) == ("Account Created", {"plan": "a"})
        assert reaction.state.live[row.id].journey == "hello"
        assert reaction.state.entered["hello"].at == NOON

    def test_twice_by_one_event_is_once(self) -> None:
        first = reacts(created(), hello())
        [row] = entered(first)
        assert [e.id for e in entered(reacts(created(), hello()))] == [row.id]

    def test_by_two_triggers_on_one_event_is_once(self) -> None:
        """With "restart" the second one would stop what the first one has just begun."""
        both = hello(AT_ONCE, replace(AT_ONCE, key="hello/1"), entry=Entry(while_active="restart"))
        reaction = reacts(created(), both)
        assert len(entered(reaction)) == 1
        assert told(reaction) == {}

    def test_needs_the_events_where_and_the_persons_who(self) -> None:
        where = compile_condition(Compare("event.properties.plan", "eq", "a"))
        who = compile_condition(Compare("profile.country", "eq", "DE"))
        journey = hello(replace(AT_ONCE, where=where), who=who)
        german, plan_a = {"country": "DE"}, {"plan": "a"}
        assert entered(reacts(created(properties=plan_a), journey, traits=german))
        assert not entered(reacts(created(properties={"plan": "b"}), journey, traits=german))
        refused = reacts(created(properties=plan_a), journey)
        assert not entered(refused)
        assert refused.refused == {"hello": "who"}

    def test_may_depend_on_what_was_done_before(self) -> None:
        twice = compile_condition(Behaviour("Product Viewed", None, (("gte", 2),), HOUR), "event")
        journey = hello(EventTrigger("hello/0", "Product Viewed", twice))
        views = [heard("Product Viewed", NOON - MINUTE, id="v1"), heard("Product Viewed", NOON, id="v2")]
        event = an_event("Product Viewed")
        assert entered(reacts(event, journey, history={"Product Viewed": views}))
        assert not entered(reacts(event, journey, history={"Product Viewed": views[1:]}))

    @pytest.mark.parametrize(
        "event",
        [created(NOON - 25 * HOUR, received_at=NOON), created(context={"import": True})],
        ids=["too old", "import"],
    )
    def test_is_not_for_history(self, event: Event) -> None:
        assert not entered(reacts(event, hello()))

    def test_is_for_events_of_exactly_the_greatest_age(self) -> None:
        assert entered(reacts(created(NOON - 24 * HOUR, received_at=NOON), hello()))
        patient = hello(entry=Entry(max_age=3 * DAY))
        assert entered(reacts(created(NOON - 2 * DAY, received_at=NOON), patient))

    def test_of_a_journey_that_takes_nobody_happens_never(self) -> None:
        assert not entered(reacts(created(), hello(status="off")))
        assert not entered(reacts(created(), hello(in_flight="drain")))

    def test_asks_what_was_missed_if_the_event_was_overtaken(self) -> None:
        """The purchase was applied before the event that enrols: it is in nobody's inbox."""
        [row] = entered(reacts(created(), hello(), state=a_state(last_seen=NOON + MINUTE)))
        assert row.catch_up
        [row] = entered(reacts(created(), hello(), state=a_state(last_seen=NOON)))
        assert not row.catch_up

    @pytest.mark.parametrize("name", ["u:anna", "anna", "anna@shop.example"])
    def test_in_test_is_for_test_people_alone(self, name: str) -> None:
        journey = hello(status="test")
        traits = {"email": "Anna@Shop.example"}
        assert not entered(reacts(created(), journey, traits=traits))
        assert reacts(created(), journey, traits=traits).refused == {"hello": "test_people"}
        [row] = entered(reacts(created(), journey, traits=traits, test_people=frozenset({name})))
        assert row.pace == TEST_PACE


class TestEnteringAgain:
    def test_is_as_often_as_one_likes_unless_the_journey_says_otherwise(self) -> None:
        state = a_state(entered={"hello": Entered(NOON - MINUTE)})
        assert entered(reacts(created(), hello(), state=state))

    def test_may_be_never(self) -> None:
        state = a_state(entered={"hello": Entered(NOON - 999 * DAY)})
        reaction = reacts(created(), hello(entry=Entry(again="never")), state=state)
        assert reaction.refused == {"hello": "again"}

    def test_may_be_after_some_time(self) -> None:
        journey = hello(entry=Entry(again=7 * DAY))
        assert entered(reacts(created(), journey, state=a_state(entered={"hello": Entered(NOON - 7 * DAY)})))
        assert not entered(reacts(created(), journey, state=a_state(entered={"hello": Entered(NOON - 6 * DAY)})))

    def test_in_test_is_after_minutes_for_days(self) -> None:
        journey = hello(entry=Entry(again=7 * DAY), status="test")
        state = a_state(entered={"hello": Entered(NOON - 7 * MINUTE)})
        assert entered(reacts(created(), journey, state=state, test_people=frozenset({"anna"})))

    def test_while_active_is_ignored(self) -> None:
        first = reacts(created(), hello())
        second = reacts(created(NOON + DAY), hello(), state=first.state)
        assert second.refused == {"hello": "while_active"}
        assert replace(second.state, refused={}) == first.state

    def test_while_active_may_restart(self) -> None:
        journey = hello(entry=Entry(while_active="restart"))
        first = reacts(created(), journey)
        second = reacts(created(NOON + DAY), journey, state=first.state)
        [old], [new] = entered(first), entered(second)
        assert new.id != old.id
        assert told(second) == {old.id: [RESTARTED]}
        assert set(second.state.live) == {old.id, new.id}

    def test_is_refused_before_it_restarts_anything(self) -> None:
        journey = hello(entry=Entry(again=7 * DAY, while_active="restart"))
        first = reacts(created(), journey)
        second = reacts(created(NOON + DAY), journey, state=first.state)
        assert second.refused == {"hello": "again"}
        assert told(second) == {}

    def test_beyond_the_limit_is_refused(self) -> None:
        full = {f"e{n}": Live(f"j{n}", "v1", "m", NOON) for n in range(LIVE_ENROLMENTS)}
        assert reacts(created(), hello(), state=a_state(live=full)).refused == {"hello": "limit"}
        full.popitem()
        assert entered(reacts(created(), hello(), state=a_state(live=full)))

    def test_beyond_it_who_is_through_at_once_is_still_let_in(self) -> None:
        """An order is confirmed, however many letters of other journeys wait."""
        brief = replace(hello(), is_brief=True)
        full = {f"e{n}": Live(f"j{n}", "v1", "m", NOON) for n in range(LIVE_AT_MOST - 1)}
        assert entered(reacts(created(), brief, state=a_state(live=full)))
        full["one-more"] = Live("j", "v1", "m", NOON)
        assert reacts(created(), brief, state=a_state(live=full)).refused == {"hello": "limit"}

    def test_what_browsers_say_leaves_room_for_what_the_server_says(self) -> None:
        full = {f"e{n}": Live(f"j{n}", "v1", "m", NOON) for n in range(LIVE_BY_BROWSERS)}
        browser = replace(created(), source="browser")
        assert reacts(browser, hello(), state=a_state(live=full)).refused == {"hello": "limit"}
        assert entered(reacts(created(), hello(), state=a_state(live=full)))

    def test_some_room_is_for_what_needs_no_consent_whatever_else_waits(self) -> None:
        """Two people who turned out to be one have twice as many."""
        note = hello(templates=frozenset({"note"}), entry=Entry(again="always", while_active="restart"))
        catalog = Catalog({note.id: note}, transactional=frozenset({"note"}))
        state = a_state(live={f"e{n}": Live(f"j{n}", "v1", "m", NOON) for n in range(2 * LIVE_ENROLMENTS)})
        for number in range(LIVE_FOR_SERVERS):
            event = created(NOON + number * MINUTE)
            reaction = react(event, Person(state, some_attributes()), catalog, {}, {}, event.received_at)
            assert entered(reaction), reaction.refused
            state = reaction.state
        event = created(NOON + HOUR)
        refused = react(event, Person(state, some_attributes()), catalog, {}, {}, event.received_at).refused
        assert refused == {"hello": "limit"}


class TestOneEnrolmentPerOrder:
    journey = hello(EventTrigger("hello/0", "Order Completed"), entry=Entry(per="order_id", again="never"))

    def test_is_made_for_each_even_at_the_same_time(self) -> None:
        first = reacts(ordered(properties={"order_id": 1}), self.journey)
        second = reacts(ordered(NOON + MINUTE, properties={"order_id": 2}), self.journey, state=first.state)
        assert len(entered(second)) == 1
        assert len(second.state.live) == 2

    def test_is_made_once_for_the_same(self) -> None:
        first = reacts(ordered(properties={"order_id": 1}), self.journey)
        second = reacts(ordered(NOON + MINUTE, properties={"order_id": "1"}), self.journey, state=first.state)
        assert second.refused == {"hello": "again"}

    def test_is_not_made_where_there_is_none(self) -> None:
        assert reacts(ordered(), self.journey).refused == {"hello": "no_per"}


class TestEnrolmentsOnTheirWay:
    def person(self, **live: Any) -> State:
        return a_state(live={"e-1": Live(**{"journey": "cart", "version": "v1", "entry": "m1", "since": NOON, **live})})

    def test_hear_of_exits_goal_and_answers_and_of_nothing_else(self) -> None:
        answer = wait_for("answer", DAY, {"Product Reviewed": None})
        journey = program(answer, exits=(out("Order Completed"),), goal=goal("Email Link Clicked"))
        for name in ("Order Completed", "Email Link Clicked", "Product Reviewed"):
            assert told(reacts(an_event(name), journey, state=self.person())) == {"e-1": [name]}
        assert told(reacts(an_event("Product Viewed"), journey, state=self.person())) == {}

    def test_are_swept_soon_in_case_that_the_wake_is_lost(self) -> None:
        journey = program(exits=(out("Order Completed"),))
        [change] = reacts(ordered(), journey, state=self.person(), now=NOON + MINUTE).changes
        assert isinstance(change, Append)
        assert change.sweep_at == NOON + MINUTE + SWEEP_AFTER
        assert change.nudge == "Order Completed"

    def test_hear_of_events_that_pass_where_only(self) -> None:
        big = compile_condition(Compare("event.properties.total", "gte", 100))
        journey = program(exits=(out("Order Completed", where=big),))
        assert told(reacts(ordered(properties={"total": 99}), journey, state=self.person())) == {}
        assert told(reacts(ordered(properties={"total": 100}), journey, state=self.person()))

    def test_hear_of_what_matches_their_entry_only(self) -> None:
        same = out("Order Cancelled", match=(("order_id", "entry.properties.order_id"),))
        journey = program(exits=(same,))
        live = self.person(match={"order_id": short("7")})
        assert told(reacts(an_event("Order Cancelled", properties={"order_id": 7}), journey, state=live))
        for properties in ({"order_id": 8}, {}):
            assert told(reacts(an_event("Order Cancelled", properties=properties), journey, state=live)) == {}
        nothing = an_event("Order Cancelled", properties={"order_id": None})
        assert told(reacts(nothing, journey, state=self.person())) == {}

    def test_remember_what_a_match_will_compare_with(self) -> None:
        same = out("Order Cancelled", match=(("order_id", "entry.properties.order_id"),))
        reaction = reacts(created(properties={"order_id": 7}), hello(exits=(same,)))
        [live] = reaction.state.live.values()
        assert live.match == {"order_id": short("7")}

    def test_do_not_hear_of_what_came_before_them_or_made_them(self) -> None:
        journey = program(exits=(out("Order Completed"),))
        assert told(reacts(ordered(NOON - MINUTE), journey, state=self.person())) == {}
        assert told(reacts(ordered(id="m1"), journey, state=self.person())) == {}

    def test_hear_of_late_events_as_late(self) -> None:
        journey = program(exits=(out("Order Completed"),))
        late = ordered(NOON + MINUTE, received_at=NOON + 3 * DAY)
        for event, expected in ((late, True), (ordered(NOON + MINUTE), False)):
            [change] = reacts(event, journey, state=self.person()).changes
            assert isinstance(change, Append)
            assert [h.late for h in change.heard] == [expected]

    def test_do_not_hear_of_clicks_in_another_journeys_mail(self) -> None:
        journey = program(exits=(out("Email Link Clicked"),))
        for message, heard_of in (("e-1.first.1", True), ("e-2.first.1", False), ("4711", True), (7, True)):
            click = an_event("Email Link Clicked", properties={"message_id": message})
            assert bool(told(reacts(click, journey, state=self.person()))) is heard_of

    def test_keep_the_version_they_entered(self) -> None:
        old = program(version="v0", exits=(out("Order Completed"),))
        new = program(version="v1", exits=())
        catalog = Catalog({"cart": new})
        person = Person(self.person(version="v0"))
        assert react(ordered(), person, catalog, {("cart", "v0"): old}, {}, NOON).changes
        assert not react(ordered(), person, catalog, {("cart", "v1"): new}, {}, NOON).changes

    def test_are_not_told_twice_of_the_event_that_restarts_them(self) -> None:
        journey = hello(entry=Entry(while_active="restart"), exits=(out("Account Created"),))
        first = reacts(created(), journey)
        [old] = entered(first)
        second = reacts(created(NOON + DAY), journey, state=first.state)
        appends = [c for c in second.changes if isinstance(c, Append)]
        assert [(a.enrolment, a.nudge) for a in appends] == [(old.id, "Account Created"), (old.id, RESTARTED)]


class TestWhatIsKeptOfAnEvent:
    def test_is_everything_if_it_is_small(self) -> None:
        properties = {"order_id": 1, "products": [{"sku": "a"}]}
        assert kept(properties) is properties

    def test_is_what_is_short_if_it_is_big(self) -> None:
        note = {"text": "N" * INBOX_ROOM}
        assert kept({"order_id": 1, "note": note, "total": "9.90"}) == {"order_id": 1, "total": "9.90"}

    def test_is_what_was_bought_where_it_opens_a_path(self) -> None:
        bought = {"products": [{"name": "N" * 200} for _ in range(50)], "note": "N" * INBOX_ROOM}
        state = a_state(live={"e-1": Live("cart", "v1", "m1", NOON)})
        for start, names in (("first", {"products"}), (None, set())):
            journey = program(exits=(out("Order Completed", start),))
            [change] = reacts(ordered(properties=bought), journey, state=state).changes
            assert isinstance(change, Append)
            assert change.heard[0].properties.keys() == names

    def test_is_what_any_step_reads_of_an_event(self) -> None:
        journey = program(exits=(out("Order Completed"),), event_properties=frozenset({"basket"}))
        assert journey.reads("Order Completed") == {"basket"}

    def test_is_what_a_condition_will_look_at_however_big(self) -> None:
        products = [{"sku": f"product {n}", "category": "coffee"} for n in range(50)]
        coffee = Items("some", "event.properties.products", Compare("item.category", "eq", "coffee"))
        journey = program(exits=(out("Order Completed", where=compile_condition(coffee)),))
        state = a_state(live={"e-1": Live("cart", "v1", "m1", NOON)})
        event = ordered(properties={"products": products, "note": "N" * 2 * INBOX_ROOM, "total": 5})
        [change] = reacts(event, journey, state=state).changes
        assert isinstance(change, Append)
        assert change.heard[0].properties == {"products": products, "total": 5}

    def test_is_everything_of_the_event_that_enrolled(self) -> None:
        products = [{"sku": f"product {n}", "name": "N" * 200, "category": "coffee"} for n in range(100)]
        assert INBOX_ROOM < len(repr(products)) < ENTRY_ROOM
        [row] = entered(reacts(created(properties={"products": products}), hello()))
        assert row.entry.properties == {"products": products}

    def test_counts_for_who_may_enter_in_any_case(self) -> None:
        products = [{"name": "N" * ENTRY_ROOM, "category": "coffee"}]
        coffee = Items("some", "entry.properties.products", Compare("item.category", "eq", "coffee"))
        [row] = entered(reacts(created(properties={"products": products}), hello(who=compile_condition(coffee))))
        assert row.entry.properties == {}

    def test_is_bounded_however_many_there_are(self) -> None:
        properties = {f"p{n}": "x" * 50 for n in range(1000)}
        assert len(repr(kept(properties))) < 2 * INBOX_ROOM
