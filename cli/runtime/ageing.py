"""Of whom the next daily runs would find that time has moved them into a segment or out of it.

Most days that is nobody. Whoever was written, or did something, is looked at anew before the next day is passed over;
of everybody else it is known when a condition may change by itself, and it is asked again then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from anlass.bootstrap import Application
from anlass.domain.ageing import turns
from anlass.domain.catalog import Catalog
from anlass.domain.condition import HistoryNeed
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.person import History, Person, person_facts
from anlass.usecases.age_segments import aged
from anlass.usecases.histories import EVER, heard, possible
from anlass.usecases.selecting.work import Work

AHEAD = timedelta(days=400)  # that turns are known for
DATED_AHEAD = timedelta(days=2)  # intake takes events of the next 24 hours
NOT_YET = datetime.min.replace(tzinfo=UTC)


@dataclass
class _Known:
    person: Person
    history: History
    turns: deque[datetime] | None = None  # to come, up to `until`; None: any day may be one
    until: datetime = NOT_YET
    has_moved: bool = False  # nobody has noticed yet


class Ageing:
    """`everybody`: ids of all profiles; `written`: identities of whom something was written since it was asked last."""

    def __init__(
        self,
        application: Callable[[], Application],
        everybody: Callable[[], Iterable[str]],
        written: Callable[[], set[str]],
    ) -> None:
        self._application = application
        self._everybody = everybody
        self._written = written
        self._catalog: Catalog | None = None
        self._known: dict[str, _Known] = {}
        self._owner: dict[str, str] = {}  # identity -> profile

    def moves_somebody(self, catalog: Catalog, now: datetime, then: datetime) -> bool:
        """Whether anybody belongs elsewhere at that later time than is stored, if nothing happens until then."""
        self._look(catalog, now)
        return any(self._has_moved(known, catalog, now, then) for known in self._known.values())

    def _look(self, catalog: Catalog, now: datetime) -> None:
        names = {self._owner.get(name, name) for name in self._written()}
        if catalog is not self._catalog:
            self._catalog, names = catalog, {*self._everybody()}
        for name in names:
            self._known.pop(name, None)
        if not names:
            return
        app, needs = self._application(), catalog.segments.history(s.id for s in catalog.segments.ageing)
        work = Work(app.census, app.store, app.event_log, app.definitions, app.clock)
        for person in work.people(sorted(names), in_full=True):
            self._known[person.state.id] = _Known(person, self._past(app, person, needs, now))
            self._owner |= dict.fromkeys(person.state.identities, person.state.id)

    @staticmethod
    def _past(app: Application, person: Person, needs: frozenset[HistoryNeed], now: datetime) -> History:
        asked = possible(needs, person.state.last_seen, now)
        if not asked:
            return {}
        since = EVER if any(n.within is None for n in asked) else now - max(n.within for n in asked if n.within)
        names = {need.event for need in asked}
        events = app.event_log.of_person(person.state.identities, since, now + DATED_AHEAD, names)
        return {name: [heard(event) for event in events if event.name == name] for name in names}

    @staticmethod
    def _has_moved(known: _Known, catalog: Catalog, now: datetime, then: datetime) -> bool:
        is_new = known.until < then
        if is_new:
            known.until = then + AHEAD
            known.turns = _turns(known, catalog, now)
        if is_new or known.turns is None or (known.turns and known.turns[0] <= then):
            while known.turns and known.turns[0] <= then:
                known.turns.popleft()
            known.has_moved = aged(known.person, known.history, catalog, then)[0] != known.person.state.segments
        return known.has_moved


def _turns(known: _Known, catalog: Catalog, now: datetime) -> deque[datetime] | None:
    segments = catalog.segments
    names = segments.named_by(segment.id for segment in segments.ageing)
    conditions = [segments.all[name].who.condition for name in sorted(names)]
    facts = person_facts(known.person, ALL_TOPICS, catalog.currency, now, known.history, segments.all)
    found = turns(conditions, facts, now, known.until)
    return None if found is None else deque(found)
