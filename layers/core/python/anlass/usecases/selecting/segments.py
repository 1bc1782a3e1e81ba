"""Kind `segments`: everybody, for the segments that time changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from anlass.domain.catalog import Catalog
from anlass.domain.condition import HistoryNeed
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.person import History, Person, person_facts
from anlass.usecases.age_segments import age_segments, aged
from anlass.usecases.catalog import load_catalog
from anlass.usecases.histories import load_history, possible
from anlass.usecases.selecting.work import Work
from anlass.wire import Selection


def by_segments(_: Selection, part: int, cursor: str | None, work: Work) -> str | None:
    """A page is read at once. The past is asked only of those of whom it decides; only those whom time has moved are
    read again, and written."""
    catalog, now = load_catalog(work.definitions), work.clock.now()
    ageing = catalog.segments.ageing
    if not ageing:
        return None
    needs = catalog.segments.history(segment.id for segment in ageing)
    page = work.census.people(part, cursor)
    for person in work.people(page.found, in_full=True):
        state = person.state
        nothing: History = {need.event: () for need in needs}
        history = nothing
        asked = possible(needs, state.last_seen, now)
        if _depends_on(asked, nothing, person, catalog, now):
            history = {**nothing, **load_history(work.event_log, state.identities, asked, now, state.began_at)}
        if aged(person, history, catalog, now)[0] != state.segments:
            age_segments(
                person.state.id,
                store=work.store,
                event_log=work.event_log,
                definitions=work.definitions,
                clock=work.clock,
            )
    return page.after


def _depends_on(
    needs: Iterable[HistoryNeed], history: History, person: Person, catalog: Catalog, now: datetime
) -> bool:
    """Whether more is to be known of the person than what they are and what they cannot have done."""
    facts = person_facts(person, ALL_TOPICS, catalog.currency, now, history, catalog.segments.all)
    facts["unknown"] = frozenset(need.event for need in needs)
    return any(segment.settled(facts) is None for segment in catalog.segments.ageing)
