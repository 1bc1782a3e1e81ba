"""Once a day, before the next date begins anywhere on earth: whom that date concerns is selected."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import logger
from anlass.usecases.plan_day import plan_day
from anlass.usecases.request_selections import start_requested


@masked
def handler(_event: dict[str, Any], _context: object) -> dict[str, list[str]]:
    app = application()
    start_requested(definitions=app.definitions, selections=app.selections)  # should a publication have broken off
    asked = plan_day(definitions=app.definitions, selections=app.selections, clock=app.clock)
    logger.info("planned", selections=asked)
    return {"asked": asked}
