from __future__ import annotations

from datetime import timedelta

from anlass.domain.event import Event

from tests.builders import DAY, HOUR, MINUTE, NOON, an_event
from tests.contract.house import House


def names(events: list[Event]) -> list[str]:
    return [event.name for event in events]


def test_events_are_stored_and_found_again(house: House) -> None:
    event = an_event(also="a:web", properties={"price": 19.9, "größe": "M"}, context={"import": True})
    house.event_log.put([event, an_event("Order Completed")])
    assert house.event_log.get(event.key) == event
    assert house.event_log.get(an_event("Page Viewed").key) is None
    assert house.new_events() == 2


def test_the_same_event_again_is_nothing_new_to_the_stream(house: House) -> None:
    house.event_log.put([an_event()])
    house.event_log.put([an_event(), an_event("Order Completed")])
    corrected = an_event(at=NOON + MINUTE, moment=an_event().moment)
    house.event_log.put([corrected])
    assert house.new_events() == 2
    assert house.event_log.get(an_event().key) == corrected


def test_hundreds_of_events_are_stored_at_once(house: House) -> None:
    events = [an_event(id=f"m-{number}", at=NOON + number * MINUTE) for number in range(130)]
    house.event_log.put(events)
    assert house.event_log.of_person(["u:anna"], NOON, NOON + DAY) == events


def test_a_persons_events_come_by_time_whichever_identity_had_them(house: House) -> None:
    known = [an_event("Second", NOON + MINUTE), an_event("Fourth", NOON + 3 * MINUTE)]
    unknown = [an_event("First", NOON, "a:web"), an_event("Third", NOON + 2 * MINUTE, "a:web")]
    house.event_log.put([*known, *unknown, an_event("Other", NOON, "u:bert")])
    found = house.event_log.of_person({"u:anna", "a:web", "a:never"}, NOON, NOON + HOUR)
    assert names(found) == ["First", "Second", "Third", "Fourth"]


def test_both_ends_of_the_time_belong_to_it(house: House) -> None:
    tick = timedelta(milliseconds=1)
    times = {"before": NOON - tick, "start": NOON, "end": NOON + HOUR, "after": NOON + HOUR + tick}
    house.event_log.put([an_event(name, at) for name, at in times.items()])
    assert names(house.event_log.of_person(["u:anna"], NOON, NOON + HOUR)) == ["start", "end"]


def test_the_corrected_time_counts_not_the_clients(house: House) -> None:
    slow, fast, wrong = (
        an_event(name, NOON + MINUTE, moment=an_event(at=moment, id=name).moment)
        for name, moment in (("slow", NOON - DAY), ("fast", NOON + 300 * DAY), ("wrong", NOON - 2 * DAY))
    )
    was_before = an_event("before", NOON - HOUR, moment=an_event(at=NOON + MINUTE, id="before").moment)
    house.event_log.put([slow, fast, wrong, was_before])
    # "wrong" is what this search gives up: a clock slow by more than a day.
    assert names(house.event_log.of_person(["u:anna"], NOON, NOON + HOUR)) == ["slow", "fast"]


def test_events_without_a_clients_time_are_found_too(house: House) -> None:
    house.event_log.put(
        [
            an_event("timed", NOON + MINUTE),
            an_event("untimed", NOON, moment="~#m-untimed"),
            an_event("long ago", NOON - DAY, moment="~#m-long"),
        ]
    )
    assert names(house.event_log.of_person(["u:anna"], NOON, NOON + HOUR)) == ["untimed", "timed"]


def test_only_the_names_that_are_asked_for_come(house: House) -> None:
    house.event_log.put([an_event(name) for name in ("A", "B", "C")])
    asked = house.event_log.of_person
    assert names(asked(["u:anna"], NOON, NOON, ["A", "C", "D"])) == ["A", "C"]
    assert names(asked(["u:anna"], NOON, NOON, ["A", *(f"X{number}" for number in range(120))])) == ["A"]
    assert asked(["u:anna"], NOON, NOON, []) == []
    assert asked([], NOON, NOON) == []


def test_events_of_any_allowed_size_are_found_over_many_pages(house: House) -> None:
    events = [
        an_event(id=f"m-{number}", at=NOON + number * MINUTE, properties={"text": f"{number:06}" * 5_000})
        for number in range(40)
    ]
    house.event_log.put(events)
    assert house.event_log.of_person(["u:anna"], NOON, NOON + DAY) == events
