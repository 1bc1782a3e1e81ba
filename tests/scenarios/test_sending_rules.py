"""When marketing may leave: quiet hours where the recipient is, caps over all channels, wishes, countries; both worlds.

Only e-mail carries marketing here, and has no quiet hours unless the settings give it some.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.domain.send import Send

from cli.runtime.world import LocalRuntime
from tests.shop import content, journey, mails, template
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, MotoWorld, World, identify, track

FRIDAY = datetime(2026, 10, 2, 17, 30, tzinfo=UTC)  # half past seven in Berlin; Saturday is a public holiday
NIGHTS = {"email": {"from": "20:00", "until": "09:00"}}
SETTINGS = {
    "caps": {"all": {"week": 3}, "email": {"day": 2}},
    "quiet_hours": NIGHTS,
    "countries": {"AT": {"quiet_hours": {"email": {"from": "22:00", "until": "06:00", "sundays": False}}}},
}
FILES = {
    **content(
        *(
            journey(name, trigger={"type": "event", "event": f"{name.title()} Wanted"}, steps=[mails(name)])
            for name in ("offer", "other", "third", "receipt")
        ),
        templates=("offer", "other", "third"),
        settings=SETTINGS,
    ),
    **template("receipt", "transactional", "<p>{{ imprint }}</p>"),
}


@pytest.fixture(name="world", params=["memory", "moto"])
def _world(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        yield MemoryWorld(FILES, FRIDAY)
        return
    with LocalRuntime(FRIDAY) as runtime:
        yield MotoWorld(runtime, FILES)


def sends(world: World) -> list[Send]:
    if isinstance(world, MotoWorld):
        found = world.rows(Send)
    else:
        assert isinstance(world, MemoryWorld)
        found = [row for row in world.simulation.store.rows() if isinstance(row, Send)]
    return sorted(found, key=lambda send: send.created_at)


def wants(world: World, user: str, *names: str, at: datetime = FRIDAY) -> None:
    for name in names:
        world.batch(track(f"{name.title()} Wanted", at, user))


def test_marketing_waits_for_the_morning_of_a_day_that_is_neither_sunday_nor_holiday(world: World) -> None:
    """Friday evening; Saturday is German Unity Day, then comes Sunday. Nobody waits with a receipt."""
    world.batch(identify("anna", FRIDAY, region="DE-BY", country="DE"))
    world.advance(FRIDAY + HOUR)
    wants(world, "anna", "offer", "receipt", at=FRIDAY + HOUR)
    world.advance(FRIDAY + 5 * DAY)
    assert world.told() == ["10-02 18:30 anna@shop.example receipt"]
    assert world.skipped() == {"offer": "quiet_hours"}, "which is longer than the offer is worth"


def test_of_one_holiday_and_in_another_country_and_zone_each_waits_their_own_time(world: World) -> None:
    """Vienna has hours of its own, Tokyo is asleep, and Berlin, on a Thursday, wakes at nine."""
    for user, traits in (
        ("berta", {"country": "DE", "region": "DE-BE"}),
        ("resi", {"country": "Österreich"}),
        ("aiko", {"country": "DE", "timezone": "Asia/Tokyo"}),
    ):
        world.batch(identify(user, FRIDAY, **traits))
    thursday = FRIDAY + 6 * DAY + HOUR  # half past eight in Berlin
    world.advance(thursday)
    for user in ("berta", "resi", "aiko"):
        wants(world, user, "offer", at=thursday)
    world.advance(thursday + 2 * DAY)
    assert sorted(world.told()) == [
        "10-08 18:30 resi@shop.example offer",
        "10-09 00:00 aiko@shop.example offer",
        "10-09 07:00 berta@shop.example offer",
    ]
    [berta] = [send for send in sends(world) if send.profile == "u:berta"]
    assert [(look.outcome, look.reason) for look in berta.looks] == [("deferred", "quiet_hours"), ("allowed", None)]
    assert berta.looks[0].until == datetime(2026, 10, 9, 7, tzinfo=UTC)
    assert berta.looks[0].facts["local"] == "2026-10-08T20:30+02:00"


def test_who_has_had_their_share_of_all_channels_waits_though_their_own_has_room(world: World) -> None:
    world.batch(identify("anna", FRIDAY, country="DE"))
    monday = FRIDAY + 3 * DAY
    for day, name in enumerate(("offer", "other", "third")):
        world.advance(monday + day * DAY)
        wants(world, "anna", name, at=monday + day * DAY)
    thursday = monday + 3 * DAY
    world.advance(thursday)
    wants(world, "anna", "offer", at=thursday)
    world.advance(monday + 20 * DAY)
    assert [line[:5] for line in world.told()] == ["10-05", "10-06", "10-07"]
    last = sends(world)[-1]
    assert (last.status, last.reason) == ("SKIPPED", "cap")
    assert {name: last.looks[-1].facts[name] for name in ("of", "window", "most", "left")} == {
        "of": "person",
        "window": "week",
        "most": 3,
        "left": 3,
    }


def test_two_journeys_do_not_send_the_same_words_about_the_same_event() -> None:
    trigger = {"type": "event", "event": "Order Completed"}
    both = (journey(name, trigger=trigger, steps=[mails("thanks")]) for name in ("one", "two"))
    world = MemoryWorld(content(*both, templates=("thanks",)), FRIDAY)
    world.batch(identify("anna", FRIDAY))
    for number in (1, 2):
        world.batch(track("Order Completed", FRIDAY + number * MINUTE, "anna", order_id=str(number), total=9))
    world.advance(FRIDAY + 5 * DAY)
    assert len(world.told()) == 2, "of each order"
    assert [send.reason for send in sends(world) if send.status == "SKIPPED"] == ["duplicate"] * 2


def test_in_test_neither_caps_nor_nights_hold_anything_back() -> None:
    """Days pass as minutes there, and whoever tries a journey in the evening wants to see it."""
    on_trial = journey(
        "offer", trigger={"type": "event", "event": "Offer Wanted"}, status="test", steps=[mails("offer")]
    )
    files = content(on_trial, templates=("offer",), settings={**SETTINGS, "test_people": ["anna"]})
    night = FRIDAY + 4 * HOUR
    world = MemoryWorld(files, night)
    world.batch(identify("anna", night))
    for number in range(4):
        world.batch(track("Offer Wanted", night + number * MINUTE, "anna"))
        world.advance(night + (number + 1) * MINUTE)
    assert len(world.told()) == 4


def test_a_message_that_waits_a_moment_says_why_once_for_each_reason() -> None:
    """While something more important is on its way it comes back every half minute, and later."""
    important = journey(
        "important", trigger={"type": "event", "event": "Offer Wanted"}, priority=90, steps=[mails("other")]
    )
    plain = journey("plain", trigger={"type": "event", "event": "Offer Wanted"}, steps=[mails("offer")])
    files = content(important, plain, templates=("offer", "other"), settings={"caps": {"email": {"day": 1}}})
    world = MemoryWorld(files, FRIDAY)
    world.batch(identify("anna", FRIDAY))
    wants(world, "anna", "offer")
    world.advance(FRIDAY + 3 * DAY)
    assert [line[:5] for line in world.told()] == ["10-02", "10-03"]
    [offer] = [send for send in sends(world) if send.step == "offer"]
    reasons = [look.reason for look in offer.looks]
    assert reasons[-2:] == ["cap", None]
    assert reasons.count("priority") <= 1
