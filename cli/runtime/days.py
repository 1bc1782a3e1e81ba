"""Which daily runs would find anything to do: ten virtual years must not cost 3,650 of them.

On AWS the run rings every day. Here the days are looked through without ringing: the journeys that are live say which
dates they care for, and moto's table which dates there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from anlass.adapters.aws.dynamodb.keys import day_key
from anlass.domain.catalog import Catalog
from anlass.domain.dates import looked_up
from anlass.domain.planning import PLANNED_AT
from anlass.domain.trigger import DateTrigger
from anlass.ports import PARTS

AHEAD = 400  # days that are looked through at once; then the run rings, whatever there is


class Days:
    """`revision` says what is published, `catalog` reads it, `dates` are the keys of the index of days."""

    def __init__(
        self, revision: Callable[[], str], catalog: Callable[[], Catalog], dates: Callable[[], Iterable[str]]
    ) -> None:
        self._revision = revision
        self._read = catalog
        self._dates = dates
        self._known: tuple[str, Catalog] | None = None

    def next_run(self, after: datetime) -> datetime | None:
        """The next time at which the daily run has something to do."""
        revision = self._revision()
        if not revision:
            return None
        if self._known is None or self._known[0] != revision:
            self._known = (revision, self._read())
        catalog = self._known[1]
        if not catalog.wants_days:
            return None
        known = set(self._dates()) if any(isinstance(t, DateTrigger) for _, t in catalog.by_calendar) else set()
        for number in range(AHEAD):
            at = datetime.combine(after.date() + timedelta(days=number), PLANNED_AT, UTC)
            if at > after and _has_work(catalog, at.date() + timedelta(days=1), known):
                return at
        return datetime.combine(after.date() + timedelta(days=AHEAD), PLANNED_AT, UTC)


def _has_work(catalog: Catalog, planned: date, known: set[str]) -> bool:
    if catalog.segments.ageing:
        return True
    for _, trigger in catalog.by_calendar:
        if not isinstance(trigger, DateTrigger):
            if trigger.recurrence.times_on(planned):
                return True
        elif any(
            day_key(trigger.field, day, part) in known for day in looked_up(trigger, planned) for part in range(PARTS)
        ):
            return True
    return False
