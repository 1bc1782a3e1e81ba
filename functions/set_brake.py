"""Called by ops: says how complaints stand, sets the brake on marketing, or lifts it."""

from __future__ import annotations

from typing import Any

from anlass.bootstrap import application
from anlass.domain.errors import ConfigurationError
from anlass.masking import masked
from anlass.telemetry import logger
from anlass.usecases.complaint_rate import Standing, complaint_rate, lift_brake, set_brake

ACTIONS = {"set": set_brake, "lift": lift_brake}


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """{"action": "set" | "lift", "by": who, "why": why}; without an action it only says how it stands."""
    app, action = application(), event.get("action")
    if action is None:
        return _said(complaint_rate(store=app.store, clock=app.clock))
    by, why = event.get("by"), event.get("why")
    if action not in ACTIONS or not (isinstance(by, str) and by and isinstance(why, str) and why):
        raise ConfigurationError('call it with {"action": "set" or "lift", "by": who, "why": why}')
    standing = ACTIONS[action](by, why, store=app.store, clock=app.clock)
    if standing.is_new:
        logger.warning("brake", action=action)
    return _said(standing)


def _said(standing: Standing) -> dict[str, Any]:
    brake = standing.brake
    return {
        "on": standing.is_on,
        "scope": brake.scope if brake else None,
        "since": brake.at.isoformat() if brake else None,
        "by": brake.by if brake else None,
        "why": brake.why if brake else None,
        "rates": {
            window: {
                "delivered": counts.delivered,
                "complained": counts.complained,
                "percent": round(float(counts.rate * 100), 4) if counts.delivered else None,
            }
            for window, counts in standing.counts.items()
        },
    }
