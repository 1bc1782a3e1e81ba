"""Every five minutes: rows past their time get going again."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import Telling, counting, logger
from anlass.usecases.sweep import HARMLESS, Sweeper, sweep


@masked
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    app = application()
    with counting() as counts:
        done = sweep(
            Sweeper(
                Telling(app.store, counts),
                app.event_log,
                app.definitions,
                app.queues,
                app.executions,
                app.clock,
                app.config.wait_border,
                _log,
            )
        )
        counts["RowsPastTime"] += sum(rows for outcome, rows in done.items() if outcome not in HARMLESS)
        counts["Quarantined"] += done["timers quarantined"]
    if done:
        logger.info("swept", done=dict(done))
    return dict(done)


def _log(kind: str, id_: str, error: BaseException) -> None:
    logger.error("sweeping failed", kind=kind, row=id_, error=type(error).__name__)
