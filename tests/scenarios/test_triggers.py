"""Every kind of trigger as a marketer would write it, over months."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from anlass.domain.event import Event

from cli.simulation import Simulation
from tests.builders import DAY, HOUR, MINUTE
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails

MAIL = mails("mail")


def lives(trigger: Any, *events: Event, until: datetime, steps: Any = (MAIL,), **parts: Any) -> list[str]:
    """What left, after these events of Anna's, in UTC: "03-02 09:00 mail"."""
    files = content(journey("j", trigger=trigger, steps=list(steps), **parts), templates=["mail", "other"])
    return story(a_simulation(files), *events, until=until)


def story(simulation: Simulation, *events: Event, until: datetime) -> list[str]:
    simulation.ingest(identified("anna", simulation.clock.now(), timezone="Europe/Berlin"))
    for event in sorted(events, key=lambda e: e.received_at):
        if event.received_at > simulation.clock.now():
            simulation.advance(event.received_at)
        simulation.ingest(event)
    simulation.advance(until)
    return left(simulation)


def left(simulation: Simulation) -> list[str]:
    times = zip(simulation.mailer.sent, simulation.mail_times, strict=True)
    return [f"{at:%m-%d %H:%M} {mail.tags['step']}" for mail, at in times]


def order(at: datetime, order_id: str, *lines: dict[str, Any], **properties: Any) -> Event:
    return an_event("Order Completed", at, "anna", order_id=order_id, products=list(lines), **properties)


class TestAbsence:
    COUPON: ClassVar[dict[str, Any]] = {
        "type": "absence",
        "event": "Coupon Entered",
        "unless": ["Coupon Applied"],
        "match": "coupon_id",
        "after": "14 days",
    }

    def test_each_event_has_its_own_answer(self) -> None:
        entered = [an_event("Coupon Entered", MORNING + n * DAY, "anna", coupon_id=f"c{n}") for n in range(3)]
        applied = an_event("Coupon Applied", MORNING + 5 * DAY, "anna", coupon_id="c1")
        told = lives(self.COUPON, *entered, applied, until=MORNING + 60 * DAY)
        assert told == ["03-16 09:00 mail", "03-18 09:00 mail"]

    def test_an_answer_may_come_before_the_question_is_heard(self) -> None:
        asked = an_event("Coupon Entered", MORNING, "anna", coupon_id="c", received_at=MORNING + HOUR)
        answered = an_event("Coupon Applied", MORNING + MINUTE, "anna", coupon_id="c")
        assert lives(self.COUPON, answered, asked, until=MORNING + 60 * DAY) == []

    def test_without_a_match_any_answer_will_do(self) -> None:
        trigger = {**self.COUPON, "match": None}
        del trigger["match"]
        entered = [an_event("Coupon Entered", MORNING + n * DAY, "anna", coupon_id=f"c{n}") for n in range(2)]
        applied = an_event("Coupon Applied", MORNING + HOUR, "anna", coupon_id="other")
        assert lives(trigger, *entered, applied, until=MORNING + 60 * DAY) == ["03-17 09:00 mail"]


class TestInactivity:
    def test_anything_that_she_does_begins_it_anew(self) -> None:
        trigger = {"type": "inactivity", "events": ["@person"], "for": "90 days"}
        seen = [an_event("Product Viewed", MORNING + n * DAY, "anna", product_id="a") for n in (0, 30, 80)]
        assert lives(trigger, *seen, until=MORNING + 400 * DAY) == ["08-19 09:00 mail"]

    def test_what_the_shop_does_is_no_sign_of_life(self) -> None:
        trigger = {"type": "inactivity", "events": ["@person"], "for": "90 days"}
        viewed = an_event("Product Viewed", MORNING, "anna", product_id="a")
        delivered = an_event("Order Delivered", MORNING + 60 * DAY, "anna", order_id="1")
        assert lives(trigger, viewed, delivered, until=MORNING + 100 * DAY) == ["05-31 09:00 mail"]

    def test_a_purchase_in_the_store_that_is_imported_later_begins_it_anew_too(self) -> None:
        trigger = {"type": "inactivity", "events": ["Order Completed"], "for": "60 days"}
        online = order(MORNING, "1")
        in_store = an_event(
            "Order Completed",
            MORNING + 30 * DAY,
            "anna",
            received_at=MORNING + 31 * DAY,
            context={"import": True},
            order_id="2",
        )
        assert lives(trigger, online, in_store, until=MORNING + 200 * DAY) == ["05-31 09:00 mail"]
        assert lives(trigger, in_store, until=MORNING + 200 * DAY) == [], "an import alone starts nothing"

    def test_it_depends_on_what_she_bought(self) -> None:
        is_food = {"field": "profile.orders.last_categories", "op": "contains", "value": "food"}
        trigger = {
            "type": "inactivity",
            "events": ["Order Completed"],
            "for": [{"when": is_food, "value": "15 days"}, {"else": "120 days"}],
        }
        food, shoes = {"category": "food", "product_id": "f"}, {"category": "shoes", "product_id": "s"}
        assert lives(trigger, order(MORNING, "1", food), until=MORNING + 200 * DAY) == ["03-17 09:00 mail"]
        assert lives(trigger, order(MORNING, "1", shoes), until=MORNING + 200 * DAY) == ["06-30 09:00 mail"]

    def test_who_never_did_anything_is_not_inactive(self) -> None:
        trigger = {"type": "inactivity", "events": ["Order Completed"], "for": "30 days"}
        assert lives(trigger, until=MORNING + 200 * DAY) == []


class TestReplenishment:
    TRIGGER: ClassVar[dict[str, Any]] = {
        "type": "replenish",
        "products": [
            {"category": "coffee-capsules", "days_per_unit": 1, "units_per_item": 1},
            {"category": "filters", "days_per_unit": 0.5, "units_per_item": 100},
        ],
        "shipping_days": {"DE": 5, "CH": 9, "else": 14},
        "lead_days": 3,
        "at": "09:00",
    }

    def test_a_hundred_capsules_last_until_day_ninety_two(self) -> None:
        """Bought on 3 March in winter time; on 3 June it is nine o'clock summer time."""
        capsules = {"category": "coffee-capsules", "product_id": "c", "quantity": 100}
        bought = order(datetime(2026, 3, 3, 10, 30, tzinfo=UTC), "1", capsules)
        simulation = a_simulation(content(journey("j", trigger=self.TRIGGER, steps=[MAIL]), templates=["mail"]))
        simulation.ingest(identified("anna", MORNING, country="DE"))
        assert story(simulation, bought, until=MORNING + 200 * DAY) == ["06-03 07:00 mail"]

    def test_each_line_of_an_order_alone(self) -> None:
        lines: list[dict[str, Any]] = [
            {"category": "coffee-capsules", "product_id": "c", "quantity": 100},
            {"category": "tea", "product_id": "t", "quantity": 100},
            {"category": "filters", "product_id": "f", "quantity": "2"},
        ]
        told = lives(self.TRIGGER, order(MORNING, "1", *lines), until=MORNING + 200 * DAY)
        assert told == ["05-24 07:00 mail", "05-24 07:00 mail"], "both last a hundred days, and travel for fourteen"

    def test_what_lasts_shorter_than_the_way_is_no_occasion(self) -> None:
        few = {"category": "coffee-capsules", "product_id": "c", "quantity": 10}
        assert lives(self.TRIGGER, order(MORNING, "1", few), until=MORNING + 200 * DAY) == []


class TestThreshold:
    SPEND: ClassVar[dict[str, Any]] = {
        "type": "threshold",
        "metric": "profile.spend.total",
        "reaches": 5000,
        "currency": "CHF",
    }

    def test_she_reaches_it_once(self) -> None:
        orders = [order(MORNING + n * DAY, str(n), total=2000, currency="CHF") for n in range(5)]
        assert lives(self.SPEND, *orders, until=MORNING + 30 * DAY) == ["03-04 09:00 mail"]

    def test_other_money_is_other_money(self) -> None:
        orders = [order(MORNING + n * DAY, str(n), total=9000, currency="EUR") for n in range(3)]
        assert lives(self.SPEND, *orders, until=MORNING + 30 * DAY) == []

    def test_a_history_that_is_imported_passes_it_in_silence(self) -> None:
        old = order(MORNING, "1", total=9000, currency="CHF")
        imported = Event(**{**{f: getattr(old, f) for f in old.__dataclass_fields__}, "context": {"import": True}})
        assert lives(self.SPEND, imported, until=MORNING + 30 * DAY) == []

    def test_of_two_thresholds_the_first_enrols(self) -> None:
        tenth = {"type": "threshold", "metric": "profile.orders.count", "reaches": 3}
        orders = [order(MORNING + n * DAY, str(n), total=1000, currency="CHF") for n in range(6)]
        told = lives([self.SPEND, tenth], *orders, until=MORNING + 30 * DAY, entry={"again": "never"})
        assert told == ["03-04 09:00 mail"]

    def test_falling_below_is_a_threshold_too(self) -> None:
        trigger = {"type": "threshold", "metric": "profile.cart.value", "falls_below": 20}
        added = an_event("Product Added", MORNING, "anna", product_id="a", price=30)
        removed = an_event("Product Removed", MORNING + HOUR, "anna", product_id="a")
        assert lives(trigger, added, removed, until=MORNING + DAY) == ["03-02 10:00 mail"]


class TestChange:
    def test_she_buys_less_than_she_used_to(self) -> None:
        """Every ten days for 50, then for 10: it shows as soon as the last big order is thirty days old."""
        trigger = {
            "type": "change",
            "metric": "profile.spend.total",
            "in": "30 days",
            "against": "previous 90 days",
            "below": 0.5,
        }
        big = [order(MORNING + n * 10 * DAY, f"b{n}", total=50) for n in range(12)]
        small = [order(MORNING + (120 + n * 10) * DAY, f"s{n}", total=10) for n in range(6)]
        told = lives(trigger, *big, *small, until=MORNING + 300 * DAY, entry={"again": "never"})
        assert told == ["07-10 09:00 mail"]

    def test_she_buys_more_than_she_used_to(self) -> None:
        trigger = {
            "type": "change",
            "metric": "profile.orders.count",
            "in": "30 days",
            "against": "previous 90 days",
            "above": 3.5,
        }
        usual = [order(MORNING + n * 30 * DAY, f"u{n}", total=50) for n in range(4)]
        burst = [order(MORNING + (120 + n) * DAY, f"b{n}", total=50) for n in range(5)]
        assert lives(trigger, *usual, *burst, until=MORNING + 200 * DAY) == ["07-03 09:00 mail"]

    def test_a_first_order_is_no_change(self) -> None:
        trigger = {
            "type": "change",
            "metric": "profile.orders.count",
            "in": "30 days",
            "against": "previous 90 days",
            "above": 1.1,
        }
        assert lives(trigger, order(MORNING, "1", total=5), until=MORNING + 200 * DAY) == []


class TestWhatIsInside:
    """Conditions on products, places and codes of an order."""

    def test_a_coffee_sent_to_austria_with_a_code(self) -> None:
        where = {
            "all": [
                {
                    "some": "event.properties.products",
                    "where": {"field": "item.category", "op": "eq", "value": "coffee"},
                },
                {"field": "event.properties.shipping_address.country", "op": "eq", "value": "AT"},
                {"field": "event.properties.coupon", "op": "starts_with", "value": "SPRING"},
            ]
        }
        trigger = {"type": "event", "event": "Order Completed", "where": where}
        coffee = {"category": "coffee", "product_id": "c"}
        vienna = {"shipping_address": {"country": "AT"}, "coupon": "SPRING10"}
        assert lives(trigger, order(MORNING, "1", coffee, **vienna), until=MORNING + DAY) == ["03-02 09:00 mail"]
        assert lives(trigger, order(MORNING, "1", **vienna), until=MORNING + DAY) == []
        assert lives(trigger, order(MORNING, "1", coffee, coupon="SPRING10"), until=MORNING + DAY) == []

    def test_the_same_product_twice_within_three_hours(self) -> None:
        where = {
            "event": "Product Viewed",
            "count": {"gte": 2},
            "within": "3 hours",
            "match": "product_id",
        }
        trigger = {"type": "event", "event": "Product Viewed", "where": where}
        twice = [an_event("Product Viewed", MORNING + n * HOUR, "anna", product_id="a") for n in range(2)]
        other = [an_event("Product Viewed", MORNING + n * HOUR, "anna", product_id=f"p{n}") for n in range(2)]
        assert lives(trigger, *twice, until=MORNING + DAY) == ["03-02 10:00 mail"]
        assert lives(trigger, *other, until=MORNING + DAY) == []


class TestDwelling:
    TRIGGER: ClassVar[dict[str, Any]] = {
        "type": "event",
        "event": "Page Dwelled",
        "where": {"field": "event.properties.seconds", "op": "gte", "value": 60},
    }

    def test_the_gap_to_the_next_event_tells_how_long_she_looked(self) -> None:
        viewed = an_event("Product Viewed", MORNING, "anna", product_id="a")
        then = an_event("Product Viewed", MORNING + 2 * MINUTE, "anna", product_id="b")
        assert lives(self.TRIGGER, viewed, then, until=MORNING + DAY) == ["03-02 09:02 mail"]

    def test_who_comes_back_after_an_hour_has_not_looked_for_an_hour(self) -> None:
        viewed = an_event("Product Viewed", MORNING, "anna", product_id="a")
        then = an_event("Product Viewed", MORNING + HOUR, "anna", product_id="b")
        assert lives(self.TRIGGER, viewed, then, until=MORNING + DAY) == []

    def test_what_the_shop_measured_counts(self) -> None:
        viewed = an_event("Product Viewed", MORNING, "anna", product_id="a", time_on_page=75)
        assert lives(self.TRIGGER, viewed, until=MORNING + DAY) == ["03-02 09:00 mail"]


class TestADelivery:
    def test_knows_what_was_in_its_order(self) -> None:
        is_shoe = {"field": "item.category", "op": "eq", "value": "shoes"}
        where = {"some": "event.properties.products", "where": is_shoe}
        trigger = {"type": "event", "event": "Order Delivered", "where": where}
        bought = [order(MORNING, "1", {"category": "shoes"}), order(MORNING + HOUR, "2", {"category": "hats"})]
        came = [an_event("Order Delivered", MORNING + n * DAY, "anna", order_id=str(n)) for n in (1, 2)]
        assert lives(trigger, *bought, *came, until=MORNING + 9 * DAY) == ["03-03 09:00 mail"]


def test_an_order_between_is_no_exit_of_what_begins_months_later() -> None:
    """She bought tea in between; the capsules run out all the same. Once inside, an order ends it."""
    tea = order(MORNING + 40 * DAY, "2", {"category": "tea", "product_id": "t", "quantity": 1})
    capsules = order(MORNING, "1", {"category": "coffee-capsules", "product_id": "c", "quantity": 100})
    steps = [MAIL, {"wait": "3 days"}, mails("other")]
    out = [{"event": "Order Completed"}]
    trigger = TestReplenishment.TRIGGER
    until = MORNING + 200 * DAY
    assert lives(trigger, capsules, tea, steps=steps, exit=out, until=until) == [
        "05-24 07:00 mail",
        "05-27 07:00 other",
    ]
    again = order(MORNING + 84 * DAY, "3", {"category": "tea", "product_id": "t", "quantity": 1})
    assert lives(trigger, capsules, again, steps=steps, exit=out, until=until) == ["05-24 07:00 mail"]


def test_a_page_that_was_looked_at_too_shortly_for_anybody_is_not_even_written() -> None:
    files = content(journey("j", trigger=TestDwelling.TRIGGER, steps=[MAIL]), templates=["mail"])
    simulation = a_simulation(files)
    seen = [an_event("Product Viewed", MORNING + n * MINUTE / 2, "anna", product_id=f"p{n}") for n in (0, 1, 2, 8)]
    assert story(simulation, *seen, until=MORNING + DAY) == ["03-02 09:04 mail"]
    written = [event for _, event in simulation.event_log.stream if event.name == "Page Dwelled"]
    assert [event.properties["seconds"] for event in written] == [180.0]
