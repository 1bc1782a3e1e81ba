"""A journey that is switched off holds people where they are; switched on again, they go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send

from cli.simulation import Simulation
from tests.anna import rows
from tests.shop import a_simulation, an_event, content, identified, journey, mails

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


def letters(status: str = "live", **parts: Any) -> dict[str, str]:
    steps = [mails("first"), {"wait": "2 days"}, mails("second"), {"wait": "10 days"}, mails("third")]
    return journey(
        "letters", trigger={"type": "event", "event": "Account Created"}, status=status, **{"steps": steps, **parts}
    )


def a_shop(**parts: Any) -> Simulation:
    shop = a_simulation(content(letters(**parts), templates=("first", "second", "third")), START)
    shop.ingest(identified("anna", START), an_event("Account Created", START, "anna"))
    return shop


def told(shop: Simulation) -> list[str]:
    left = zip(shop.mailer.sent, shop.mail_times, strict=True)
    return [f"{at:%m-%d %H:%M} {mail.tags['step']}" for mail, at in left]


def test_who_was_to_go_on_during_a_pause_goes_on_after_it() -> None:
    shop = a_shop()
    shop.advance(START + DAY)
    shop.publish(letters("off"))
    shop.advance(START + 2.5 * DAY)
    assert told(shop) == ["03-02 12:00 first"]
    shop.publish(letters())
    shop.advance(START + 20 * DAY)
    assert told(shop) == ["03-02 12:00 first", "03-05 00:01 second", "03-15 00:02 third"]


def test_what_a_long_pause_made_stale_is_skipped_and_the_journey_goes_on() -> None:
    shop = a_shop()
    shop.advance(START + DAY)
    shop.publish(letters("off"))
    shop.advance(START + 5 * DAY)
    shop.publish(letters())
    shop.advance(START + 20 * DAY)
    assert told(shop) == ["03-02 12:00 first", "03-17 12:02 third"]


def test_two_pauses_have_two_releases() -> None:
    shop = a_shop()
    for day in (1.5, 12):
        shop.advance(START + day * DAY)
        shop.publish(letters("off"))
        shop.advance(START + (day + 1) * DAY)
        shop.publish(letters())
        shop.advance(START + (day + 1) * DAY + HOUR)
    shop.advance(START + 30 * DAY)
    assert [line.split()[-1] for line in told(shop)] == ["first", "second", "third"]
    assert len([name for name in shop.selections.names if name.startswith("release")]) == 2


def test_who_still_waits_when_the_pause_is_over_was_never_held() -> None:
    shop = a_shop()
    shop.publish(letters("off"))
    shop.advance(START + DAY)
    shop.publish(letters())
    shop.advance(START + 3 * DAY)
    assert told(shop) == ["03-02 12:00 first", "03-04 12:00 second"]


def test_a_journey_that_is_deleted_while_it_is_paused_drains() -> None:
    shop = a_shop()
    shop.advance(START + DAY)
    shop.publish(letters("off"))
    shop.advance(START + 2.5 * DAY)
    shop.withdraw("journeys/letters.json")
    shop.advance(START + 30 * DAY)
    assert [line.split()[-1] for line in told(shop)] == ["first", "second", "third"]


def test_what_an_exit_sends_that_came_during_a_pause_is_as_old_as_the_exit() -> None:
    out = [{"event": "Order Completed", "steps": [{"id": "thanks", "send": {"template": "third"}}]}]
    shop = a_shop(exit=out)
    shop.publish(letters("off", exit=out))
    shop.advance(START + 6 * DAY)
    shop.ingest(an_event("Order Completed", START + 6 * DAY, "anna", order_id="1"))
    shop.advance(START + 6 * DAY + HOUR)
    shop.publish(letters(exit=out))
    shop.advance(START + 7 * DAY)
    assert told(shop) == ["03-02 12:00 first", "03-08 13:01 thanks"]


def test_a_message_that_a_pause_held_leaves_after_it_unless_it_is_stale() -> None:
    quiet = [{"id": "first", "send": {"template": "first", "at": "18:00"}}]
    shop = a_shop(steps=quiet)
    shop.advance(START + HOUR)
    shop.publish(letters("off", steps=quiet))
    shop.advance(START + 10 * HOUR)
    (send,) = rows(shop, Send)
    assert (send.status, send.is_held) == ("PENDING", True)
    shop.publish(letters(steps=quiet))
    shop.advance(START + 12 * HOUR)
    assert told(shop) == ["03-02 22:01 first"]


def test_a_message_that_is_stale_after_the_pause_is_skipped() -> None:
    quiet = [{"id": "first", "send": {"template": "first", "at": "18:00"}}]
    shop = a_shop(steps=quiet)
    shop.advance(START + HOUR)
    shop.publish(letters("off", steps=quiet))
    shop.advance(START + 30 * DAY)
    shop.publish(letters(steps=quiet))
    shop.advance(START + 31 * DAY)
    (send,) = rows(shop, Send)
    assert (send.status, send.reason) == ("SKIPPED", "stale")
    assert {row.status for row in rows(shop, Enrolment)} == {"done"}


def test_a_birthday_during_a_pause_is_over_and_the_next_one_is_not() -> None:
    def birthday(status: str) -> dict[str, str]:
        trigger = {"type": "date", "field": "profile.birthday", "repeat": "yearly", "at": "09:00"}
        return journey("birthday", trigger=trigger, status=status, steps=[mails("first")])

    shop = a_simulation(content(birthday("live"), templates=("first",)), START)
    shop.ingest(identified("anna", START, birthday="1990-03-10"), identified("ben", START, birthday="1990-03-12"))
    shop.advance(START + 7 * DAY)  # the day of anna is planned
    shop.publish(birthday("off"))
    shop.advance(START + 8.5 * DAY)
    shop.publish(birthday("live"))
    shop.ingest(identified("cleo", shop.clock.now(), birthday="1990-03-11"))
    shop.advance(datetime(2027, 3, 11, tzinfo=UTC))
    assert told(shop) == ["03-11 08:00 first", "03-12 08:00 first", "03-10 08:00 first"]
