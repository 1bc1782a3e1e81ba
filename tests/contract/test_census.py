"""Everybody is found once, part by part and page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from anlass.domain.changes import (
    AddEnrolment,
    AddSend,
    Change,
    DropDate,
    SaveAttributes,
    SaveDate,
    SaveEnrolment,
    SaveSend,
    SaveState,
)
from anlass.keys import EnrolmentKey, SendKey
from anlass.ports import PARTS, Page

from tests.builders import NOON, a_send, a_state, an_enrolment, some_attributes
from tests.contract.house import AwsHouse, House

_T = TypeVar("_T")
BIRTHDAY = "profile.birthday"


def everybody(read: Callable[[int, str | None], Page[_T]]) -> list[_T]:
    found: list[_T] = []
    for part in range(PARTS):
        page = read(part, None)
        found += page.found
        while page.after is not None:
            page = read(part, page.after)
            found += page.found
    return found


def store(house: House, changes: list[Change]) -> None:
    for start in range(0, len(changes), 100):
        house.store.commit(changes[start : start + 100])


def born_on(house: House, day: date) -> list[str]:
    return everybody(lambda part, after: house.census.with_date(BIRTHDAY, day, part, after))


def test_all_who_are_known_are_found_and_strangers_are_not(house: House) -> None:
    known = [f"u:{number}" for number in range(250)]
    store(house, [SaveAttributes(some_attributes(id_)) for id_ in known])
    store(house, [SaveState(a_state(id_)) for id_ in (*known, "a:stranger")])
    assert sorted(everybody(house.census.people)) == sorted(known)


def test_nobody_is_found_in_an_empty_table(house: House) -> None:
    assert everybody(house.census.people) == []


def test_where_a_page_ended_names_nobody_and_is_forgotten_in_time(aws: AwsHouse) -> None:
    """Executions show in their histories what one page hands on to the next."""
    known = [f"u:{number}@shop.example" for number in range(450)]
    store(aws, [SaveDate(id_, BIRTHDAY, date(1990, 5, 17)) for id_ in known])
    page = aws.census.with_date(BIRTHDAY, date(2026, 5, 17), 0, None)
    assert page.after is not None
    assert "shop" not in page.after
    row = aws.item("profiles", profile=f"@{page.after}", row="PAGE")
    assert int(row["ttl"]["N"]) == int(NOON.timestamp()) + 15 * 86_400
    key = {"profile": {"S": f"@{page.after}"}, "row": {"S": "PAGE"}}
    aws.clients.dynamodb.delete_item(TableName=aws.names.physical("profiles"), Key=key)
    again = aws.census.with_date(BIRTHDAY, date(2026, 5, 17), 0, page.after)
    assert again.found == page.found, "from the beginning"


def test_people_are_found_by_the_day_of_their_date_whatever_the_year(house: House) -> None:
    born = [f"u:{number}" for number in range(450)]
    store(house, [SaveDate(id_, BIRTHDAY, date(1960 + n % 50, 5, 17)) for n, id_ in enumerate(born)])
    store(
        house,
        [SaveDate("u:other-day", BIRTHDAY, date(1990, 5, 18)), SaveDate("u:0", "profile.wedding", date(2020, 5, 17))],
    )
    assert sorted(born_on(house, date(2026, 5, 17))) == sorted(born)


def test_a_date_that_changes_or_goes_is_found_where_it_is_by_now(house: House) -> None:
    house.store.commit([SaveDate("u:anna", BIRTHDAY, date(1990, 5, 17))])
    house.store.commit([SaveDate("u:anna", BIRTHDAY, date(1990, 5, 18))])
    assert (born_on(house, date(2026, 5, 17)), born_on(house, date(2026, 5, 18))) == ([], ["u:anna"])
    house.store.commit([DropDate("u:anna", BIRTHDAY)])
    house.store.commit([DropDate("u:anna", BIRTHDAY)])  # a repeat
    assert born_on(house, date(2026, 5, 18)) == []


def held(house: House, journey: str) -> list[str]:
    keys = everybody(lambda part, after: house.census.held(journey, part, after))
    return sorted(key.id if isinstance(key, EnrolmentKey) else f"{key.enrolment} {key.row}" for key in keys)


def test_what_a_pause_holds_is_found_by_its_journey_until_it_goes_on(house: House) -> None:
    row = an_enrolment(held_at=NOON)
    send = a_send(is_held=True)
    house.store.commit([AddEnrolment(row), AddSend(send)])
    house.store.commit(
        [AddEnrolment(an_enrolment("e-2", journey="other", held_at=NOON)), AddEnrolment(an_enrolment("e-3"))]
    )
    assert held(house, "cart") == ["e-1", "e-1 S#first#1"]
    free = an_enrolment()
    house.store.commit([SaveEnrolment(free, row.seq, row.appended, row.owner)])
    house.store.commit([SaveSend(a_send(is_held=True, status="SKIPPED", closed_at=NOON), "PENDING", None)])
    assert held(house, "cart") == []


def test_a_page_of_what_is_held_leads_on_where_all_of_it_was_released(house: House) -> None:
    rows = [an_enrolment(f"e-{number}", held_at=NOON) for number in range(450)]
    store(house, [AddEnrolment(row) for row in rows])
    released = 0
    for part in range(PARTS):
        after: str | None = None
        while True:
            page = house.census.held("cart", part, after)
            for key in page.found:
                assert isinstance(key, EnrolmentKey)
                row = next(each for each in rows if each.id == key.id)
                house.store.commit([SaveEnrolment(an_enrolment(row.id), row.seq, row.appended, row.owner)])
                released += 1
            after = page.after
            if after is None:
                break
    assert released == len(rows)
    assert held(house, "cart") == []


def test_a_held_send_is_named_by_its_row(house: House) -> None:
    house.store.commit([AddEnrolment(an_enrolment()), AddSend(a_send(step="late", is_held=True))])
    (key,) = everybody(lambda part, after: house.census.held("cart", part, after))
    assert key == SendKey("e-1", "S#late#1")
