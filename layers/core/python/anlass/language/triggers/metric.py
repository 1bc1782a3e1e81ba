"""The numbers of a person that triggers compare."""

from __future__ import annotations

from anlass.domain.registry.events import IDENTIFY, UPDATE
from anlass.domain.registry.fields import events_changing, field_of
from anlass.domain.trigger import Metric
from anlass.language.model import mistake

# What has a rate: the event that each of these counts.
COUNTED = {
    "profile.spend.total": "Order Completed",
    "profile.orders.count": "Order Completed",
    "profile.views.count": "Product Viewed",
}
MONEY = frozenset({"profile.spend.total", "profile.spend.average", "profile.cart.value"})
TRAITS = frozenset({IDENTIFY, UPDATE})


def check_metric(field: str, currency: str | None) -> None:
    """Refuses what is no number of a person."""
    if not field.startswith("profile."):
        message = f'"{field}" is nothing that is known of a person all the time.'
        raise mistake(
            "trigger.metric", message, f"Take a number of the profile, such as {', '.join(COUNTED)}.", ["metric"]
        )
    known = field_of(field)
    if known is not None and known.type not in ("number", "integer"):
        message = f'"{field}" is no number.'
        raise mistake("trigger.metric", message, f"Take for example {', '.join(COUNTED)}.", ["metric"])
    if currency is not None and field not in MONEY:
        raise mistake("trigger.currency", f'"{field}" is no money.', 'Leave "currency" out.', ["currency"])


def metric(field: str, currency: str | None) -> Metric:
    changing = events_changing(field)
    return Metric(field, TRAITS if changing is None else changing, currency)
