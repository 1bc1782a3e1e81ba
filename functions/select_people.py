"""The machine `select`'s task `Page`: reads one page of one part, and writes what the selection asks for."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Telling, counting
from anlass.usecases.select_people import select_people
from anlass.usecases.selecting.work import Work
from anlass.wire import Selection


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    app = application()
    with counting() as counts:
        work = Work(app.census, Telling(app.store, counts), app.event_log, app.definitions, app.clock)
        cursor = select_people(Selection(**event["selection"]), event["part"], event["cursor"] or None, work)
    return {"cursor": cursor or "", "more": cursor is not None}
