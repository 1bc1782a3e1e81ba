"""`{"type": "replenish", "products": [{"category": "coffee-capsules", "days_per_unit": 1}], "shipping_days": 5}`"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from anlass.domain.trigger import Consumable, ReplenishTrigger
from anlass.language.building import Build, Place
from anlass.language.model import ClockTime, Model, by_type, mistake, tagged
from anlass.language.triggers.base import TriggerModel

Text = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[float, Field(gt=0, le=3660)]
Days = Annotated[int, Field(ge=0, le=365)]
_SHIPPING = 'Write a number of days, or {"DE": 2, "CH": 5, "else": 7}.'


class ConsumableModel(Model):
    """A kind of product that is used up."""

    category: Text | None = Field(None, description="Order lines of this category")
    product_id: Text | None = Field(None, description="Order lines of this product")
    sku: Text | None = Field(None, description="Order lines with this number")
    brand: Text | None = Field(None, description="Order lines of this brand")
    days_per_unit: Number = Field(description="How many days one unit lasts")
    units_per_item: Number = Field(1, description="How many units are in one item: 50 capsules in a box")

    @model_validator(mode="after")
    def _names_a_product(self) -> ConsumableModel:
        if not self.line():
            message, remedy = "This does not say which products.", 'Add "category", "product_id", "sku" or "brand".'
            raise mistake("trigger.products", message, remedy)
        return self

    def line(self) -> dict[str, str]:
        found = {name: getattr(self, name) for name in ("category", "product_id", "sku", "brand")}
        return {name: value for name, value in found.items() if value is not None}


class ReplenishModel(TriggerModel):
    """Starts before what somebody bought runs out: each line of an order alone."""

    type: Literal["replenish"]
    products: list[ConsumableModel] = Field(
        min_length=1, max_length=100, description="The first that fits a line counts"
    )
    shipping_days: Annotated[
        Annotated[Days, tagged("one")] | Annotated[dict[str, Days], tagged("each"), Field(min_length=1)],
        by_type("number", _SHIPPING, one=int, each=dict),
    ] = Field(0, description='How long the next order will travel; by country as {"DE": 2, "else": 7}')
    lead_days: Days = Field(0, description="How many days to think it over")
    at: ClockTime | None = None

    @property
    def enters_with(self) -> tuple[str, ...]:
        return ("Order Completed",)

    def compile(self, key: str, place: Place, build: Build) -> ReplenishTrigger:  # noqa: ARG002  # nothing to look up
        days = {"else": self.shipping_days} if isinstance(self.shipping_days, int) else self.shipping_days
        shipping = {"" if name == "else" else name.upper(): timedelta(days=number) for name, number in days.items()}
        products = tuple(Consumable(each.line(), each.days_per_unit * each.units_per_item) for each in self.products)
        at = time.fromisoformat(self.at) if self.at else None
        return ReplenishTrigger(key, products, shipping, timedelta(days=self.lead_days), at)
