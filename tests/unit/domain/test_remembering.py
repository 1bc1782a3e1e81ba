"""What STATE has no room for: which rows are written and asked for, and that nobody else is asked about anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from anlass.domain.applying import Record, Workbench
from anlass.domain.catalog import Catalog
from anlass.domain.changes import Remember, SaveState
from anlass.domain.event import Event
from anlass.domain.ids import short
from anlass.domain.journey import Entry, Journey
from anlass.domain.person import Person
from anlass.domain.profile import RECENT_ORDERS, Entered, Orders, State
from anlass.domain.remembering import AT_ONCE, PER_VALUES, asked_by, make_room, recalled
from anlass.domain.trigger import AbsenceTrigger, EventTrigger, LazyTrigger

from tests.builders import DAY, HOUR, NOON, a_journey, a_state, an_event

JOURNEY = a_journey("parcel", triggers=(EventTrigger("parcel/0", "Parcel Sent"),), entry=Entry("order_id", "never"))


def journeys(*all_: Journey) -> dict[str, Journey]:
    return {journey.id: journey for journey in all_ or (JOURNEY,)}


def again(word: Any, **fields: Any) -> Journey:
    return a_journey("parcel", entry=Entry("order_id", word), **fields)


def with_orders(count: int, **fields: Any) -> State:
    """o0 is the newest."""
    return a_state(orders=Orders(count, NOON, NOON, tuple(f"o{n}" for n in range(count))), **fields)


def with_entries(*times: datetime, **fields: Any) -> State:
    """v0, v1 … at these times."""
    return a_state(entered={"parcel": Entered(max(times), {f"v{n}": at for n, at in enumerate(times)})}, **fields)


def hours(count: int) -> list[datetime]:
    return [NOON + n * HOUR for n in range(count)]


class TestTheOldestOrders:
    def test_stay_where_there_is_room(self) -> None:
        state = with_orders(RECENT_ORDERS)
        assert make_room(state, journeys()) == (state, ())

    def test_get_a_row_each_where_there_is_none(self) -> None:
        state, rows = make_room(with_orders(RECENT_ORDERS + 2), journeys())
        assert (state.orders.count, state.remembered) == (RECENT_ORDERS + 2, ("u:anna",))
        assert state.orders.recent == with_orders(RECENT_ORDERS).orders.recent
        assert rows == (Remember("u:anna", "order#o20", NOON), Remember("u:anna", "order#o21", NOON))

    def test_get_as_many_rows_as_a_commit_may_hold_and_the_others_wait(self) -> None:
        state, rows = make_room(with_orders(RECENT_ORDERS + AT_ONCE + 5), journeys())
        assert (len(state.orders.recent), len(rows)) == (RECENT_ORDERS + 5, AT_ONCE)
        state, rows = make_room(state, journeys())
        assert (len(state.orders.recent), len(rows)) == (RECENT_ORDERS, 5)


class TestTheOldestValues:
    def test_get_a_row_for_good_where_they_may_never_enter_again(self) -> None:
        state, rows = make_room(with_entries(*hours(PER_VALUES + 1)), journeys())
        assert list(state.entered["parcel"].per) == [f"v{n}" for n in range(1, PER_VALUES + 1)]
        assert rows == (Remember("u:anna", "entry#parcel#v0", NOON),)
        assert state.remembered == ("u:anna",)

    def test_get_a_row_also_where_the_journey_was_taken_down(self) -> None:
        assert len(make_room(with_entries(*hours(PER_VALUES + 1)), {})[1]) == 1

    def test_get_a_row_until_they_may_enter_again(self) -> None:
        _, rows = make_room(with_entries(*hours(PER_VALUES + 1)), journeys(again(7 * DAY)))
        assert rows == (Remember("u:anna", "entry#parcel#v0", NOON, NOON + 7 * DAY),)

    def test_in_test_that_is_sooner(self) -> None:
        """A day is a minute."""
        _, rows = make_room(with_entries(*[NOON] * (PER_VALUES + 1)), journeys(again(60 * DAY, status="test")))
        assert [row.until for row in rows] == [NOON + HOUR]

    def test_are_forgotten_where_they_may_enter_again_by_now(self) -> None:
        for word in ("always", 20 * HOUR):
            state, rows = make_room(with_entries(*hours(PER_VALUES + 1)), journeys(again(word)))
            assert (len(state.entered["parcel"].per), rows, state.remembered) == (PER_VALUES, (), ())

    def test_wait_where_the_orders_fill_the_commit(self) -> None:
        crowd = with_entries(*hours(PER_VALUES + 1), orders=with_orders(RECENT_ORDERS + AT_ONCE).orders)
        state, rows = make_room(crowd, journeys())
        assert len(rows) == AT_ONCE
        state, rows = make_room(state, journeys())
        assert [row.mark for row in rows] == ["entry#parcel#v0"]


KNOWN = {("a:1", "order#old"): NOON, ("a:1", "entry#parcel#v0"): NOON - DAY, ("u:ben", "order#his"): NOON}


class TestWhatRowsTell:
    def test_is_as_if_there_had_been_room(self) -> None:
        state = recalled(with_orders(2, remembered=("u:anna", "a:1")), KNOWN)
        assert state.orders.recent == ("o0", "o1", "old")
        assert state.entered["parcel"].per == {"v0": NOON - DAY}

    def test_makes_no_entry_older(self) -> None:
        state = recalled(with_entries(NOON, remembered=("a:1",)), KNOWN)
        assert state == with_entries(NOON, remembered=("a:1",), orders=state.orders)

    def test_is_of_the_person_alone(self) -> None:
        assert recalled(with_orders(2), KNOWN) == with_orders(2)

    def test_falls_out_again(self) -> None:
        state = with_orders(RECENT_ORDERS, remembered=("u:anna",))
        back, _ = make_room(recalled(state, {("u:anna", "order#old"): NOON}), journeys())
        assert back == state


def marks(event: Event, *all_: Journey) -> list[str]:
    return list(asked_by(event, Catalog(journeys(*all_))))


class TestAnEventAsks:
    def test_about_its_order_if_that_counts(self) -> None:
        order = an_event("Order Completed", properties={"order_id": 7})
        assert marks(order) == [f"order#{short('7', 8)}"]
        assert marks(an_event("Order Completed", source="browser", properties={"order_id": 7})) == []
        assert marks(an_event("Order Delivered", properties={"order_id": 7})) == []

    def test_about_the_value_that_it_enters_with(self) -> None:
        sent = an_event("Parcel Sent", properties={"order_id": 7})
        assert marks(sent) == [f"entry#parcel#{short('7', 8)}"]
        assert marks(an_event("Parcel Sent")) == []
        assert marks(sent, again("always", triggers=JOURNEY.triggers)) == []

    def test_about_that_of_the_journey_that_a_step_names(self) -> None:
        said = {"journey": "parcel", "name": "Order Completed", "properties": {"order_id": 7}}
        assert marks(an_event("@enrol", source="system", properties=said)) == [f"entry#parcel#{short('7', 8)}"]
        assert marks(an_event("@enrol", source="system", properties={**said, "journey": "gone"})) == []

    def test_about_nothing_where_only_a_timer_is_armed(self) -> None:
        lazy = LazyTrigger("parcel/0", frozenset({"Parcel Sent"}), None, frozenset(), ((None, HOUR),))
        absent = AbsenceTrigger("parcel/0", "Parcel Sent", None, frozenset(), (), HOUR)
        for trigger in (lazy, absent):
            assert marks(an_event("Parcel Sent", properties={"order_id": 7}), again("never", triggers=(trigger,))) == []


class TestACommit:
    def test_drops_from_state_what_it_writes_rows_for(self) -> None:
        bench = Workbench({"u:anna": Person(with_orders(RECENT_ORDERS))}, Catalog({}), {})
        bench.apply(Record(an_event("Order Completed", properties={"order_id": 7}), "s", "1"), NOON)
        [saved, row] = bench.changes()
        assert isinstance(saved, SaveState)
        assert (len(saved.state.orders.recent), saved.state.remembered) == (RECENT_ORDERS, ("u:anna",))
        assert row == Remember("u:anna", "order#o19", NOON)

    def test_that_learns_nothing_new_writes_nothing(self) -> None:
        known = {("u:anna", "order#old"): NOON}
        person = Person(with_orders(RECENT_ORDERS, remembered=("u:anna",)))
        assert Workbench({"u:anna": person}, Catalog({}), {}, remembered=known).changes() == []
