"""A journey that goes live finds people who qualified before: a share of them a day, and timers that lie ahead."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from anlass.domain.timer import Timer

from cli.simulation import Simulation
from tests.anna import rows
from tests.shop import a_simulation, an_event, content, identified, journey, mails

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_shop(*people: str) -> Simulation:
    shop = a_simulation(content(templates=("hello",)), START)
    for name in people:
        shop.ingest(identified(name, START))
    return shop


def goes_live(
    shop: Simulation, trigger: dict[str, Any] | list[dict[str, Any]], per_day: int = 500, **parts: Any
) -> None:
    entry = {"backfill": {"per_day": per_day}, **parts.pop("entry", {})}
    shop.publish(journey("late", trigger=trigger, entry=entry, steps=[mails("hello")], **parts))


def bought(user: str, at: datetime, **properties: Any) -> Any:
    return an_event("Order Completed", at, user, order_id=f"{user} {at:%m%d}", **properties)


def told(shop: Simulation) -> list[str]:
    left = zip(shop.mailer.sent, shop.mail_times, strict=True)
    return [f"{at:%m-%d %H:%M} {mail.recipient.split('@')[0]}" for mail, at in left]


def test_a_hundred_buyers_enter_thirty_a_day() -> None:
    people = [f"p{number}" for number in range(100)]
    shop = a_shop(*people, "looker")
    shop.ingest(*(bought(name, START) for name in people))
    shop.advance(START + 10 * DAY)
    goes_live(shop, {"type": "event", "event": "Order Completed"}, per_day=30)
    shop.advance(START + 30 * DAY)
    by_day = Counter(line[:5] for line in told(shop))
    assert max(by_day.values()) <= 30
    assert (sum(by_day.values()), "looker" in str(told(shop))) == (100, False)
    assert set(by_day) <= {"03-12", "03-13", "03-14", "03-15", "03-16"}


def test_one_a_day_is_one_a_day() -> None:
    shop = a_shop("anna", "ben", "cleo")
    shop.ingest(*(bought(name, START) for name in ("anna", "ben", "cleo")))
    goes_live(shop, {"type": "event", "event": "Order Completed"}, per_day=1)
    shop.advance(START + 30 * DAY)
    assert len({line[:5] for line in told(shop)}) == len(told(shop)) == 3


def test_the_latest_event_that_fits_enters_and_who_still_decides() -> None:
    shop = a_shop("anna", "ben", "cleo")
    shop.ingest(
        bought("anna", START, total=10),
        bought("anna", START + DAY, total=90),
        bought("anna", START + 2 * DAY, total=20),
    )
    shop.ingest(bought("ben", START, total=20), bought("cleo", START, total=80))
    shop.ingest(identified("cleo", START + DAY, country="CH"))
    shop.advance(START + 20 * DAY)
    where = {"field": "event.properties.total", "op": "gte", "value": 50}
    who = {"not": {"field": "profile.country", "op": "eq", "value": "CH"}}
    goes_live(shop, {"type": "event", "event": "Order Completed", "where": where}, who=who)
    shop.advance(START + 30 * DAY)
    assert told(shop) == ["03-22 12:02 anna"]


def test_nobody_enters_whom_the_journey_has_had_before_nor_twice_when_it_is_published_again() -> None:
    shop = a_shop("anna", "ben")
    shop.publish(journey("late", trigger={"type": "event", "event": "Order Completed"}, steps=[mails("hello")]))
    shop.ingest(bought("anna", START))
    shop.publish(
        journey("late", status="off", trigger={"type": "event", "event": "Order Completed"}, steps=[mails("hello")])
    )
    shop.ingest(bought("ben", START))
    shop.advance(START + DAY)
    goes_live(shop, {"type": "event", "event": "Order Completed"})
    shop.advance(START + 2 * DAY)
    goes_live(shop, {"type": "event", "event": "Order Completed"}, name="The same under another name")
    shop.advance(START + 9 * DAY)
    assert [line.split()[-1] for line in told(shop)] == ["anna", "ben"]


def test_who_was_away_for_long_enough_enters_and_who_was_not_has_a_timer() -> None:
    shop = a_shop()
    for name, days in (("anna", 100), ("ben", 50)):
        seen = START - days * DAY
        shop.ingest(an_event("Product Viewed", seen, name), identified(name, seen))
    goes_live(shop, {"type": "inactivity", "events": ["@person"], "for": "90 days"})
    shop.advance(START + 100 * DAY)
    assert told(shop) == ["03-02 12:02 anna", "04-11 12:00 ben"]


def test_who_comes_back_before_their_share_is_not_asked_to_come_back() -> None:
    shop = a_shop()
    names = [f"p{number}" for number in range(12)]
    for name in names:
        shop.ingest(an_event("Product Viewed", START - 100 * DAY, name), identified(name, START - 100 * DAY))
    goes_live(shop, {"type": "inactivity", "events": ["@person"], "for": "90 days"}, per_day=4)
    shop.advance(START + timedelta(hours=1))
    asked = {line.split()[-1] for line in told(shop)}
    for name in names:
        if name not in asked:
            shop.ingest(an_event("Product Viewed", shop.clock.now(), name))
    shop.advance(START + 60 * DAY)
    assert {line.split()[-1] for line in told(shop)} == asked


def test_a_cart_that_was_bought_is_none_and_one_of_an_hour_ago_waits_on() -> None:
    shop = a_shop("anna", "ben", "cleo")
    shop.ingest(an_event("Product Added", START - 30 * DAY, "anna", product_id="a"))
    shop.ingest(bought("anna", START - 29 * DAY))
    shop.ingest(an_event("Product Added", START - 3 * DAY, "ben", product_id="a"))
    shop.ingest(an_event("Product Added", START - timedelta(hours=1), "cleo", product_id="a"))
    goes_live(
        shop, {"type": "abandonment", "event": "Product Added", "unless": ["Order Completed"], "after": "3 hours"}
    )
    shop.advance(START + 10 * DAY)
    assert told(shop) == ["03-02 12:02 ben", "03-02 14:00 cleo"]


def test_answers_that_never_came_enter_and_those_that_may_still_come_wait() -> None:
    shop = a_shop("anna", "ben", "cleo")
    answer = {"unless": ["Product Reviewed"], "match": "order_id", "after": "14 days"}
    for name, days in (("anna", 30), ("ben", 30), ("cleo", 10)):
        shop.ingest(bought(name, START - days * DAY))
    shop.ingest(an_event("Product Reviewed", START - 20 * DAY, "ben", order_id=f"ben {START - 30 * DAY:%m%d}"))
    goes_live(shop, {"type": "absence", "event": "Order Completed", **answer})
    shop.advance(START + 30 * DAY)
    assert told(shop) == ["03-02 12:02 anna", "03-06 12:00 cleo"]


def test_what_will_be_used_up_gets_its_reminder_and_what_was_used_up_long_ago_does_not() -> None:
    shop = a_shop("anna", "ben")
    line = {"product_id": "c", "category": "capsules", "quantity": 30}
    shop.ingest(bought("anna", START - 10 * DAY, products=[line]), bought("ben", START - 200 * DAY, products=[line]))
    goes_live(shop, {"type": "replenish", "products": [{"category": "capsules", "days_per_unit": 1}], "at": "09:00"})
    shop.advance(START + 60 * DAY)
    assert told(shop) == ["03-22 08:00 anna"]


def test_who_is_over_the_bound_or_in_the_segment_already_enters() -> None:
    shop = a_shop("anna", "ben")
    shop.ingest(bought("anna", START, total=900), bought("ben", START, total=90))
    goes_live(shop, {"type": "threshold", "metric": "profile.spend.total", "reaches": 500})
    shop.advance(START + DAY)
    assert [line.split()[-1] for line in told(shop)] == ["anna"]
    who = {"field": "profile.spend.total", "op": "gte", "value": 50}
    shop.publish({"segments/vip.json": json.dumps({"id": "vip", "name": "VIP", "who": who})})
    entry = {"backfill": {"per_day": 5}}
    shop.publish(journey("vips", trigger={"type": "segment", "segment": "vip"}, entry=entry, steps=[mails("hello")]))
    shop.advance(START + 2 * DAY)
    assert sorted(line.split()[-1] for line in told(shop)) == ["anna", "anna", "ben"]


def test_without_backfill_nobody_enters_for_what_was() -> None:
    shop = a_shop("anna")
    shop.ingest(bought("anna", START))
    shop.publish(journey("late", trigger={"type": "event", "event": "Order Completed"}, steps=[mails("hello")]))
    shop.advance(START + 9 * DAY)
    assert told(shop) == []
    assert rows(shop, Timer) == []


def test_in_test_only_the_settings_people_are_filled_in() -> None:
    shop = a_simulation(content(templates=("hello",), settings={"test_people": ["anna@shop.example"]}), START)
    shop.ingest(identified("anna", START), identified("ben", START), bought("anna", START), bought("ben", START))
    goes_live(shop, {"type": "event", "event": "Order Completed"}, status="test")
    shop.advance(START + timedelta(minutes=2))
    assert len(rows(shop, Timer)) <= 1
    shop.advance(START + 9 * DAY)
    assert [line.split()[-1] for line in told(shop)] == ["anna"]
