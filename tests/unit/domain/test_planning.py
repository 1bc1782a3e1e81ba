"""Whom a day of the calendar concerns, and what becomes of a timer row when something has changed since."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from anlass.domain.applying import Record, Workbench
from anlass.domain.catalog import Catalog
from anlass.domain.changes import DropDate, SaveDate, SaveTimer
from anlass.domain.cron import parse_cron
from anlass.domain.person import Person
from anlass.domain.planning import date_row, entry_by_day, open_days, recall, rows_at_once, schedule_rows
from anlass.domain.recurrence import ByDay, Weekly
from anlass.domain.timer import Occasion, Timer
from anlass.domain.trigger import ByCalendar, DateTrigger, EventTrigger, ScheduleTrigger

from tests.builders import DAY, NOON, a_journey, a_state, an_event, some_attributes

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
BORN = date(1990, 3, 3)
BIRTHDAY = DateTrigger("cart/0", "profile.birthday", True, frozenset(), timedelta(0), time(9))
EVERY_DAY = ByDay(Weekly(frozenset(range(7))), time(9))
DAILY = ScheduleTrigger("cart/0", EVERY_DAY, None)
MARCH_3 = date(2026, 3, 3)


def anna(**traits: object) -> Person:
    return Person(a_state(), some_attributes(traits=traits))


def planned(trigger: ByCalendar) -> Timer:
    if isinstance(trigger, DateTrigger):
        row = date_row("u:anna", trigger, BORN, MARCH_3 + trigger.offset, BERLIN, NOON, NOON)
    else:
        row = next(schedule_rows("u:anna", trigger, MARCH_3, BERLIN, NOON, NOON))
    assert row is not None
    return row.timer


def rows(before: Person, after: Person, trigger: ByCalendar) -> list[Timer]:
    catalog = Catalog({"cart": a_journey(triggers=(trigger,))})
    return [row.timer for row in rows_at_once(before, after, catalog, NOON)]


def test_the_row_rings_at_the_recipients_hour_and_knows_its_day() -> None:
    row = planned(BIRTHDAY)
    assert (row.due, row.occasion) == (datetime(2026, 3, 3, 8, tzinfo=UTC), Occasion(day=MARCH_3))


def test_the_same_occasion_has_the_same_row_whatever_the_offset() -> None:
    assert planned(BIRTHDAY).id == planned(replace(BIRTHDAY, offset=timedelta(days=5))).id


def test_two_times_of_a_day_are_two_rows() -> None:
    twice = ScheduleTrigger("cart/0", parse_cron("0 14,18 * * ? *"), None)
    found = list(schedule_rows("u:anna", twice, MARCH_3, BERLIN, NOON, NOON))
    assert len({row.timer.id for row in found}) == 2


def test_moments_before_the_selection_are_nobodys() -> None:
    assert list(schedule_rows("u:anna", DAILY, NOON.date(), BERLIN, NOON, NOON)) == []
    assert date_row("u:anna", BIRTHDAY, NOON.date().replace(year=1990), NOON.date(), BERLIN, NOON, NOON) is None


def test_a_row_that_comes_late_rings_at_once() -> None:
    row = date_row("u:anna", BIRTHDAY, BORN, MARCH_3, BERLIN, NOON, NOON + 2 * DAY)
    assert row is not None
    assert row.timer.due == NOON + 2 * DAY


def test_who_is_new_gets_what_the_daily_run_would_have_given_them() -> None:
    stranger = Person(a_state())
    known = anna(birthday="1990-03-03")
    assert [row.id for row in rows(stranger, known, BIRTHDAY)] == [planned(BIRTHDAY).id]
    assert planned(DAILY).id in [row.id for row in rows(stranger, known, DAILY)]
    assert all(row.due > NOON for row in rows(stranger, known, DAILY))


def test_who_was_known_before_gets_a_schedule_from_the_daily_run_alone() -> None:
    assert rows(anna(), anna(first_name="Anne"), DAILY) == []


def test_a_date_that_stays_as_it_was_arms_nothing() -> None:
    before, after = anna(birthday="1990-03-03"), anna(birthday="1990-03-03", first_name="Anne")
    assert rows(before, after, BIRTHDAY) == []


def test_a_date_whose_day_is_not_planned_yet_arms_nothing() -> None:
    later = f"1990-{open_days(NOON)[-1] + DAY:%m-%d}"
    assert rows(anna(), anna(birthday=later), BIRTHDAY) == []


def test_another_hour_or_zone_moves_the_ring() -> None:
    row = planned(BIRTHDAY)
    later = recall(row, replace(BIRTHDAY, at=time(18)), BERLIN)
    in_tokyo = recall(row, BIRTHDAY, TOKYO)
    assert later is not None
    assert in_tokyo is not None
    assert (later.due.hour, in_tokyo.due.hour) == (17, 0)


@pytest.mark.parametrize(
    "trigger",
    [
        replace(DAILY, recurrence=replace(EVERY_DAY, at=time(10))),
        replace(DAILY, recurrence=parse_cron("0 9 ? * MON *")),
        BIRTHDAY,
        EventTrigger("cart/0", "Order Completed"),
    ],
)
def test_a_time_that_the_schedule_has_no_more_rings_for_nobody(trigger: ByCalendar | EventTrigger) -> None:
    assert recall(planned(DAILY), trigger, BERLIN) is None


def test_the_entry_names_the_date_and_its_return() -> None:
    entry = entry_by_day(planned(BIRTHDAY), BIRTHDAY, anna(birthday="1990-03-03"), BERLIN)
    assert entry is not None
    assert entry.properties == {"date": "2026-03-03", "years": 36, "field": "profile.birthday"}


def test_a_birthday_that_is_another_one_by_now_enters_nobody() -> None:
    assert entry_by_day(planned(BIRTHDAY), BIRTHDAY, anna(birthday="1990-03-04"), BERLIN) is None
    assert entry_by_day(planned(BIRTHDAY), BIRTHDAY, anna(), BERLIN) is None


def test_two_rows_of_one_person_are_one_occasion() -> None:
    """A merge brought them together: the entry names who it is by now."""
    of_phone = replace(planned(BIRTHDAY), id="t-phone", profile="a:phone")
    born = anna(birthday="1990-03-03")
    entries = [entry_by_day(row, BIRTHDAY, born, BERLIN) for row in (planned(BIRTHDAY), of_phone)]
    assert entries[0] == entries[1]


def identified(moment: int, birthday: str) -> Record:
    event = an_event("identify", NOON + timedelta(seconds=moment), kind="identify", traits={"birthday": birthday})
    return Record(replace(event, id=f"m-{moment}", moment=f"{moment}"), "stream", str(moment))


def test_a_date_that_changes_to_and_fro_in_one_batch_is_one_row() -> None:
    bench = Workbench({}, Catalog({"cart": a_journey(triggers=(BIRTHDAY,))}), {})
    for moment, birthday in enumerate(("1990-03-03", "1990-03-04", "1990-03-03"), 1):
        bench.apply(identified(moment, birthday), NOON)
    changes = bench.changes()
    assert [change.timer.id for change in changes if isinstance(change, SaveTimer)] == [planned(BIRTHDAY).id]
    dates = {change.field: change.day for change in changes if isinstance(change, SaveDate)}
    assert dates["profile.birthday"] == BORN


def test_a_merge_leaves_no_date_with_the_pointer() -> None:
    phone = Person(
        replace(a_state("a:phone"), version=3), some_attributes("a:phone", traits={"birthday": "1990-03-03"})
    )
    bench = Workbench({"a:phone": phone}, Catalog({}), {})
    event = an_event("identify", NOON, kind="identify", traits={"first_name": "Anna"}, also="a:phone")
    bench.apply(Record(event, "stream", "1"), NOON)
    changes = bench.changes()
    dropped = {(change.profile, change.field) for change in changes if isinstance(change, DropDate)}
    saved = {(change.profile, change.field) for change in changes if isinstance(change, SaveDate)}
    assert dropped == {("a:phone", "profile.birthday"), ("a:phone", "profile.registered_at")}
    assert saved == {("u:anna", "profile.birthday"), ("u:anna", "profile.registered_at")}


def test_a_trait_that_is_no_date_any_more_leaves_the_index() -> None:
    read = {"u:anna": anna(birthday="1990-03-03")}
    bench = Workbench(read, Catalog({}), {})
    bench.apply(identified(1, "unknown"), NOON)
    (change,) = (change for change in bench.changes() if isinstance(change, DropDate | SaveDate))
    assert change == DropDate("u:anna", "profile.birthday")
