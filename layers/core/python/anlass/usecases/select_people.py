"""Selects people, page by page, as the machine `select` asks. A new kind is a file in selecting/ and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from anlass.usecases.selecting.backfill import backfill
from anlass.usecases.selecting.dates import by_date
from anlass.usecases.selecting.release import release
from anlass.usecases.selecting.schedules import by_schedule
from anlass.usecases.selecting.segments import by_segments
from anlass.usecases.selecting.work import Work
from anlass.wire import Selection

# (selection, part, cursor, work) -> the next cursor; None: that was all of this part.
Kind = Callable[[Selection, int, str | None, Work], str | None]

KINDS: Mapping[str, Kind] = {
    "date": by_date,
    "schedule": by_schedule,
    "segments": by_segments,
    "backfill": backfill,
    "release": release,
}


def select_people(selection: Selection, part: int, cursor: str | None, work: Work) -> str | None:
    """One page of one part; a repeat changes nothing. Answers where to go on, None where there is nobody left."""
    return KINDS[selection.kind](selection, part, cursor, work)
