"""Kind `schedule`: everybody, or everybody in a segment, for the times of a day."""

from __future__ import annotations

from datetime import date, datetime

from anlass.domain.changes import SaveTimer
from anlass.domain.person import zone_of
from anlass.domain.planning import is_meant, schedule_rows
from anlass.domain.trigger import ScheduleTrigger
from anlass.usecases.histories import load_history
from anlass.usecases.selecting.work import Work, may_enter
from anlass.wire import Selection


def by_schedule(selection: Selection, part: int, cursor: str | None, work: Work) -> str | None:
    live = work.live(selection)
    trigger = next((t for t in live[1].triggers if t.key == selection.trigger), None) if live else None
    if live is None or not isinstance(trigger, ScheduleTrigger):
        return None
    catalog, journey = live
    day, since, now = date.fromisoformat(selection.day), datetime.fromisoformat(selection.since), work.clock.now()
    needs = catalog.segments.history((trigger.segment,)) if trigger.segment else frozenset()
    page = work.census.people(part, cursor)
    rows: list[SaveTimer] = []
    for person in work.people(page.found, in_full=trigger.segment is not None):
        history = load_history(work.event_log, person.state.identities, needs, now, person.state.began_at)
        if may_enter(journey, person, catalog) and is_meant(trigger, journey, person, history, catalog, now):
            zone = zone_of(person.attributes, catalog.timezone)
            rows += schedule_rows(person.state.id, trigger, day, zone, since, now)
    work.commit(rows)
    return page.after
