"""What a publication wants selected: kept in the index with it, so that nothing is lost between saying and doing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime

from anlass.domain.errors import Conflict
from anlass.domain.journey import Journey
from anlass.domain.planning import open_days
from anlass.ports import Definitions, Selections
from anlass.usecases.catalog import load_journey
from anlass.usecases.content_index import ContentIndex
from anlass.usecases.plan_day import selections_for
from anlass.wire import Selection


def with_requests(
    before: ContentIndex, after: ContentIndex, revision: int, definitions: Definitions, now: datetime
) -> ContentIndex:
    """With what its change wants selected. `revision`: of the index when it is saved; it makes names new."""
    lives, requested = dict(after.lives), dict(after.requested)
    for id_ in sorted(before.journeys.keys() | after.journeys.keys()):
        was, is_ = before.journeys.get(id_), after.journeys.get(id_)
        if was == is_:
            continue
        old = load_journey(definitions, id_, was) if was else None
        new = load_journey(definitions, id_, is_) if is_ else None
        was_on, is_on = (each is not None and each.status != "off" for each in (old, new))
        if is_on and not was_on:
            lives[id_] = str(revision)
        if new is None:
            lives.pop(id_, None)
        if old is not None and not was_on and (is_on or new is None):
            requested[f"release-{id_}-{revision}"] = asdict(Selection("release", id_))
        if new is not None and new.takes_new:
            requested |= {name: asdict(selection) for name, selection in _entries(new, lives, revision, now)}
    return replace(after, lives=lives, requested=requested)


def start_requested(*, definitions: Definitions, selections: Selections) -> None:
    """Starts what publications want selected, also of one that broke off; then nobody wants it any more."""
    revision, stored = definitions.fresh_index()
    index = ContentIndex.of(stored)
    if not index.requested:
        return
    for name, selection in index.requested.items():
        selections.start(name, Selection(**selection))
    try:
        definitions.save_index(revision, replace(index, requested={}).stored())
    except Conflict:
        return  # whoever published just now starts them once more, under names that are taken


def _entries(journey: Journey, lives: dict[str, str], revision: int, now: datetime) -> Iterator[tuple[str, Selection]]:
    """A journey that goes live gets the days that are planned already, and those who qualified before."""
    for day in open_days(now):
        yield from selections_for(day, [journey], lives, now)
    if journey.entry.backfill is not None:
        name = f"backfill-{journey.id}-{journey.version}-{revision}"
        yield name, Selection("backfill", journey.id, journey.version, since=now.isoformat())
