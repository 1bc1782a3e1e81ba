"""Which daily runs would find anything to do: ten virtual years must not cost 3,650 of them.

On AWS the run rings every day. Here days are passed over without ringing: the journeys that are live say which dates
they care for, moto's table which dates there are, and `ageing.py` whom time moves into a segment or out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from anlass.adapters.aws.dynamodb.keys import day_key
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.selections import SETTLE
from anlass.domain.catalog import Catalog
from anlass.domain.dates import looked_up
from anlass.domain.planning import PLANNED_AT
from anlass.domain.trigger import DateTrigger
from anlass.ports import PARTS

from cli.runtime.ageing import Ageing

_DAY = timedelta(days=1)
_LAST = datetime(9999, 12, 30, tzinfo=UTC)  # whose next day the calendar still has


class Days:
    """`revision` says what is published, `catalog` reads it, `dates` are the keys of the index of days."""

    def __init__(
        self,
        clock: VirtualClock,
        revision: Callable[[], str],
        catalog: Callable[[], Catalog],
        dates: Callable[[], Iterable[str]],
        ageing: Ageing,
    ) -> None:
        self._clock = clock
        self._revision = revision
        self._read = catalog
        self._dates = dates
        self._ageing = ageing
        self._known: tuple[str, Catalog] | None = None

    def next_run(self, after: datetime, until: datetime) -> datetime | None:
        """The first time, `until` included, at which the daily run has something to do. Until then nothing else may
        happen; what happens while a run begins is for it too, so that with an end so near it is not passed over.
        """
        now, until = self._clock.now(), min(until, _LAST)
        at = datetime.combine(now.date(), PLANNED_AT, UTC)
        if at < now or at <= after:
            at += _DAY
        catalog = self._catalog() if at <= until else None
        if catalog is None or not catalog.wants_days:
            return None
        has_dates = any(isinstance(trigger, DateTrigger) for _, trigger in catalog.by_calendar)
        known = set(self._dates()) if has_dates else set()
        while at <= until:
            if (
                until <= at + SETTLE
                or _is_of_the_calendar(catalog, at.date() + _DAY, known)
                or (catalog.segments.ageing and self._ageing.moves_somebody(catalog, now, at + SETTLE))
            ):
                return at
            at += _DAY
        return None

    def _catalog(self) -> Catalog | None:
        revision = self._revision()
        if not revision:
            return None
        if self._known is None or self._known[0] != revision:
            self._known = (revision, self._read())
        return self._known[1]


def _is_of_the_calendar(catalog: Catalog, planned: date, known: set[str]) -> bool:
    for _, trigger in catalog.by_calendar:
        if not isinstance(trigger, DateTrigger):
            if trigger.recurrence.times_on(planned):
                return True
        elif any(
            day_key(trigger.field, day, part) in known for day in looked_up(trigger, planned) for part in range(PARTS)
        ):
            return True
    return False
