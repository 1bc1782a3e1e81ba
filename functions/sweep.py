"""Every five minutes: rows past their time get going again."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.domain.send import Send
from anlass.masking import masked
from anlass.telemetry import Telling, counting, logger
from anlass.usecases.complaint_rate import is_braked
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
                _unsettled,
            )
        )
        counts["RowsPastTime"] += sum(rows for outcome, rows in done.items() if outcome not in HARMLESS)
        counts["Quarantined"] += done["timers quarantined"]
        counts["MessagesUnsettled"] += done["sends unsettled"]
        counts["BrakeOn"] += is_braked(app.store)
    if done:
        logger.info("swept", done=dict(done))
    return dict(done)


def _log(kind: str, id_: str, error: BaseException) -> None:
    logger.error("sweeping failed", kind=kind, row=id_, error=type(error).__name__)


def _unsettled(send: Send) -> None:
    """Nobody reported what became of it, and nobody will."""
    logger.warning("never settled", enrolment=send.enrolment, send=send.row, channel=send.channel, reason=send.reason)
