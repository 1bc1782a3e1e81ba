"""Once a day: whom the next local date concerns is selected, before it begins anywhere on earth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from anlass.domain.ids import short
from anlass.domain.journey import Journey
from anlass.domain.planning import open_days, planned_from, planned_until
from anlass.domain.trigger import DateTrigger, ScheduleTrigger
from anlass.ports import (
    Clock,
    Definitions,
    Selections,
)
from anlass.usecases.catalog import load_catalog
from anlass.usecases.content_index import ContentIndex
from anlass.wire import Selection


def plan_day(*, definitions: Definitions, selections: Selections, clock: Clock) -> list[str]:
    """Asks for the selections of all days that are not over, those of yesterday's run too: what was asked for before
    has a name that is taken, so a repeat changes nothing, and a day that was missed is caught up. Answers the names.
    """
    index, now = ContentIndex.of(definitions.fresh_index()[1]), clock.now()
    catalog = load_catalog(definitions)
    journeys = catalog.journeys.values()
    asked = [
        named for day in open_days(now) for named in selections_for(day, journeys, index.lives, planned_from(day, now))
    ]
    if catalog.segments.ageing:
        asked.append((f"segments-{planned_until(now)}", Selection("segments")))
    for name, selection in asked:
        selections.start(name, selection)
    return [name for name, _ in asked]


def selections_for(
    day: date, journeys: Iterable[Journey], lives: Mapping[str, str], since: datetime
) -> Iterator[tuple[str, Selection]]:
    """What that local date wants selected, by name. `lives` tell a journey that was paused from one that was not."""
    for journey in journeys:
        for trigger in journey.triggers if journey.takes_new else ():
            match trigger:
                case DateTrigger():
                    kind = "date"
                case ScheduleTrigger() if trigger.recurrence.times_on(day):
                    kind = "schedule"
                case _:
                    continue
            life = short(f"{journey.version} {lives.get(journey.id)}", 8)
            name = f"{kind}-{trigger.key.replace('/', '-')}-{day}-{life}"
            at = since.isoformat()
            yield name, Selection(kind, journey.id, journey.version, trigger.key, day.isoformat(), at)
