"""A transaction holds a hundred rows, and what one moment asks for may be more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from anlass.domain.enrolment import Enrolment
from anlass.domain.profile import LIVE_ENROLMENTS
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.keys import SuppressionKey

from tests.builders import DAY, HOUR, MINUTE
from tests.scenarios.test_steps import START, begins, enrolments, simulated, traits
from tests.scenarios.test_triggers import order
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails


def test_a_hundred_and_fifty_steps_without_a_wait_are_taken_in_several_commits() -> None:
    world = simulated(*[{"update": {"set": {"passed": number + 1}}} for number in range(150)])
    begins(world)
    world.advance(MORNING + MINUTE)
    assert [row.status for row in enrolments(world)] == ["done"]
    assert traits(world)["passed"] == 150


def test_an_exit_cancels_more_messages_than_a_commit_holds() -> None:
    calm = {"caps": {"email": {"day": 1}}}
    steps = [{"send": {"template": "mail"}} for _ in range(150)]
    one = journey("j", trigger=START, steps=steps, exit=[{"event": "Order Completed", "steps": []}])
    world = a_simulation(content(one, templates=["mail"], settings=calm))
    begins(world)
    world.advance(MORNING + HOUR)
    world.ingest(an_event("Order Completed", MORNING + HOUR, "anna", order_id="1"))
    world.advance(MORNING + 14 * DAY)
    assert len(world.mailer.sent) == 1
    assert [row.status for row in world.store.rows() if isinstance(row, Enrolment)] == ["done"]
    assert not [row for row in world.store.rows() if isinstance(row, Send) and row.is_open]


def test_each_of_a_hundred_and_fifty_lines_of_an_order_runs_out() -> None:
    coffee = {"category": "coffee", "days_per_unit": 1, "units_per_item": 1}
    trigger = {"type": "replenish", "products": [coffee], "lead_days": 3}
    files = content(journey("j", trigger=trigger, steps=[mails("mail")]), templates=["mail"])
    world = a_simulation(files)
    world.ingest(identified("anna", MORNING))
    lines = [{"product_id": f"p{number}", "category": "coffee", "quantity": 30} for number in range(150)]
    world.ingest(order(MORNING, "1", *lines))
    assert sum(isinstance(row, Timer) for row in world.store.rows()) == 150
    world.deliver_again(events=1)
    assert sum(isinstance(row, Timer) for row in world.store.rows()) == 150


def test_a_no_for_twenty_addresses_among_a_batch_of_new_visitors_holds_for_each_of_them() -> None:
    """Each address is a line of the ledger, a row of its own, and an event."""
    world = a_simulation(content(journey("j", trigger=START, steps=[mails("mail")]), templates=["mail"]))
    addresses = [f"anna{number}@shop.example" for number in range(20)]
    listed = [{"key": each, "type": "EMAIL", "status": "UNSUBSCRIBED"} for each in addresses]
    told = replace(identified("anna", MORNING), context={"messaging_subscriptions": listed})
    views = [an_event("Product Viewed", MORNING + n * MINUTE, user="anna", anonymous=f"{n}") for n in range(14)]
    world.ingest(*views, told)
    for each in addresses:
        key = SuppressionKey(world.hashes.of(each), "email")
        found = world.store.read([key]).suppression(key.address_hash, key.channel)
        assert found is not None
        assert found.stops("offers") == "objection"


def test_two_who_are_one_and_in_the_most_journeys_that_each_may_be_in() -> None:
    """All of them are told in the commit that makes one of the two, with every date that she now says."""
    trigger = {"type": "event", "event": "Product Viewed"}
    out = [{"event": "Order Completed", "steps": []}]
    files = journey(
        "j", trigger=trigger, entry={"per": "product_id"}, exit=out, steps=[{"wait": "60 days"}, mails("mail")]
    )
    birthdays = [
        journey(
            f"d{n}", trigger={"type": "date", "field": f"profile.day_{n}", "repeat": "yearly"}, steps=[mails("mail")]
        )
        for n in range(20)
    ]
    world = a_simulation(content(files, *birthdays, templates=["mail"]))
    world.ingest(identified("anna", MORNING))
    for number in range(LIVE_ENROLMENTS):
        at = MORNING + number * MINUTE
        world.ingest(an_event("Product Viewed", at, "anna", product_id=f"a{number}"))
        world.ingest(an_event("Product Viewed", at, anonymous="1", product_id=f"b{number}"))
    assert sum(row.status == "active" for row in enrolments(world)) == 2 * LIVE_ENROLMENTS
    days: dict[str, Any] = {f"day_{n}": "1990-05-05" for n in range(20)}
    world.ingest(identified("anna", MORNING + HOUR, anonymous="1", **days))
    world.ingest(an_event("Order Completed", MORNING + HOUR + MINUTE, "anna", order_id="1"))
    assert {(row.status, row.outcome) for row in enrolments(world)} == {("done", "exit")}
