"""Why did she (not) get it? Stories of three journeys that ship, as `anlass explain` tells them afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from anlass.domain.changes import AddSuppression
from anlass.language.timeline.lines import timeline_from
from anlass.usecases.explain_person import EVENTS

from tests.explaining import answer, explained, told
from tests.remains import people_of
from tests.shipped import both_worlds, shipped
from tests.shop import an_event, content, journey, mails
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, World, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILES = shipped("cart-abandonment", "welcome", "review", "order-confirmation")
world = both_worlds(FILES, START)


def cart(world: World, at: datetime, user: str = "anna", price: int = 50) -> None:
    world.batch(track("Product Added", at, user, product_id="mill", name="Mühle", price=price, quantity=1, cart_id="c"))


def order(world: World, at: datetime) -> None:
    products = [{"product_id": "mill", "name": "Mühle", "price": 50, "quantity": 1}]
    world.batch(track("Order Completed", at, "anna", order_id="o1", total=50, products=products))


def test_of_somebody_who_did_a_lot_under_two_names_the_newest_is_told() -> None:
    shop = MemoryWorld(FILES, START)
    seen = (an_event("page", START, anonymous="1", id_=f"p{number}") for number in range(EVENTS))
    shop.simulation.ingest(*seen)
    shop.batch(identify("anna", START + HOUR, "1"))
    cart(shop, START + DAY)
    assert told(explained(shop, "u:anna"), "event")[-1] == "03-03 09:00 Product Added"


def test_a_no_that_an_address_said_in_another_form_is_told(world: World) -> None:
    world.batch(identify("anna", START, email="Anna <anna@shop.example>"))
    work = people_of(world)
    work.store.commit([AddSuppression(work.hashes.of("anna@shop.example"), "email", "complaint", START)])
    assert explained(world, "u:anna").now["Suppression"]


def test_a_reminder_that_came_and_one_that_did_not(world: World) -> None:
    world.batch(identify("anna", START, firstName="Anna", country="DE"))
    cart(world, START + MINUTE)
    world.advance(START + 2 * HOUR)
    order(world, START + 2 * HOUR)
    world.advance(START + 2 * DAY)
    timeline = explained(world, "u:anna", "cart-abandonment")
    assert told(timeline, "entered", "left", "made", "closed", "done") == [
        "03-02 10:01 Entered by Product Added (2026-03-02 10:01)",
        "03-02 10:01 Message “remind” was made: cart-reminder by e-mail",
        "03-02 10:01 Message “remind” left",
        "03-02 11:00 Out: Order Completed ended it, which is the goal",
        "03-02 11:00 Message “thanks” was made: thank-you by e-mail",
        "03-03 09:00 Message “thanks” left",
    ]
    assert told(timeline, "look")[-2:] == [
        "03-02 11:00 Last look at “thanks”. Waits until 2026-03-03 10:00: 2 of 2 messages by e-mail a day have left, "
        "the last 2026-03-02 11:01.",
        "03-03 09:00 Last look at “thanks”. May leave: consent to “offers” (granted for all topics 2026-03-02 10:00 by "
        "the shop, identify); used 1 of 2 by e-mail a day, 2 of 6 by e-mail a week.",
    ]
    [look] = [line for line in timeline.lines if line.kind == "look" and "“remind”" in line.text]
    assert look.text == (
        "Last look at “remind”. May leave: consent to “offers” (granted for all topics 2026-03-02 10:00 by the shop, "
        "identify); used 1 of 2 by e-mail a day, 1 of 6 by e-mail a week."
    )
    assert answer(timeline, "cart-abandonment") == (
        "Entered 2026-03-02 11:01 by Product Added. Got “remind” (2026-03-02 11:01) and “thanks” (2026-03-03 10:00). "
        "Out: Order Completed ended it, which is the goal."
    )
    assert told(timeline, "event") == ["03-02 09:01 Product Added", "03-02 11:00 Order Completed"], (
        "no others concern it"
    )


def test_nothing_came_because_she_had_said_no(world: World) -> None:
    world.batch(identify("anna", START, country="DE", status="UNSUBSCRIBED"))
    cart(world, START)
    world.advance(START + 30 * HOUR)
    timeline = explained(world, "u:anna")
    no = "there is no consent to “offers” (withdrawn for all topics 2026-03-02 10:00 by the shop, identify)"
    assert told(timeline, "look") == [
        f"03-02 10:00 Last look at “remind”. Not sent: {no}.",
        f"03-03 10:00 Last look at “first-order”. Not sent: {no}.",
    ]
    [branch] = [line for line in timeline.lines if line.text.startswith("Branch")]
    assert (branch.text, branch.why) == (
        "Branch: went on when orders count = 0",
        ("orders count is 0, as it stands now",),
    )
    assert answer(timeline, "cart-abandonment") == (
        f"Entered 2026-03-02 11:00 by Product Added. “remind” and “first-order”: not sent: {no}. "
        "Is at “Wait after 48 hours”: until 2026-03-05 11:00, or Cart Emptied or Order Completed."
    )
    assert answer(timeline, "welcome") == "Nothing that starts it has happened."
    assert timeline.now["Consent"] == ["e-mail: no to all topics 2026-03-02 10:00, identify"]


def test_who_did_not_enter_is_told_which_part_of_the_condition_it_was() -> None:
    who = [
        {"field": "profile.cart.value", "op": "gte", "value": 20},
        {"field": "profile.country", "op": "in", "value": ["DE", "AT", "CH"]},
        {"field": "profile.cart.items", "op": "gt", "value": 0},
    ]
    trigger = {"type": "abandonment", "event": "Product Added", "unless": ["Order Completed"], "after": "1 hour"}
    dear = journey("cart-abandonment", trigger=trigger, who={"all": who}, steps=[mails("remind")])
    shop = MemoryWorld(content(dear, templates=("remind",)), START)
    shop.batch(identify("anna", START, country="FR"))
    cart(shop, START, price=5)
    shop.advance(START + 2 * HOUR)
    timeline = explained(shop, "u:anna")
    [refused] = [line for line in timeline.lines if line.kind == "refused"]
    assert refused.text == "Did not enter by Product Added (2026-03-02 10:00)"
    assert refused.why == (
        "the journey is not for this person",
        "not true, as it stands now: cart value ≥ 20 (cart value is 5)",
        "not true, as it stands now: country is DE, AT or CH (country is FR)",
    )
    assert answer(timeline, "cart-abandonment") == (
        "Did not enter by Product Added 2026-03-02 11:00: the journey is not for this person (not true now: "
        "cart value ≥ 20 (cart value is 5) and country is DE, AT or CH (country is FR))."
    )


def test_an_armed_timer_and_one_that_was_disarmed() -> None:
    world = MemoryWorld(FILES, START)
    world.batch(identify("anna", START, country="DE"))
    cart(world, START + MINUTE)
    world.advance(START + 10 * MINUTE)
    assert answer(explained(world, "u:anna"), "cart-abandonment") == (
        "What it waits after happened 2026-03-02 10:01; the time is not over yet. It looks again 2026-03-02 11:01."
    )
    order(world, START + 20 * MINUTE)
    world.advance(START + 30 * MINUTE)
    timeline = explained(world, "u:anna")
    assert answer(timeline, "cart-abandonment") == (
        "What it waits after happened 2026-03-02 10:01, and what ends the wait 2026-03-02 10:20."
    )
    assert "cart-abandonment: its wait was ended 2026-03-02 10:20" in timeline.now["Timers"]


def test_a_review_is_asked_for_later_and_a_confirmation_needs_no_consent() -> None:
    world = MemoryWorld(FILES, START)
    world.batch(identify("anna", START, country="DE", status="UNSUBSCRIBED"))
    world.advance(START + MINUTE)
    order(world, START + MINUTE)
    world.advance(START + HOUR)
    timeline = explained(world, "u:anna")
    assert told(timeline, "look") == [
        "03-02 09:01 Last look at “confirm”. May leave: a transactional message asks for no consent and obeys neither "
        "caps nor quiet hours."
    ]
    assert answer(timeline, "review").startswith("Entered 2026-03-02 10:01 by Order Completed. Is at “Wait for an ")
    assert any(line.startswith("review: Is at “Wait for an answer") for line in timeline.now["In journeys"])


def test_it_tells_no_address_no_name_and_nothing_that_was_bought() -> None:
    world = MemoryWorld(FILES, START)
    world.batch(identify("anna", START, firstName="Annegret", email="annegret@geheim.example", country="DE"))
    cart(world, START)
    world.advance(START + 2 * HOUR)
    order(world, START + 2 * HOUR)
    world.advance(START + 3 * DAY)
    said = json.dumps(explained(world, "u:anna").as_json(), ensure_ascii=False)
    assert not [word for word in ("Annegret", "geheim", "@", "Mühle", "mill") if word in said]


def test_what_came_as_json_is_told_alike() -> None:
    shop = MemoryWorld(FILES, START)
    shop.batch(identify("anna", START, country="DE"))
    cart(shop, START)
    shop.advance(START + 2 * DAY)
    timeline = explained(shop, "u:anna")
    again = timeline_from(json.loads(json.dumps(timeline.as_json())))
    assert again.as_json() == timeline.as_json()
    assert [line.text for line in again.lines] == [line.text for line in timeline.lines]


class TestWhoDidNotEnter:
    """Each refusal is kept in STATE, the newest of each journey."""

    def refusal(self, shop: MemoryWorld, id_: str = "hello") -> str:
        return explained(shop, "u:anna").answers[[a.journey for a in explained(shop, "u:anna").answers].index(id_)].text

    def shop(self, *others: dict[str, str], **parts: object) -> MemoryWorld:
        steps = [mails("hello"), {"wait": "10 days"}]
        trigger = {"type": "event", "event": "Account Created"}
        files = content(
            journey("hello", **{"trigger": trigger, "steps": steps, **parts}), *others, templates=("hello",)
        )
        shop = MemoryWorld(files, START)
        shop.batch(identify("anna", START))
        return shop

    def test_again(self) -> None:
        shop = self.shop(entry={"again": "after 7 days"}, steps=[mails("hello")])
        for day in (0, 1):
            shop.advance(START + day * DAY)
            shop.batch(track("Account Created", START + day * DAY, "anna"))
        assert self.refusal(shop).endswith(
            "Did not enter by Account Created 2026-03-03 10:00: it is too early to enter again, or they may only once."
        )

    def test_while_active(self) -> None:
        shop = self.shop()
        for minute in (0, 1):
            shop.advance(START + minute * MINUTE)
            shop.batch(track("Account Created", START + minute * MINUTE, "anna"))
        assert "they were in it already" in self.refusal(shop)

    def test_too_old(self) -> None:
        shop = self.shop()
        shop.advance(START + 5 * DAY)
        shop.batch(track("Account Created", START + DAY, "anna"))
        assert "the event was too old when it arrived" in self.refusal(shop)

    def test_no_value(self) -> None:
        shop = self.shop(entry={"per": "order_id"})
        shop.batch(track("Account Created", START, "anna"))
        assert "the event does not say what the journey is entered for" in self.refusal(shop)

    def test_none_of_the_test_people(self) -> None:
        shop = self.shop(status="test")
        shop.batch(track("Account Created", START, "anna"))
        assert "in test, and they are none of the test people" in self.refusal(shop)

    def test_too_many(self) -> None:
        trigger = {"type": "event", "event": "Go"}
        others = [journey(f"j{n:02}", trigger=trigger, steps=[{"wait": "10 days"}]) for n in range(40)]
        shop = self.shop(*others)
        shop.batch(track("Go", START, "anna"))
        shop.batch(track("Account Created", START + MINUTE, "anna"))
        assert "they were in 40 journeys already" in self.refusal(shop)

    def test_held_out_is_in_and_gets_nothing(self) -> None:
        shop = self.shop(holdout=100)
        shop.batch(track("Account Created", START, "anna"))
        timeline = explained(shop, "u:anna")
        assert answer(timeline, "hello").endswith("was held out: gets nothing and is measured just the same.")
        assert "held out: gets nothing and is measured just the same" in next(
            line.why for line in timeline.lines if line.kind == "entered"
        )

    def test_by_a_timer(self) -> None:
        later = {"type": "absence", "event": "Account Created", "unless": ["Order Completed"], "after": "1 day"}
        shop = self.shop(trigger=later, who={"field": "profile.orders.count", "op": "gte", "value": 2})
        shop.batch(track("Account Created", START, "anna"))
        shop.advance(START + 2 * DAY)
        assert self.refusal(shop) == (
            "Did not enter by Account Created 2026-03-03 10:00: the journey is not for this person "
            "(not true now: orders count ≥ 2 (orders count is 0))."
        )

    def test_an_event_that_was_not_like_it(self) -> None:
        where = {"field": "event.properties.plan", "op": "eq", "value": "gold"}
        shop = self.shop(trigger={"type": "event", "event": "Account Created", "where": where})
        shop.batch(track("Account Created", START, "anna", plan="tin"))
        assert self.refusal(shop) == (
            "Account Created came last 2026-03-02 10:00, but it was not plan = gold (plan is tin)."
        )

    @pytest.mark.parametrize(
        ("parts", "said"),
        [
            ({"status": "off"}, "The journey is switched off."),
            ({"in_flight": "drain"}, "The journey drains: it takes nobody new."),
            ({}, "Nothing that starts it has happened (starts at once: Account Created)."),
        ],
    )
    def test_nobody_asked(self, parts: dict[str, str], said: str) -> None:
        shop = self.shop(**parts)
        assert explained(shop, "u:anna", "hello").answers[0].text == said

    def test_no_such_journey(self) -> None:
        [told_] = explained(self.shop(), "u:anna", "nowhere").answers
        assert told_.text == "There is no such journey, and this person was never in it."
