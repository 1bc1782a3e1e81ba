"""`{"type": "event", "event": "Product Added", "where": {"field": "event.properties.coupon", "op": "exists"}}`"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from anlass.domain.trigger import EventTrigger
from anlass.language.building import Build, Place
from anlass.language.conditions import Condition, predicate
from anlass.language.model import EventName
from anlass.language.triggers.base import TriggerModel, trigger_scope


class EventModel(TriggerModel):
    """Starts as soon as the event arrives."""

    type: Literal["event"]
    event: EventName
    where: Condition | None = Field(None, description="What the event must be like")

    @property
    def enters_with(self) -> tuple[str, ...]:
        return (self.event,)

    def compile(self, key: str, place: Place, build: Build) -> EventTrigger:
        build.event(self.event, (*place, "event"))
        where = predicate(self.where, (*place, "where"), trigger_scope(self.event), build)
        return EventTrigger(key, self.event, where)
