"""Kind `segments`: everybody, for the segments that time changes."""

from __future__ import annotations

from anlass.usecases.age_segments import age_segments, aged
from anlass.usecases.catalog import load_catalog
from anlass.usecases.histories import load_history
from anlass.usecases.selecting.work import Work
from anlass.wire import Selection


def by_segments(_: Selection, part: int, cursor: str | None, work: Work) -> str | None:
    """A page is read at once; only those whom time has moved are read again, and written."""
    catalog, now = load_catalog(work.definitions), work.clock.now()
    ageing = catalog.segments.ageing
    if not ageing:
        return None
    needs = catalog.segments.history(segment.id for segment in ageing)
    page = work.census.people(part, cursor)
    for person in work.people(page.found, in_full=True):
        history = load_history(work.event_log, person.state.identities, needs, now)
        if aged(person, history, catalog, now)[0] != person.state.segments:
            age_segments(
                person.state.id,
                store=work.store,
                event_log=work.event_log,
                definitions=work.definitions,
                clock=work.clock,
            )
    return page.after
