"""`{"type": "threshold", "metric": "profile.spend.total", "reaches": 5000, "currency": "CHF"}`"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from anlass.domain.trigger import ThresholdTrigger
from anlass.language.building import Build, Place
from anlass.language.fields import FieldPath
from anlass.language.model import mistake
from anlass.language.settings import Currency
from anlass.language.triggers.base import TriggerModel
from anlass.language.triggers.metric import check_metric, metric


class ThresholdModel(TriggerModel):
    """Starts when a number of the person passes a bound; how often, `entry.again` says. `who` is asked then."""

    type: Literal["threshold"]
    metric: FieldPath = Field(description='A number: "profile.spend.total", "profile.orders.count"')
    reaches: float | None = Field(None, description="From under this value to it or more")
    falls_below: float | None = Field(None, description="From this value or more to under it")
    currency: Currency | None = Field(None, description="Of money; the settings' if left out")

    @model_validator(mode="after")
    def _has_one_bound(self) -> ThresholdModel:
        if (self.reaches is None) == (self.falls_below is None):
            message = 'A threshold has one bound: "reaches" or "falls_below".'
            second = ["falls_below"] if self.reaches is not None else []
            raise mistake("trigger.bound", message, 'Write for example "reaches": 1000.', second)
        check_metric(self.metric, self.currency)
        return self

    @property
    def enters_with(self) -> tuple[str, ...]:
        return ()

    def compile(self, key: str, place: Place, build: Build) -> ThresholdTrigger:  # noqa: ARG002  # nothing to look up
        bound = self.reaches if self.reaches is not None else self.falls_below
        found = metric(self.metric, self.currency)
        return ThresholdTrigger(key, found, float(bound or 0), rises=self.reaches is not None)
