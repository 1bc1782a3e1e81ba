"""However much somebody does, an order counts once and a value of `entry.per` enters once, though STATE holds few."""

from __future__ import annotations

from datetime import datetime, timedelta

from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from anlass.domain.profile import RECENT_ORDERS, State
from anlass.domain.remembering import AT_ONCE, PER_VALUES
from anlass.keys import StateKey
from hypothesis import given
from hypothesis import strategies as st

from cli.simulation import Simulation
from tests.builders import DAY, MINUTE
from tests.shop import MORNING, a_simulation, an_event, content, journey

HOURS = timedelta(hours=1)
MOST = 3 * RECENT_ORDERS
NUMBERS = st.integers(0, MOST)


@st.composite
def numbers(draw: st.DrawFn) -> list[int]:
    """A past of up to so many, one after the other, and then some of them again, or new ones."""
    first, last = sorted((draw(NUMBERS), draw(NUMBERS)))
    return [*range(first, last), *draw(st.lists(NUMBERS, max_size=20))]


CUTS = st.lists(st.integers(1, 40), min_size=1, max_size=8)
DONE = {"exit": "done"}
PER_ORDER = journey(
    "parcel", trigger={"type": "event", "event": "Parcel Sent"}, entry={"per": "order_id"}, steps=[DONE]
)
ONCE_A_DAY = journey(
    "look",
    trigger={"type": "event", "event": "Mug Seen"},
    entry={"per": "mug", "again": "after 1 day"},
    steps=[DONE],
)


def batches(events: list[Event], sizes: list[int]) -> list[list[Event]]:
    """Each is read at once; what is left at the end is one batch."""
    cut: list[list[Event]] = []
    for size in sizes:
        cut.append(events[:size])
        events = events[size:]
    return [batch for batch in (*cut, events) if batch]


def state_of(shop: Simulation) -> State:
    state = shop.store.read([StateKey("u:anna")]).state("u:anna")
    assert state is not None
    return state


def entries(shop: Simulation) -> list[Enrolment]:
    return [row for row in shop.store.rows() if isinstance(row, Enrolment)]


def order(at: datetime, number: int, total: int, anonymous: str | None = None) -> Event:
    user = None if anonymous else "anna"
    told = f"{number} told at {at.isoformat()}"
    return an_event("Order Completed", at, user, anonymous, id_=told, order_id=str(number), total=total)


@given(numbers(), CUTS)
def test_an_order_counts_once_however_often_and_late_it_is_told(told: list[int], sizes: list[int]) -> None:
    shop = a_simulation(content())
    events = [order(MORNING + n * MINUTE, number, number) for n, number in enumerate(told)]
    for batch in batches(events, sizes):
        shop.ingest(*batch)
    if not told:
        return
    state = state_of(shop)
    assert state.orders.count == len(set(told))
    assert sum(state.spend.values()) == sum(set(told))
    assert len(state.orders.recent) <= RECENT_ORDERS


@given(NUMBERS, st.integers(0, RECENT_ORDERS), NUMBERS, st.lists(st.tuples(st.booleans(), NUMBERS), max_size=20), CUTS)
def test_also_when_two_turn_out_to_be_one(
    as_guest: int, as_both: int, as_customer: int, since: list[tuple[bool, int]], sizes: list[int]
) -> None:
    """The guest's last orders were told of the customer too, as the first of theirs, so that STATE has dropped them."""
    shop = a_simulation(content())
    first = max(0, as_guest - as_both)
    before: list[tuple[int, str | None]] = [(number, "phone") for number in range(as_guest)]
    before += [(number, None) for number in range(first, first + as_customer)]
    told = [*before, *((number, "phone" if is_old_device else None) for is_old_device, number in since)]
    events = [order(MORNING + n * MINUTE, number, number, device) for n, (number, device) in enumerate(told)]
    events.insert(len(before), an_event("Page Dwelled", MORNING, "anna", "phone"))
    for batch in batches(events, sizes):
        shop.ingest(*batch)
    numbers, state = {number for number, _ in told}, state_of(shop)
    assert (state.orders.count, sum(state.spend.values())) == (len(numbers), sum(numbers))


@given(numbers(), CUTS)
def test_a_value_enters_once_however_many_came_since(told: list[int], sizes: list[int]) -> None:
    shop = a_simulation(content(PER_ORDER))
    events = [an_event("Parcel Sent", MORNING, "anna", id_=f"m{n}", order_id=number) for n, number in enumerate(told)]
    for batch in batches(events, [*(min(size, 30) for size in sizes), 30, 30, 30, 30]):  # 40 may run at once
        shop.ingest(*batch)
    entered = [row.entry.properties["order_id"] for row in entries(shop)]
    assert len(entered) == len(set(entered))
    if told:
        assert len(state_of(shop).entered["parcel"].per) <= PER_VALUES + AT_ONCE


@given(numbers(), st.lists(st.tuples(st.integers(0, 12), NUMBERS), max_size=20))
def test_a_value_that_may_enter_again_does_so_when_its_time_is_over_and_not_before(
    at_once: list[int], later: list[tuple[int, int]]
) -> None:
    """`later`: hours between one look and the next, and what was looked at."""
    shop = a_simulation(content(ONCE_A_DAY))
    now, last, expected = MORNING, dict[int, datetime](), 0
    for n, (hours, mug) in enumerate([*((0, mug) for mug in at_once), *later]):
        now += hours * HOURS
        shop.advance(now)
        shop.ingest(an_event("Mug Seen", now, "anna", id_=f"m{n}", mug=mug))
        if mug not in last or now - last[mug] >= DAY:
            last[mug], expected = now, expected + 1
    assert len(entries(shop)) == expected
