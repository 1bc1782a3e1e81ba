"""Every five minutes: rows past their time get going again."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.usecases.sweep import Sweeper, sweep
from aws_lambda_powertools.logging import Logger

logger = Logger(service="sweep")


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    app = application()
    done = sweep(
        Sweeper(
            app.store,
            app.event_log,
            app.definitions,
            app.queues,
            app.executions,
            app.clock,
            app.config.wait_border,
            _log,
        )
    )
    if done:
        logger.warning("rows past their time", extra={"done": dict(done)})
    return dict(done)


def _log(kind: str, id_: str, error: BaseException) -> None:
    logger.error("sweeping failed", extra={"kind": kind, "row": id_, "error": type(error).__name__})
