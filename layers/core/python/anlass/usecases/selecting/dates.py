"""Kind `date`: everybody whose date falls on a day, from the index of days."""

from __future__ import annotations

from datetime import date, datetime

from anlass.domain.dates import dates_of, looked_up
from anlass.domain.person import zone_of
from anlass.domain.planning import date_row
from anlass.domain.trigger import DateTrigger
from anlass.usecases.selecting.work import Work, may_enter
from anlass.wire import Selection


def by_date(selection: Selection, part: int, cursor: str | None, work: Work) -> str | None:
    """The cursor is "<which of the dates> <where on>": on 28 February there are two."""
    live = work.live(selection)
    trigger = next((t for t in live[1].triggers if t.key == selection.trigger), None) if live else None
    if live is None or not isinstance(trigger, DateTrigger):
        return None
    catalog, journey = live
    day, since, now = date.fromisoformat(selection.day), datetime.fromisoformat(selection.since), work.clock.now()
    dates = looked_up(trigger, day)
    number, _, after = (cursor or "0").partition(" ")
    page = work.census.with_date(trigger.field, dates[int(number)], part, after or None)
    rows = []
    for person in work.people(page.found, in_full=False):
        zone = zone_of(person.attributes, catalog.timezone)
        known = dates_of(person.attributes, zone).get(trigger.field)
        row = date_row(person.state.id, trigger, known, day, zone, since, now)
        if row is not None and may_enter(journey, person, catalog):
            rows.append(row)
    work.commit(rows)
    if page.after is not None:
        return f"{number} {page.after}"
    return str(int(number) + 1) if int(number) + 1 < len(dates) else None
