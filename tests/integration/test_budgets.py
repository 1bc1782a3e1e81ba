"""The budgets of the architecture, checked on counts of AWS requests: exact, whatever the machine is doing.

Requests are those of our functions and of the state machine. What the queues' pollers (run by Lambda) receive and
delete is asserted beside them: nobody writes it, but AWS bills it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cli.recorder.bill import EVENTS, events_bill, journeys_bill, messages_bill
from cli.recorder.recorder import Recorder
from cli.recorder.usage import Usage
from cli.runtime.world import LocalRuntime
from infra.topology import JOURNEY
from tests.shop import CART, content, journey
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEMPLATES = ("first", "second", "last", "thanks")
ADVANCE = ("advance_enrolment",)
MACHINE = JOURNEY


class House:
    """A running shop, warm: every function has been called once, so secrets and definitions are cached."""

    def __init__(self, runtime: LocalRuntime) -> None:
        self.world = MotoWorld(runtime, content(CART, templates=TEMPLATES))
        self.recorder = Recorder(runtime)
        self.runtime = runtime
        self.world.batch(identify("warm", START))
        self.cart("warm")
        self.pass_by(2 * HOUR)
        self.do("Order Completed", "warm", order_id="w1", total=12)
        self.pass_by(4 * DAY)

    @property
    def now(self) -> datetime:
        return self.runtime.clock.now()

    def do(self, event: str, user: str, **properties: Any) -> None:
        self.world.batch(track(event, self.now, user, **properties))

    def cart(self, user: str) -> None:
        self.do("Product Added", user, product_id="beans", price=12)

    def pass_by(self, time: timedelta) -> None:
        """Without the sweeper, which looks every five minutes whatever happens."""
        self.runtime.advance(time, maintenance=False)
        assert self.runtime.lambdas.errors == []

    def quiet(self) -> None:
        """Lets all that runs come to its end."""
        self.pass_by(30 * DAY)

    def used(self, before: Usage) -> Usage:
        return self.recorder.usage() - before

    def used_by(self, event: str, user: str, **properties: Any) -> Usage:
        self.pass_by(timedelta(seconds=1))  # what happens in the same second is the same event
        before = self.recorder.usage()
        self.do(event, user, **properties)
        return self.used(before)


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """`param`: variables that are not as usual."""
    with LocalRuntime(START, settings=getattr(request, "param", None)) as runtime:
        yield House(runtime)


ON_THE_CALENDAR = pytest.mark.parametrize("house", [{"WAIT_BORDER_SECONDS": "0"}], indirect=True, ids=["border 0"])


# List prices of eu-central-1, Lambda's time by the assumption of `cli/recorder/prices.py`, arithmetic per million:
# - an event alone: HTTP 1.20, two Lambda calls 0.40 and their time 0.33, its own row and STATE 2 × 0.76, a read 0.08;
# - 25 of one visitor: each still writes its own row, 0.76; all else is shared by 25;
# - 25 visitors: a row and a STATE each, 1.53; the rest is shared;
# - somebody new: their STATE and the look among the erased are one transaction, 2 × 2 units instead of 1: 2.29 more,
#   once in a visitor's life (docs/decisions/0028);
# - a message: the claim is a transaction over five rows, each counting double; the record is one put: 12 write units,
#   9 % of what SES takes, and queue, reads and Lambda's time on top.


def price_of_a_million(usage: Usage, events: int) -> Decimal:
    return events_bill(usage).per(1_000_000, events).usd


def at_most(usage: Usage, limit: float) -> None:
    assert usage.requests.total() <= limit, usage.told()


def test_one_event_alone_takes_three_requests(house: House) -> None:
    at_most(house.used_by("Product Viewed", "alone", product_id="beans"), 3)
    again = house.used_by("Product Viewed", "alone", product_id="beans")
    at_most(again, 3)
    assert price_of_a_million(again, events=1) <= Decimal("3.60")


def test_arming_a_timer_takes_one_more(house: House) -> None:
    armed = house.used_by("Product Added", "armed", product_id="beans", price=12)
    at_most(armed, 4)
    assert armed.count(actor="keep_calendar", operation="CreateSchedule") == 1
    moved = house.used_by("Product Added", "armed", product_id="cups", price=24)
    at_most(moved, 3)


def test_a_customer_of_many_orders_takes_one_request_more_and_only_for_an_order(house: House) -> None:
    ordered = [track("Order Completed", house.now - n * MINUTE, "good", order_id=f"o{n}", total=9) for n in range(25)]
    house.world.batch(*ordered)
    few = house.used_by("Order Completed", "new", order_id="1", total=9)
    many = house.used_by("Order Completed", "good", order_id="o25", total=9)
    assert many.requests.total() == few.requests.total() + 1, many.told()
    assert many.count(resource="profiles", operation="BatchGetItem") == 2
    at_most(house.used_by("Product Viewed", "good", product_id="beans"), 3)


def test_an_address_costs_one_request_more_when_it_is_given_up_and_only_then(house: House) -> None:
    used = []
    for address in ("one", "one", "two", "two"):
        house.pass_by(timedelta(seconds=1))
        before = house.recorder.usage()
        told = identify("mover", house.now, email=f"{address}@shop.example", status="DID_NOT_SUBSCRIBE")
        house.world.batch(told)
        used.append(house.used(before).requests.total())
    assert [requests - used[1] for requests in used] == [0, 0, 1, 0], used


def test_25_events_of_one_visitor_take_a_fifth_of_a_request_each(house: House) -> None:
    house.do("Product Viewed", "busy", product_id="p")
    before = house.recorder.usage()
    views = [track("Product Viewed", house.now - n * MINUTE, "busy", product_id=f"p{n}") for n in range(25)]
    house.world.batch(*views)
    at_most(house.used(before), 0.2 * 25)
    assert price_of_a_million(house.used(before), events=25) <= Decimal("0.90")


def test_25_events_of_25_visitors_take_little_more_than_one_request_each(house: House) -> None:
    new = crowd(house)
    at_most(new, 1.1 * 25)
    assert price_of_a_million(new, events=25) <= Decimal("4.10")
    known = crowd(house)
    at_most(known, 1.1 * 25)
    assert price_of_a_million(known, events=25) <= Decimal("1.80")


def crowd(house: House) -> Usage:
    house.pass_by(timedelta(seconds=1))
    before = house.recorder.usage()
    house.world.batch(*(track("Product Viewed", house.now, f"crowd-{n}", product_id="p") for n in range(25)))
    return house.used(before)


def test_a_wake_up_takes_four_requests_of_which_two_are_the_advances(house: House) -> None:
    house.quiet()
    house.world.batch(identify("woken", house.now))
    house.cart("woken")
    house.pass_by(2 * HOUR)
    used = house.used_by("Cart Viewed", "woken", products=[])  # which empties the cart: the journey's exit
    assert used.of(*ADVANCE).invocations.total() == 1
    assert used.of(*ADVANCE).requests.total() <= 2, used.told()
    assert used.of("dispatch", "wake_enrolment", *ADVANCE, MACHINE).requests.total() <= 4, used.told()
    assert used.polls["wake"] == 1


def test_the_end_of_a_wait_takes_two_requests_and_parking_one_of_the_state_machine(house: House) -> None:
    house.quiet()
    house.world.batch(identify("waiting", house.now))
    house.cart("waiting")
    house.pass_by(2 * HOUR)
    before = house.recorder.usage()
    house.pass_by(DAY)
    used = house.used(before)
    advances = used.invocations["advance_enrolment"]
    assert advances >= 1
    assert used.of(*ADVANCE).requests.total() <= 2 * advances, used.told()
    assert used.of(MACHINE).requests.total() <= advances, used.told()


def test_a_message_takes_five_requests_the_providers_included(house: House) -> None:
    house.world.batch(identify("reader", house.now))
    house.cart("reader")
    before = house.recorder.usage()
    house.pass_by(2 * HOUR)
    used = house.used(before)
    assert used.count(service="sesv2", operation="SendEmail") == 1
    of_the_message = used.of("deliver_message").requests.total() + used.count(actor="dispatch", resource="email")
    assert of_the_message <= 5, used.told()
    assert used.polls["email"] == 1
    bill = messages_bill(used)
    over_the_fee = bill.without("mail").usd / (bill.usd - bill.without("mail").usd)
    assert over_the_fee <= Decimal("0.12"), over_the_fee


def test_definitions_cost_nothing_once_they_are_warm(house: House) -> None:
    house.world.batch(identify("warm-2", house.now))
    before = house.recorder.usage()
    house.cart("warm-2")
    house.pass_by(2 * HOUR)
    house.do("Order Completed", "warm-2", order_id="2", total=12)
    used = house.used(before)
    assert used.count(service="sesv2", operation="SendEmail") == 2
    assert used.count(resource="definitions") == 0, used.told()


def orchestration(house: House, user: str, *, buys: bool = False) -> Usage:
    """What one abandoned cart uses, from the first click to the end of its journey."""
    house.quiet()
    house.world.batch(identify(user, house.now))
    before = house.recorder.usage()
    house.cart(user)
    if buys:
        house.do("Order Completed", user, order_id=user, total=12)
    house.pass_by(5 * DAY)
    return house.used(before)


def fees(usage: Usage) -> Decimal:
    """USD per 1,000 enrolments for what orchestrates: state transitions and calendar rings."""
    lines = journeys_bill(usage).per(1_000, 1).lines
    return sum((line.usd for line in lines if line.price in ("transition", "schedule")), Decimal(0))


def test_a_cart_journey_of_three_mails_costs_a_quarter_dollar_per_thousand_on_executions(house: House) -> None:
    used = orchestration(house, "patient")
    assert used.count(service="sesv2", operation="SendEmail") == 3
    assert fees(used) <= Decimal("0.25"), f"{used.transitions} transitions, {used.rings} rings"


@ON_THE_CALENDAR
def test_the_same_journey_costs_three_cents_per_thousand_on_the_calendar(house: House) -> None:
    used = orchestration(house, "patient")
    assert used.count(service="sesv2", operation="SendEmail") == 3
    assert used.transitions == 0
    assert fees(used) <= Decimal("0.03"), f"{used.rings} rings"


def test_a_cart_that_is_bought_costs_a_cent_per_thousand(house: House) -> None:
    used = orchestration(house, "buyer", buys=True)
    assert used.count(service="sesv2") == 0
    assert fees(used) <= Decimal("0.01"), f"{used.transitions} transitions, {used.rings} rings"


def test_a_hundred_times_more_people_enrolments_and_journeys_leave_an_event_at_the_same_requests(
    house: House,
) -> None:
    def single_event(user: str) -> dict[str, int]:
        used = house.used_by("Product Viewed", user, product_id="beans")
        return {f"{r.actor} {r.operation}": n for r, n in used.of(*EVENTS).requests.items()}

    few = single_event("nobody-1")
    for number in range(100):
        path, text = next(iter(journey(f"more-{number}", **_VIEWED, steps=[]).items()))
        house.runtime.put_content(f"content/{path}", text.encode())
    people = [f"many-{n}" for n in range(100)]
    for first in range(0, 100, 50):
        house.world.batch(*(identify(user, house.now) for user in people[first : first + 50]))
    house.world.batch(*(track("Product Added", house.now, user, product_id="b", price=9) for user in people))
    house.pass_by(90 * MINUTE)
    single_event("nobody-2")  # the new definitions are read once
    assert single_event("nobody-3") == few


_VIEWED = {
    "trigger": {
        "type": "event",
        "event": "Product Viewed",
        "where": {"field": "event.properties.product_id", "op": "eq", "value": "nobody looks at this"},
    },
}
