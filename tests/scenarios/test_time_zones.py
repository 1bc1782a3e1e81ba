"""Everybody has their own clock: ten people on the night of a change, and around the turn of the year."""

from __future__ import annotations

from datetime import UTC, datetime

from cli.simulation import Simulation
from tests.builders import DAY, HOUR
from tests.shop import a_simulation, an_event, content, identified, journey, mails

# On 29 March 2026 Europe's clocks go from two to three; on 25 October from three to two. New York changed on 8 March.
TEN = {
    "anna": "Europe/Berlin",
    "ben": "Europe/London",
    "cleo": "Europe/Helsinki",
    "dora": "Atlantic/Azores",
    "emil": "America/New_York",
    "fay": "America/St_Johns",
    "gus": "Asia/Kolkata",
    "hana": "Asia/Tokyo",
    "ivo": "Pacific/Kiritimati",
    "jo": "Pacific/Pago_Pago",
}
START = {"type": "event", "event": "Contest Entered"}


def told(now: datetime, until: datetime, *steps: object) -> dict[str, str]:
    """Who got the mail when, in UTC, after all ten entered at once."""
    world = a_simulation(content(journey("j", trigger=START, steps=list(steps)), templates=["mail"]), now)
    return told_by(world, until)


def told_by(world: Simulation, until: datetime) -> dict[str, str]:
    now = world.clock.now()
    for user, zone in TEN.items():
        world.ingest(identified(user, now - 2 * DAY, timezone=zone))
        world.ingest(an_event("Contest Entered", now, user))
    world.advance(until)
    mails_ = zip(world.mailer.sent, world.mail_times, strict=True)
    return {mail.recipient.split("@")[0]: f"{at:%d %H:%M}" for mail, at in mails_}


def test_half_past_two_on_the_night_when_it_does_not_exist() -> None:
    """In Berlin 02:30 is 03:30 then; in London 01:30 still comes before the change, in Helsinki 04:30 after it."""
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert told(evening, evening + 2 * DAY, {"wait": {"until": "02:30"}}, mails("mail")) == {
        "anna": "29 01:30",
        "ben": "29 01:30",
        "cleo": "29 00:30",
        "dora": "29 02:30",
        "emil": "29 06:30",
        "fay": "29 05:00",
        "gus": "28 21:00",
        "hana": "29 17:30",
        "ivo": "29 12:30",
        "jo": "29 13:30",
    }


def test_half_past_two_on_the_night_when_it_comes_twice() -> None:
    """The first one counts, and nobody hears twice."""
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    times = told(evening, evening + 2 * DAY, {"wait": {"until": "02:30"}}, mails("mail"))
    assert {user: times[user] for user in ("anna", "ben", "cleo", "emil")} == {
        "anna": "25 00:30",
        "ben": "25 02:30",
        "cleo": "24 23:30",
        "emil": "25 06:30",
    }


def test_a_mail_for_nine_leaves_at_nine_on_both_sides_of_the_change() -> None:
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert told(saturday, saturday + 2 * DAY, mails("mail", at="09:00"))["anna"] == "29 07:00"
    friday = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
    assert told(friday, friday + 2 * DAY, mails("mail", at="09:00"))["anna"] == "28 08:00"


def test_a_day_is_twenty_four_hours_also_when_the_clock_jumps() -> None:
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    times = told(saturday, saturday + 3 * DAY, {"wait": "24 hours"}, mails("mail"))
    assert set(times.values()) == {"29 12:00"}


def test_the_year_ends_for_each_at_their_own_midnight() -> None:
    eve = datetime(2026, 12, 31, 9, 0, tzinfo=UTC)
    assert told(eve, eve + 2 * DAY, {"wait": {"until": "00:00"}}, mails("mail")) == {
        "anna": "31 23:00",
        "ben": "01 00:00",
        "cleo": "31 22:00",
        "dora": "01 01:00",
        "emil": "01 05:00",
        "fay": "01 03:30",
        "gus": "31 18:30",
        "hana": "31 15:00",
        "ivo": "31 10:00",
        "jo": "31 11:00",
    }


def test_a_zone_that_does_not_exist_is_the_shops() -> None:
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    world = a_simulation(
        content(journey("j", trigger=START, steps=[mails("mail", at="09:00")]), templates=["mail"]), noon
    )
    world.ingest(identified("kim", noon - 2 * DAY, timezone="Middle/Earth"))
    world.ingest(an_event("Contest Entered", noon, "kim"))
    world.advance(noon + 20 * HOUR)
    assert [f"{at:%d %H:%M}" for at in world.mail_times] == ["02 07:00"]
